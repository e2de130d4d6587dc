from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from kidgate.policies.journal import Entry
from kidgate.store import journal
from kidgate.store.database import Database
from kidgate.store.journal import Line

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ENTRY = Entry(
    id="w1-1",
    at=NOON,
    child="mai",
    device="tablet",
    tier="9-12",
    verdict="block",
    reason="category",
    category="gambling",
    host="x.example",
    url="https://x.example/a_b",
    source="feed ut1: x.example (line 3)",
    rule_id=7,
    version="12",
    address="10.0.0.5",
)


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def append(database: Database, *entries: Entry) -> int:
    with database.writing() as session:
        return journal.append(session, entries)


def lines(database: Database, **wanted: object) -> list[Line]:
    with database.reading() as session:
        return journal.query(session, **wanted)


def test_line_has_all_of_an_entry_when_appended(database: Database) -> None:
    assert append(database, ENTRY) == 1
    (line,) = lines(database)
    assert (line.entry, line.first_at, line.last_at, line.count) == ("w1-1", NOON, NOON, 1)
    names = (
        *("kind", "child", "device", "tier", "verdict", "reason", "category"),
        *("host", "url", "source", "rule_id", "version", "address"),
    )
    assert [getattr(line, name) for name in names] == [getattr(ENTRY, name) for name in names]


def test_repeats_join_one_line_when_they_come_in_several_groups(database: Database) -> None:
    append(database, replace(ENTRY, id="a", at=after(5)), replace(ENTRY, id="b", at=after(6)))
    append(database, replace(ENTRY, id="c", at=after(1), count=3))  # a spooled one, late
    append(database, replace(ENTRY, id="d", at=after(9), version="13"))
    (line,) = lines(database)
    assert (line.first_at, line.last_at, line.count) == (after(1), after(9), 6)
    assert (line.entry, line.version) == ("a", "12")  # what was written first stays


def test_repeats_begin_a_new_line_when_the_quarter_is_over(database: Database) -> None:
    append(database, ENTRY, replace(ENTRY, id="b", at=after(15)))
    assert [line.count for line in lines(database)] == [1, 1]


def test_entry_is_counted_once_when_it_comes_again(database: Database) -> None:
    assert append(database, ENTRY, ENTRY) == 1
    assert append(database, ENTRY, replace(ENTRY, id="w1-2")) == 1
    assert append(database, ENTRY) == 0
    assert [line.count for line in lines(database)] == [2]


def test_entries_without_id_are_all_counted(database: Database) -> None:
    nameless = replace(ENTRY, id="")
    assert append(database, nameless, nameless) == 2
    assert append(database, nameless) == 1
    assert [line.count for line in lines(database)] == [3]


def test_large_group_is_written_whole(database: Database) -> None:
    entries = [replace(ENTRY, id=f"w1-{n}", host=f"h{n % 250}.example") for n in range(500)]
    assert append(database, *entries) == 500
    found = lines(database, limit=1000)
    assert len(found) == 250
    assert {line.count for line in found} == {2}


def test_nothing_is_written_when_one_entry_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="needs text as host"):
        append(database, ENTRY, replace(ENTRY, id="b", host=None))  # type: ignore[arg-type]
    assert lines(database) == []
    assert append(database, ENTRY) == 1


def test_hostile_text_is_stored_as_escapes(database: Database) -> None:
    append(database, replace(ENTRY, host="a\x00b\ud800", url="x" * 9000))
    (line,) = lines(database)
    assert line.host == "a\\x00b\\ud800"
    assert len(line.url) == 2048
    assert lines(database, text="a\x00b") == [line]


def test_query_gives_what_matches_everything(database: Database) -> None:
    append(
        database,
        ENTRY,
        replace(ENTRY, id="b", child="nam", at=after(20)),
        replace(ENTRY, id="c", device="phone", verdict="warn", at=after(40)),
        replace(ENTRY, id="d", reason="rule", host="Y.example", url="", source="", at=after(60)),
    )

    def found(**wanted: object) -> str:
        return "".join(line.entry[-1] for line in lines(database, newest_first=False, **wanted))

    assert found() == "1bcd"
    assert found(child="mai") == "1cd"
    assert found(child="mai", device="tablet") == "1d"
    assert found(verdict="warn") == "c"
    assert found(reason="rule") == "d"
    assert found(text="y.EXAMPLE") == "d"
    assert found(text="line 3") == "1bc"
    assert found(text="a_b") == "1bc"
    assert found(text="a%b") == found(text="axb") == ""
    assert found(limit=2) == "1b"
    assert found(since=after(20)) == "bcd"
    assert found(until=after(20)) == "1"
    assert found(since=after(20), until=after(40)) == "b"
    assert [line.entry for line in lines(database, limit=2)] == ["d", "c"]


def test_folded_line_is_within_a_time_that_any_repeat_touches(database: Database) -> None:
    append(database, ENTRY, replace(ENTRY, id="b", at=after(10)))
    assert len(lines(database, since=after(10))) == 1
    assert len(lines(database, until=after(1))) == 1
    assert lines(database, since=after(11)) == []
    assert lines(database, until=NOON) == []


def test_report_counts_repeats_and_puts_the_most_first(database: Database) -> None:
    append(
        database,
        replace(ENTRY, count=2),
        replace(ENTRY, id="b", child="nam", host="y.example", count=5),
        replace(ENTRY, id="c", child="nam", category="", host="", reason="bedtime"),
        replace(ENTRY, id="d", at=after(60 * 24)),
    )
    with database.reading() as session:
        found = journal.report(session, NOON, after(60))
        of_mai = journal.report(session, NOON, after(60), child="mai")
    assert found.total == 8
    assert found.by_child == (("nam", 6), ("mai", 2))
    assert found.by_category == (("gambling", 7),)
    assert found.by_reason == (("category", 7), ("bedtime", 1))
    assert found.by_host == (("y.example", 5), ("x.example", 2))
    assert (of_mai.total, of_mai.by_child) == (2, (("mai", 2),))


def test_sources_are_counted_by_host_when_they_begin_alike(database: Database) -> None:
    for number, (source, host, count) in enumerate(
        [
            ("feed a: x.example", "x.example", 2),
            ("feed a: x.example", "www.x.example", 3),
            ("feeds of 100%", "y.example", 9),
            ("rule 1: feed ", "z.example", 9),
        ]
    ):
        append(database, replace(ENTRY, id=f"s{number}", source=source, host=host, count=count))
    with database.reading() as session:
        found = journal.by_source(session, "feed ", NOON - timedelta(days=1))
        later = journal.by_source(session, "feed ", NOON + timedelta(days=1))
    assert sorted(found) == [
        ("feed a: x.example", "www.x.example", 3),
        ("feed a: x.example", "x.example", 2),
    ]
    assert later == []


def test_report_is_empty_when_nothing_happened(database: Database) -> None:
    with database.reading() as session:
        assert journal.report(session, NOON, after(60)).total == 0


def test_purge_deletes_what_is_old_bit_by_bit(database: Database) -> None:
    for n in range(5):
        append(database, replace(ENTRY, id=f"w1-{n}", at=after(20 * n)))
    append(database, replace(ENTRY, id="w1-9", kind="alert"))

    def purge(**how: object) -> int:
        with database.writing() as session:
            return journal.purge(session, after(60), **how)

    assert purge(kind="visit", limit=2) == 2
    assert purge(kind="visit", limit=2) == 1
    assert purge(kind="visit", limit=2) == 0
    assert {line.kind for line in lines(database)} == {"visit", "alert"}
    assert purge() == 1
    assert [line.first_at for line in lines(database)] == [after(80), after(60)]


def test_ids_are_forgotten_a_week_after_the_newest(database: Database) -> None:
    day = 24 * 60
    for number, days in enumerate((0, 1, 7.5)):
        append(database, replace(ENTRY, id=f"w1-{number}", at=after(days * day)))
    with database.writing() as session:
        journal.purge(session, after(-1))
        kept = session.scalars(text("SELECT id FROM journal_entries ORDER BY id")).all()
    assert kept == ["w1-1", "w1-2"]
    assert len(lines(database)) == 3


def test_newest_lines_come_from_an_index(database: Database) -> None:
    """Reading the last lines must not read the whole journal."""
    plan = "EXPLAIN " if database.path is None else "EXPLAIN QUERY PLAN "
    query = "SELECT id FROM journal WHERE child = 'mai' ORDER BY last_at DESC, id DESC LIMIT 10"
    with database.reading() as session:
        if database.path is None:  # of an empty table PostgreSQL would read everything
            session.execute(text("SET enable_seqscan = off"))
        steps = " ".join(str(row) for row in session.execute(text(plan + query)))
    assert "ix_journal_child_last_at" in steps


WRITER = """if True:
    import json, sys
    from dataclasses import replace
    from itertools import count
    from kidgate.policies.journal import Entry
    from kidgate.store import journal
    from kidgate.store.database import open_database
    entry = Entry.from_line(sys.argv[2])
    database = open_database(sys.argv[1], create=False)
    for number in count():
        with database.writing() as session:
            journal.append(session, [replace(entry, id=f"w1-{number}", host=f"h{number}.example")])
        print(number, flush=True)
"""


def test_no_acknowledged_entry_is_missing_when_the_writer_is_killed(database: Database) -> None:
    url = database.engine.url.render_as_string()
    command = [sys.executable, "-c", WRITER, url, ENTRY.to_line()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = [next(writer.stdout) for _ in range(50)]
        writer.kill()
        acknowledged += writer.stdout.readlines()
    found = {line.host for line in lines(database, limit=100_000)}
    assert {f"h{int(number)}.example" for number in acknowledged} <= found
