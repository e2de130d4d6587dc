"""The keeper's desk for feeds: neither the journal nor the policy waits for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kidgate.documents.feed_row import FeedRow
from kidgate.keeper.client import ask
from kidgate.keeper.updating import desk as desks
from kidgate.keeper.updating import running
from kidgate.keeper.updating.desk import Desk
from kidgate.keeper.updating.outcome import Outcome, Result
from kidgate.keeper.writer import Writer
from kidgate.policies.rows import GroupRow, PolicyRows
from kidgate.policies.rows_json import to_json
from tests.keeper.stand import entry, home_in, keeper, writer_of

FEED = FeedRow("bets", "gambling", "/nowhere/bets.txt", interval=1)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(home_in(tmp_path)) as found:
        yield found


async def told(home: Any, op: str, args: dict[str, Any], heard: list[Any]) -> dict[str, Any]:
    return await asyncio.to_thread(ask, home, op, args, heard.append)


def test_journal_and_policy_go_on_while_a_feed_is_fetched(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetching, done = threading.Event(), threading.Event()

    def slow(writer: Writer, chosen: Any, rows: Any, progress: Any) -> Iterator[Outcome]:
        progress({"feed": "bets", "what": "fetching", "done": 1, "total": 2})
        fetching.set()
        assert done.wait(20)
        yield Outcome("bets", Result.FAILED, "unreachable", "no", passing=True)

    monkeypatch.setattr(running, "run", slow)

    async def play() -> None:
        async with keeper(writer) as stand:
            heard: list[Any] = []
            await told(writer.home, "feed.add", {"feed": to_json(FEED)}, [])
            update = asyncio.create_task(
                told(writer.home, "feed.update", {"names": ["bets"]}, heard)
            )
            await asyncio.to_thread(fetching.wait, 20)
            rows = to_json(PolicyRows(groups=(GroupRow("8A"),)))
            policy = {"rows": rows, "base": None, "author": "an", "comment": "t"}
            assert (await told(writer.home, "policy.write", policy, []))["version"] == 1
            await told(writer.home, "journal", {"entry": entry().to_line()}, [])
            await told(writer.home, "feed.change", {"name": "bets", "set": {"interval": 2}}, [])
            assert not update.done()
            done.set()
            answer = await update
            assert [feed["reason"] for feed in answer["feeds"]] == ["unreachable"]
            assert heard[0] == {"feed": "bets", "what": "fetching", "done": 1, "total": 2}
            assert stand.journal.committed == 1

    asyncio.run(play())


def test_change_meanwhile_is_not_lost_when_an_update_ends(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(writer: Writer, chosen: Any, rows: Any, progress: Any) -> Iterator[Outcome]:
        from kidgate.keeper import commands

        commands.run(writer, "feed.change", {"name": "bets", "set": {"interval": 99}})
        yield Outcome("bets", Result.FAILED, "unreachable", "no", passing=True)

    monkeypatch.setattr(running, "run", run)

    async def play() -> None:
        desk = Desk(writer)
        await desk.run("feed.add", {"feed": to_json(FEED)}, lambda step: None)
        await desk.run("feed.update", {"names": ["bets"]}, lambda step: None)
        (row,) = desk._rows()
        assert (row.interval, row.failures) == (99, 1)

    asyncio.run(play())


def test_due_feeds_are_updated_by_themselves_in_batches_whatever_happens(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    class Due:
        def __init__(self, *_: object) -> None:
            self.looks = 0

        def due(self, rows: list[FeedRow]) -> list[str]:
            self.looks += 1
            if self.looks == 2:
                raise RuntimeError("a look that fails")
            return [f"f{i}" for i in range(20)] if self.looks < 4 else []

    def update(writer: Writer, args: dict[str, Any], *_: object) -> dict[str, Any]:
        asked.append(args["names"])
        return {"feeds": []}

    monkeypatch.setattr(desks, "Schedule", Due)
    monkeypatch.setattr(desks, "update", update)
    monkeypatch.setattr(desks, "LOOK_SECONDS", 0.01)

    async def play() -> None:
        task = asyncio.create_task(Desk(writer).keep_fresh())
        while len(asked) < 2:
            await asyncio.sleep(0.01)
        task.cancel()

    asyncio.run(asyncio.wait_for(play(), 20))
    assert asked == [[f"f{i}" for i in range(desks.BATCH)]] * 2
