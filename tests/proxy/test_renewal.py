"""New processes for old ones: the old one stays where the new one does not come up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import cast

import pytest

from kidgate.proxy import renewal
from kidgate.proxy.children import Child
from kidgate.proxy.renewal import DRAIN_SECONDS, MOST_WORKERS, place_of, replaced


@dataclass
class Process:
    """A child that comes up, fails or says nothing."""

    name: str = "worker-0"
    comes: str = "ready"
    fault: str = "no disk"
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    failed: asyncio.Event = field(default_factory=asyncio.Event)
    stopped: list[float] = field(default_factory=list)
    keeping: object = None

    async def keep(self) -> None:
        if self.comes != "silent":
            getattr(self, self.comes).set()

    async def stop(self, seconds: float) -> None:
        self.stopped.append(seconds)


@pytest.mark.parametrize("comes", ["ready", "failed", "silent"])
def test_new_one_takes_over_only_when_it_comes_up(
    comes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "STARTS_SECONDS", 0.01 if comes == "silent" else 60.0)

    async def main() -> tuple[Process, Process, Child]:
        old, new = Process(), Process(comes=comes)
        return old, new, await replaced(cast(Child, old), cast(Child, new))

    old, new, left = asyncio.run(main())
    if comes == "ready":
        assert left is new and old.stopped == [DRAIN_SECONDS] and new.stopped == []
    else:
        assert left is old and old.stopped == [] and new.stopped == [0.0]


def test_two_generations_side_by_side_keep_files_of_their_own() -> None:
    first, second = ({place_of(slot, n) for slot in range(MOST_WORKERS)} for n in (3, 4))
    assert not first & second
    assert place_of(5, 0) == place_of(5, 2) == 5  # no file is left behind for good
