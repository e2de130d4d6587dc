"""Worker and keeper together over a real socket: every entry ends in the journal, once."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import ClassVar, cast

import pytest

from kidgate.documents.spool import Spool
from kidgate.keeper import journaling
from kidgate.keeper.journaling import Journal, Refused
from kidgate.keeper.writer import Writer
from kidgate.proxy.link import KeeperAway, Link
from kidgate.proxy.recorder import Recorder
from tests.keeper.stand import counts, entry, fold_once, home_in, keeper, until, writer_of


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(home_in(tmp_path)) as found:
        yield found


@contextlib.asynccontextmanager
async def worker(
    writer: Writer, *, wait: float = 2.0, spool: int = 100_000
) -> AsyncIterator[tuple[Recorder, Link]]:
    """The worker's end; it is connected when a keeper runs."""
    link = Link(writer.home.socket)
    task = asyncio.create_task(link.run())
    if writer.home.socket.exists():
        assert await until(lambda: link.up)
    try:
        yield Recorder(link, Spool(writer.home.spool, "worker-0", spool), wait=wait), link
    finally:
        task.cancel()


def figures(recorder: Recorder) -> tuple[int, int, int]:
    found = recorder.counts
    return found.committed, found.spooled, found.dropped


def test_entry_is_committed_when_record_returns(writer: Writer) -> None:
    async def main() -> None:
        async with keeper(writer), worker(writer) as (recorder, _):
            await recorder.record(entry(1))
            assert counts(writer.database) == {"h1.example": 1}
            assert figures(recorder) == (1, 0, 0)

    asyncio.run(main())


def test_entry_is_spooled_when_no_keeper_runs_and_folded_in_later(writer: Writer) -> None:
    async def main() -> None:
        async with worker(writer) as (recorder, _):
            await recorder.record(entry(1))
            assert figures(recorder) == (0, 1, 0)
        async with keeper(writer) as running:
            await fold_once(running.journal, writer.home.spool)
        assert counts(writer.database) == {"h1.example": 1}
        assert not list(writer.home.spool.iterdir())

    asyncio.run(main())


def test_entry_is_spooled_when_the_keeper_is_slow_and_its_late_commit_counts_once(
    writer: Writer,
) -> None:
    async def main() -> None:
        async with keeper(writer, commits=False) as running:
            async with worker(writer, wait=0.02) as (recorder, _):
                await recorder.record(entry(1))
                assert figures(recorder) == (0, 1, 0)
            late = asyncio.create_task(running.journal.run())
            assert await until(lambda: running.journal.committed == 1)
            assert counts(writer.database) == {"h1.example": 1}
            await fold_once(running.journal, writer.home.spool)
            late.cancel()
        assert counts(writer.database) == {"h1.example": 1}
        assert not list(writer.home.spool.iterdir())

    asyncio.run(main())


def test_entry_is_spooled_when_the_keeper_refuses_it(writer: Writer) -> None:
    async def main() -> None:
        lock = sqlite3.connect(writer.home.database, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        try:
            async with keeper(writer), worker(writer, wait=0.1) as (recorder, _):
                await recorder.record(entry(1))
                assert figures(recorder) == (0, 1, 0)
                lock.execute("ROLLBACK")
        finally:
            lock.close()
        async with keeper(writer) as running:
            await fold_once(running.journal, writer.home.spool)
        assert counts(writer.database) == {"h1.example": 1}

    asyncio.run(main())


def test_entry_is_counted_as_dropped_when_the_spool_is_full(
    writer: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with worker(writer, spool=4 * 400) as (recorder, _):
            for number in range(20):
                await recorder.record(entry(number))
            committed, spooled, dropped = figures(recorder)
            assert committed == 0 and spooled == 4 and dropped == 16

    asyncio.run(main())
    assert "free space on the disk" in caplog.text


def test_entry_is_dropped_without_a_fault_when_the_spool_is_gone(writer: Writer) -> None:
    async def main() -> None:
        writer.home.spool.rmdir()
        async with worker(writer) as (recorder, _):
            await recorder.record(entry(1))
            assert figures(recorder) == (0, 0, 1)

    asyncio.run(main())


# What waits for no commit


def test_noted_entry_is_in_the_spool_when_note_returns_and_folded_in_later(
    writer: Writer,
) -> None:
    async def main() -> None:
        async with keeper(writer) as running, worker(writer) as (recorder, _):
            await recorder.note(entry(1))
            lines = (writer.home.spool / "worker-0.0.jsonl").read_text().splitlines()
            assert lines == [entry(1).to_line()]
            assert figures(recorder) == (0, 1, 0)
            await fold_once(running.journal, writer.home.spool)
        assert counts(writer.database) == {"h1.example": 1}

    asyncio.run(main())


def test_what_is_noted_in_one_turn_is_one_write(writer: Writer) -> None:
    class Counting:
        writes: ClassVar[list[tuple[str, ...]]] = []

        def append(self, *lines: str) -> None:
            self.writes.append(lines)

    async def main() -> None:
        recorder = Recorder(Link(writer.home.socket), cast(Spool, Counting()), wait=1)
        await asyncio.gather(*(recorder.note(entry(number)) for number in range(5)))
        await recorder.note(entry(5))
        assert [len(lines) for lines in Counting.writes] == [5, 1]
        assert figures(recorder) == (0, 6, 0)

    asyncio.run(main())


def test_noted_entry_is_committed_when_there_is_no_spool(writer: Writer) -> None:
    async def main() -> None:
        async with keeper(writer), worker(writer) as (recorder, _):
            writer.home.spool.rmdir()
            await recorder.note(entry(1))
            assert figures(recorder) == (1, 0, 0)
            assert counts(writer.database) == {"h1.example": 1}

    asyncio.run(main())


def test_ids_are_never_the_same(writer: Writer) -> None:
    spool = Spool(writer.home.spool, "w", 1000)
    first, second = (Recorder(Link(writer.home.socket), spool, wait=1) for _ in range(2))
    found = [r.next_id() for r in (first, second) for _ in range(100)]
    assert len(set(found)) == 200


# The line to the keeper


def test_question_fails_at_once_when_the_keeper_goes_away(writer: Writer) -> None:
    async def main() -> None:
        gone: list[asyncio.StreamWriter] = []

        async def serve(reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
            gone.append(out)
            await reader.readline()
            out.close()

        server = await asyncio.start_unix_server(serve, writer.home.socket)
        async with worker(writer) as (_, link):
            with pytest.raises(KeeperAway, match="went away"):
                await link.ask("ping", seconds=5)
            assert not link.up
            with pytest.raises(KeeperAway, match="is away"):
                await link.ask("ping", seconds=5)
        server.close()

    asyncio.run(main())


def test_line_is_mended_when_the_keeper_comes_back(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kidgate.proxy.link.RETRY_SECONDS", 0.01)

    async def main() -> None:
        async with worker(writer) as (recorder, link):
            assert not link.up
            async with keeper(writer):
                assert await until(lambda: link.up)
                await recorder.record(entry(1))
            assert figures(recorder) == (1, 0, 0)

    asyncio.run(main())


@pytest.mark.parametrize("line", [b"nonsense\n", b"[]\n", b"5\n", b'{"call": 77}\n', b"\xff\n"])
def test_nonsense_from_the_other_end_breaks_nothing(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, line: bytes
) -> None:
    """Whatever the first one at the socket says, the next keeper is found."""
    monkeypatch.setattr("kidgate.proxy.link.RETRY_SECONDS", 0.01)
    said: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        if not said:
            said.append(line)
            out.write(line)
        while question := await reader.readline():
            out.write(json.dumps({"call": json.loads(question)["call"]}).encode() + b"\n")
        out.close()

    async def main() -> None:
        server = await asyncio.start_unix_server(serve, writer.home.socket)
        async with worker(writer) as (_, link):
            assert await until(lambda: said)
            await asyncio.sleep(0.05)
            assert await link.ask("ping", seconds=1)
        server.close()

    asyncio.run(main())


def test_answers_find_their_questions_in_any_order(writer: Writer) -> None:
    async def main() -> list[int]:
        async def serve(reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
            asked = [json.loads(await reader.readline()) for _ in range(3)]
            for question in reversed(asked):
                answer = {"call": question["call"], "n": question["n"]}
                out.write(json.dumps(answer).encode() + b"\n")

        server = await asyncio.start_unix_server(serve, writer.home.socket)
        async with worker(writer) as (_, link):
            answers = await asyncio.gather(*(link.ask("x", seconds=2, n=n) for n in range(3)))
        server.close()
        return [answer["n"] for answer in answers]

    assert asyncio.run(main()) == [0, 1, 2]


# The keeper's journal


def test_put_is_refused_when_the_queue_is_full(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journaling, "QUEUE", 2)

    async def main() -> None:
        journal = Journal(lambda: writer.database, writer.home.spool)
        waiting = [asyncio.ensure_future(journal.put(entry(n).to_line())) for n in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Refused, match="queue is full"):
            await journal.put(entry(3).to_line())
        for task in waiting:
            task.cancel()

    asyncio.run(main())


def test_spooled_line_that_is_no_entry_is_left_out_and_the_rest_is_taken(
    writer: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    lines = [entry(1).to_line(), "nonsense", "[]", '{"at": 5}', "[" * 100_000, entry(2).to_line()]
    (writer.home.spool / "worker-0.0.jsonl").write_text("\n".join(lines) + "\n")

    async def main() -> None:
        journal = Journal(lambda: writer.database, writer.home.spool)
        await fold_once(journal, writer.home.spool)

    asyncio.run(main())
    assert counts(writer.database) == {"h1.example": 1, "h2.example": 1}
    assert "is no journal entry and is left out" in caplog.text
    assert not list(writer.home.spool.iterdir())


def test_folding_goes_on_after_a_fault(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    faults = [RuntimeError("a fault nobody thought of"), OSError("disk")]

    def failing(path: Path, commit: object) -> int:
        if faults:
            raise faults.pop()
        return real(path, commit)  # type: ignore[arg-type]

    real = journaling.fold_in
    monkeypatch.setattr(journaling, "fold_in", failing)
    Spool(writer.home.spool, "w", 10_000).append(entry(1).to_line())

    async def main() -> None:
        await fold_once(Journal(lambda: writer.database, writer.home.spool), writer.home.spool)

    asyncio.run(main())
    assert not faults
    assert counts(writer.database) == {"h1.example": 1}
