"""Journal entries become alerts once they are committed, and none is lost at a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kidgate.keeper import commands
from kidgate.keeper.alerts import Watch
from kidgate.keeper.journaling import Journal
from kidgate.keeper.writer import Writer
from kidgate.policies.rows import PolicyRows, ProfileRow
from kidgate.store.alerts import AlertRow, alerts
from kidgate.store.faults import DatabaseFault
from kidgate.store.journal import append
from tests.keeper.stand import AT, entry, home_in, write, writer_of

PHISHING = {"reason": "security", "category": "phishing"}


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(home_in(tmp_path)) as found:
        write(found, PolicyRows(profiles=(ProfileRow("mai", tier="9-12"),)))
        yield found


def told(writer: Writer) -> list[AlertRow]:
    with writer.database.reading() as session:
        return alerts(session)


def test_committed_entry_is_an_alert_a_moment_later(writer: Writer) -> None:
    watch = Watch(writer)
    journal = Journal(lambda: writer.database, writer.home.spool, watch.take)

    async def main() -> None:
        task = asyncio.create_task(journal.run())
        for number in (1, 2):
            await journal.put(entry(number, **PHISHING).to_line())
        await journal.put(entry(3, reason="category", category="ads").to_line())
        task.cancel()

    asyncio.run(main())
    assert told(writer) == []
    watch.once()
    watch.once()
    (row,) = told(writer)
    assert (row.kind, row.count, row.facts["hosts"]) == (
        "security",
        2,
        ["h1.example", "h2.example"],
    )


def test_tier_says_who_is_told_of(writer: Writer) -> None:
    watch = Watch(writer)
    watch.take([entry(1, **PHISHING, tier="adult"), entry(2, reason="way_around", tier="16-17")])
    watch.take([entry(3, reason="illegal_material", tier="adult")])
    watch.once()
    assert [row.kind for row in told(writer)] == ["illegal_material"]


def test_alerts_wait_while_the_database_does(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(writer)
    watch.take([entry(1, **PHISHING)])

    def locked(*_: object, **__: object) -> None:
        raise DatabaseFault("locked", "wait")

    with monkeypatch.context() as patch:
        patch.setattr(watch.writer.database.__class__, "writing", locked)
        with pytest.raises(DatabaseFault):
            watch.once()
    watch.once()
    assert len(told(writer)) == 1


def test_restart_finds_what_no_alert_tells_of(writer: Writer) -> None:
    old = AT - timedelta(hours=2)
    with writer.database.writing() as session:
        append(session, [entry(1, **PHISHING), entry(2, reason="message", category="grooming")])
        append(session, [entry(3, reason="way_around", at=old), entry(4, reason="category")])
    for _ in range(2):
        Watch(writer).look_back()
    assert sorted((row.kind, row.count) for row in told(writer)) == [
        ("message", 1),
        ("security", 1),
    ]


def test_alert_is_handled_by_somebody(writer: Writer) -> None:
    watch = Watch(writer)
    watch.take([entry(1, **PHISHING), entry(2, reason="way_around")])
    watch.once()
    number = told(writer)[0].id
    by = {"user": "mẹ", "role": "owner", "address": ""}
    assert commands.run(writer, "alert.handled", {"id": number, "by": by}) == {"handled": 1}
    assert commands.run(writer, "alert.handled", {"ids": [number], "by": by}) == {"handled": 0}
    assert commands.run(writer, "alert.handled", {}) == {"handled": 1}
    assert told(writer) == []
