"""The audit log: what is found, page by page; what is made harmless; what is forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from kidgate.store import audit
from kidgate.store.audit import KEPT, Noted
from kidgate.store.database import Database

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LAN = {"user": "lan", "role": "owner", "address": "10.0.0.2"}


def put(database: Database, act: str, **more: Any) -> None:
    line: dict[str, Any] = {"at": NOW, "by": LAN, "act": act, "object": "", "detail": {}}
    with database.writing() as session:
        audit.put_noted(session, **line | more)


def found(database: Database, **filters: Any) -> list[Noted]:
    with database.reading() as session:
        return audit.query(session, **filters)


def test_lines_are_found_by_what_they_say(database: Database) -> None:
    put(database, "user.add", object="hoa", detail={"role": "teacher"})
    put(database, "user.change", object="Hoa 100%", at=NOW + HOUR)
    put(database, "policy.write", by={**LAN, "user": "an"}, at=NOW + 2 * HOUR)
    put(database, "users_like", at=NOW + 3 * HOUR)

    def acts(**filters: Any) -> list[str]:
        return [line.act for line in found(database, **filters)]

    assert acts() == ["users_like", "policy.write", "user.change", "user.add"]
    assert acts(act="user") == ["user.change", "user.add"]
    assert acts(act="user.add") == ["user.add"]
    assert acts(user="an") == ["policy.write"]
    assert acts(object="hoa") == ["user.change", "user.add"]
    assert acts(object="%") == ["user.change"]
    assert acts(since=NOW + HOUR, until=NOW + 3 * HOUR) == ["policy.write", "user.change"]
    (line,) = found(database, act="user.add")
    assert line == Noted(line.id, NOW, "lan", "owner", "10.0.0.2", "user.add", "hoa", line.detail)
    assert line.detail == {"role": "teacher"}


def test_pages_follow_one_another_without_gap_or_repeat(database: Database) -> None:
    for number in range(7):
        put(database, f"a{number}")
    pages, before = [], None
    while page := found(database, before=before, limit=3):
        pages.append([line.act for line in page])
        before = page[-1].id
    assert pages == [["a6", "a5", "a4"], ["a3", "a2", "a1"], ["a0"]]


def test_texts_of_others_are_harmless_and_short(database: Database) -> None:
    put(
        database,
        "look",
        by={"user": "x\x1b[31m", "role": None, "address": "\u202e"},
        object="o" * 999,
        detail={"a\x00": ["\u2066" + "z" * 9999, {"b": {"c": {"d": 1}}}], "n": 3, "t": True},
    )
    (line,) = found(database)
    assert (line.user, line.role, line.address) == ("x\\x1b[31m", "", "\\u202e")
    assert len(line.object) == 300
    (text, deep) = line.detail["a\\x00"]
    assert text.isprintable() and len(text) == 500 and deep == {"b": "{'c': {'d': 1}}"}
    assert (line.detail["n"], line.detail["t"]) == (3, True)


def test_lines_are_forgotten_after_two_years(database: Database) -> None:
    for days in (0, 1, 2):
        put(database, f"a{days}", at=NOW + timedelta(days=days))
    with database.writing() as session:
        assert audit.purge(session, NOW + KEPT) == 0
        assert audit.purge(session, NOW + KEPT + 2 * timedelta(days=1), limit=1) == 1
        assert audit.purge(session, NOW + KEPT + 2 * timedelta(days=1)) == 1
    assert [line.act for line in found(database)] == ["a2"]
