from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from kidgate.policies.journal import Entry
from kidgate.store import journal, journal_pages
from kidgate.store.database import Database
from kidgate.store.journal_pages import Page, Wanted, counted, find_line, read_page, top_hosts
from tests.store.test_journal import ENTRY, NOON, after


def entry(number: int, **changes: object) -> Entry:
    fields = {"id": f"n{number}", "host": f"h{number}.example", "at": after(number * 20)}
    return replace(ENTRY, **(fields | changes))  # type: ignore[arg-type]


def put(database: Database, *entries: Entry) -> None:
    with database.writing() as session:
        journal.append(session, entries)


def page(database: Database, after: str = "", limit: int = 50, **wanted: object) -> Page:
    with database.reading() as session:
        return read_page(session, Wanted(**wanted), after=after, limit=limit)  # type: ignore[arg-type]


def every(database: Database, limit: int, **wanted: object) -> tuple[list[str], int]:
    """The hosts of all pages, and how many pages there were."""
    hosts: list[str] = []
    pages, key = 0, ""
    while pages == 0 or key:
        found = page(database, key, limit, **wanted)
        hosts += [line.host for line in found.lines]
        pages, key = pages + 1, found.next
    return hosts, pages


def test_pages_go_on_by_key_though_times_are_equal(database: Database) -> None:
    put(database, *(entry(n, at=NOON) for n in range(5)), *(entry(n) for n in range(5, 8)))
    hosts, pages = every(database, 3)
    assert sorted(hosts) == [f"h{n}.example" for n in range(8)]
    assert (pages, hosts[0]) == (3, "h7.example")


def test_search_stops_where_it_looked_long_enough_and_goes_on_from_there(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_pages, "SCAN", 4)
    put(database, *(entry(n) for n in range(10)))
    first = page(database, text="h1.exa")
    assert (first.lines, first.looked_to) == ((), after(6 * 20))
    assert every(database, 50, text="h1.exa") == (["h1.example"], 3)
    assert every(database, 50, text="nowhere")[0] == []


def test_last_page_has_no_next_when_the_scan_ends_with_the_journal(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_pages, "SCAN", 4)
    put(database, *(entry(n) for n in range(4)))
    assert page(database, reason="none").next == ""


def test_wanted_fields_are_all_held_to(database: Database) -> None:
    put(database, entry(1), entry(2, reason="rule", category=""), entry(3, child="nam"))
    assert [line.host for line in page(database, reason="rule").lines] == ["h2.example"]
    assert [line.host for line in page(database, child="nam").lines] == ["h3.example"]
    assert len(page(database, children=("mai",)).lines) == 2
    assert page(database, children=()).lines == ()
    assert page(database, child="nam", children=("mai",)).lines == ()
    assert page(database, since=after(50)).lines[0].host == "h3.example"
    assert len(page(database, since=after(50)).lines) == 1


def test_line_is_found_by_its_number(database: Database) -> None:
    put(database, entry(1))
    (line,) = page(database).lines
    with database.reading() as session:
        assert find_line(session, line.id) == line
        assert find_line(session, line.id + 1) is None


def test_counts_leave_out_what_passed_and_what_began_before(database: Database) -> None:
    put(
        database,
        entry(1, count=3),
        entry(2, verdict="allow"),
        entry(3, at=NOON - timedelta(minutes=1)),
        entry(4, child="", host=""),
    )
    with database.reading() as session:
        found = counted(session, NOON, after(600))
        assert sorted((one.child, one.count) for one in found) == [("", 1), ("mai", 3)]
        assert top_hosts(session, NOON, after(600)) == [("h1.example", 3)]
        assert counted(session, NOON, after(600), children=("nam",)) == []


def test_search_reads_the_journal_by_its_index(database: Database) -> None:
    if database.path is None:
        pytest.skip("the plan is asked of SQLite; a small table of PostgreSQL needs no index")
    said: list[tuple[str, Any]] = []

    def note(conn: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        said.append((statement, parameters))

    with database.reading() as session:
        event.listen(session.connection(), "before_cursor_execute", note)
        read_page(session, Wanted(text="x", reason="rule"), after=journal_pages._key(NOON, 1))
        asked = list(said)
        for statement, parameters in asked:
            plan = session.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", parameters
            )  # type: ignore[arg-type]
            steps = [row[3] for row in plan if "journal" in row[3]]
            assert steps, statement
            assert all("ix_journal_last_at" in step for step in steps), steps


def test_key_that_is_none_is_a_value_error(database: Database) -> None:
    for key in ("x", "12", "1-x"):
        with pytest.raises(ValueError, match="invalid literal"):
            page(database, key)
