"""The stages in order: ours first, and what follows a waiting one waits with it."""

from __future__ import annotations

import asyncio
from typing import Any

from kidgate.addons.chain import HOOKS, Chain
from tests.proxy.stand import gateway


class Addon:
    def __init__(self, name: str, said: list[str], *, waits: bool = False) -> None:
        self.name, self.said, self.waits = name, said, waits

    def requestheaders(self, data: Any) -> Any:
        if not self.waits:
            self.said.append(self.name)
            return None
        return self.later()

    async def later(self) -> None:
        await asyncio.sleep(0)
        self.said.append(self.name)


def test_ours_run_before_theirs() -> None:
    said: list[str] = []
    chain = Chain.of(gateway(), [Addon("a", said), Addon("b", said)], [Addon("c", said)])
    assert chain.call("requestheaders", None) is None
    assert said == ["a", "b", "c"]


def test_rest_waits_with_the_first_that_waits() -> None:
    said: list[str] = []
    addons = [Addon("a", said), Addon("b", said, waits=True), Addon("c", said)]
    chain = Chain.of(gateway(), addons, [Addon("d", said, waits=True)])

    async def main() -> None:
        waiting = chain.call("requestheaders", None)
        assert said == ["a"]
        assert waiting is not None
        await waiting

    asyncio.run(main())
    assert said == ["a", "b", "c", "d"]


def test_hook_that_nobody_has_does_nothing() -> None:
    chain = Chain.of(gateway(), [Addon("a", [])], [])
    assert chain.call("response", None) is None
    assert chain.call("no_such_hook", None) is None


def test_hook_outside_the_table_is_never_called() -> None:
    class Odd:
        def done(self, data: Any) -> None:
            raise AssertionError

    assert "done" not in HOOKS
    assert Chain.of(gateway(), [Odd()], []).call("done", None) is None
