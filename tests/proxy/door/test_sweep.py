"""One look at all callers, for as long as there are any."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from kidgate.proxy.door import sweep as sweep_module
from kidgate.proxy.door.sweep import Sweep
from tests.proxy.stand import until


@dataclass(eq=False)
class Looked:
    sweep: Sweep
    at: list[float] = field(default_factory=list)

    def look(self, now: float) -> None:
        self.at.append(now)
        if len(self.at) == 3:
            self.sweep.remove(self)


def test_all_are_looked_at_until_they_are_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_module, "SECONDS", 0.01)

    async def main() -> None:
        sweep = Sweep()
        both = Looked(sweep), Looked(sweep)
        for one in both:
            sweep.add(one)
        assert await until(lambda: all(len(one.at) == 3 for one in both))
        assert await until(lambda: sweep._timer is None)  # nobody is left
        later = Looked(sweep)
        sweep.add(later)
        assert await until(lambda: len(later.at) == 3)
        assert [len(one.at) for one in both] == [3, 3]
        assert later.at == sorted(later.at)

    asyncio.run(main())
