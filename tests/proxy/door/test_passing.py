"""What is relayed unopened: its end, its idle time, and that nobody waits beside it."""

from __future__ import annotations

import asyncio
import gc
import math
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from kidgate.proxy.door.caller import Caller
from kidgate.proxy.door.passing import Passing
from kidgate.proxy.usage import Usage
from tests.proxy.door.hellos import real
from tests.proxy.door.stand import Door, opened, run
from tests.proxy.stand import until

pytestmark = pytest.mark.usefixtures("installed")
HELLO = real("good.example")


def at_door(folder: Path, work: Callable[[Door], Awaitable[Any]], **limits: Any) -> None:
    async def main() -> None:
        async with opened(folder, **limits) as door:
            await work(door)

    run(main())


async def passed(door: Door) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, Caller]:
    """A connection on which the origin has answered."""
    door.site.wanted, door.site.answer = len(HELLO), b"hello"
    reader, writer = await door.dial()
    place = f"good.example:{door.site.port}"
    writer.write(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode() + HELLO)
    await reader.readuntil(b"\r\n\r\n")
    assert await reader.readexactly(5) == b"hello"
    (peer,) = door.heart.peers.by_id.values()
    assert isinstance(peer.handler, Caller)
    return reader, writer, peer.handler


def test_no_task_waits_beside_it_and_nothing_is_left_at_its_end(folder: Path) -> None:
    async def work(door: Door) -> None:
        before = len(asyncio.all_tasks())
        _, writer, caller = await passed(door)
        assert caller._task is not None and caller._task.done()
        assert len(door.heart.usage._followed) == 1
        assert len(door.heart.open_visits) == 1
        writer.close()
        assert await until(lambda: not door.heart.peers.by_id)
        assert not door.heart.usage._followed and not door.heart.open_visits
        assert await until(lambda: len(asyncio.all_tasks()) <= before)

    at_door(folder, work)


def test_it_is_cut_when_nothing_has_moved_for_too_long(folder: Path) -> None:
    async def work(door: Door) -> None:
        reader, writer, caller = await passed(door)
        now = asyncio.get_running_loop().time()
        idle = door.heart.limits.idle_seconds
        caller.look(now + 1)  # the hello was moved
        caller.look(now + idle)
        assert door.heart.peers.by_id
        caller.look(now + idle + 2)
        assert not door.heart.peers.by_id
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()

    at_door(folder, work)


def test_what_moves_is_not_idle(folder: Path) -> None:
    async def work(door: Door) -> None:
        _, writer, caller = await passed(door)
        now = asyncio.get_running_loop().time()
        idle = door.heart.limits.idle_seconds
        for number in range(3):
            writer.write(b"more")
            assert await until(lambda n=number: len(door.site.seen[0]) == len(HELLO) + 4 + 4 * n)
            caller.look(now + number * (idle - 1))
        assert door.heart.peers.by_id
        writer.close()

    at_door(folder, work)


def test_recheck_cuts_it_at_once(folder: Path) -> None:
    async def work(door: Door) -> None:
        reader, writer, _ = await passed(door)
        door.heart.snapshot = door.heart.snapshot.with_index(None)  # nothing may go on without one
        door.heart.recheck()
        assert not door.heart.peers.by_id and not door.heart.open_visits
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()

    at_door(folder, work)


def test_fault_in_the_accounts_ends_it_all_the_same_with_an_alarm(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(door: Door) -> None:
        _, writer, _ = await passed(door)
        monkeypatch.setattr(Usage, "_look_at", lambda self, found: 1 / 0)
        writer.close()
        assert await until(lambda: not door.heart.peers.by_id)
        assert door.heart.tally.faults == 1

    at_door(folder, work)


def test_callers_that_have_gone_leave_no_garbage(folder: Path) -> None:
    def callers() -> int:
        return sum(isinstance(thing, Caller | Passing) for thing in gc.get_objects())

    async def work(door: Door) -> None:
        gc.collect()
        gc.disable()
        try:
            before = callers()
            for _ in range(3):
                _, writer, caller = await passed(door)
                del caller
                writer.close()
                assert await until(lambda: not door.heart.peers.by_id)
            await asyncio.sleep(0.01)
            assert callers() == before
        finally:
            gc.enable()

    at_door(folder, work)


def test_clock_that_was_stopped_cuts_nobody(folder: Path) -> None:
    async def work(door: Door) -> None:
        reader, writer = await door.dial()
        assert await until(lambda: door.heart.peers.by_id)
        (peer,) = door.heart.peers.by_id.values()
        caller = peer.handler
        assert isinstance(caller, Caller)
        now = asyncio.get_running_loop().time()
        caller.look(now + door.heart.limits.header_seconds / 2)
        caller.stop_clock()
        caller.look(now + 1e9)
        assert caller._deadline == math.inf
        caller.allow(1)
        caller.look(now + 60)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()

    at_door(folder, work)
