from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from kidgate.store.columns import Base
from kidgate.store.database import Database
from kidgate.store.requests import (
    LINKS,
    add_link,
    adult,
    all_requests,
    approved_targets,
    change_request,
    count_requests,
    expire_requests,
    find_request,
    has_link,
    open_request,
    put_request,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TABLE = Base.metadata.tables["requests"]


def test_approved_targets_are_those_that_adults_opened_since(database: Database) -> None:
    asked = {
        "at": NOW, "profile": "mai", "device": "tablet", "url": "", "note": "", "answer": "",
        "answered_by": "lan",
    }  # fmt: skip
    rows = [
        asked | {"target": "a.example", "state": "approved", "answered_at": NOW, "grant": 4},
        asked | {"target": "b.example", "state": "denied", "answered_at": NOW, "grant": None},
        asked | {"target": "c.example", "state": "open", "answered_at": None, "grant": None},
        asked
        | {
            "target": "d.example",
            "state": "approved",
            "answered_at": NOW - timedelta(days=9),
            "grant": None,
        },
    ]
    with database.writing() as session:
        session.execute(insert(TABLE), rows)
    with database.reading() as session:
        assert approved_targets(session, NOW - timedelta(days=1)) == [(4, "a.example")]


def put(session: Session, **more: Any) -> int:
    values = {"at": NOW, "profile": "mai", "device": "tablet", "target": "a.example"}
    values |= {"url": "https://a.example/", "note": "", "site": "a.example"}
    return put_request(session, **values | more)


def test_request_is_open_until_it_is_changed(database: Database) -> None:
    with database.writing() as session:
        first = put(session)
        second = put(session, profile="an", at=NOW + timedelta(minutes=1))
    with database.reading() as session:
        found = find_request(session, first)
        assert found is not None
        assert (found.state, found.at, found.grant, found.until) == ("open", NOW, None, None)
        assert [one.id for one in all_requests(session)] == [second, first]
        assert [one.id for one in all_requests(session, profiles=["mai"])] == [first]
        assert all_requests(session, profiles=[]) == []
        assert open_request(session, "mai", "a.example") == found
        assert open_request(session, "mai", "b.example") is None
        assert find_request(session, 99) is None
    with database.writing() as session:
        change_request(session, first, state="approved", until=NOW, grant=3)
    with database.reading() as session:
        assert open_request(session, "mai", "a.example") is None
        assert [one.grant for one in all_requests(session, state="approved")] == [3]
        assert count_requests(session, "mai") == 1
        assert count_requests(session, "mai", state="open") == 0
        assert count_requests(session, "an", since=NOW + timedelta(minutes=1)) == 1
        assert count_requests(session, "an", since=NOW + timedelta(minutes=2)) == 0


def test_open_requests_expire_with_their_links(database: Database) -> None:
    with database.writing() as session:
        old, new = put(session), put(session, at=NOW + timedelta(hours=1))
        for number in (old, new):
            add_link(session, number, "hash")
        assert expire_requests(session, NOW + timedelta(minutes=1), NOW) == [old]
        assert expire_requests(session, NOW + timedelta(minutes=1), NOW) == []
    with database.reading() as session:
        assert [one.id for one in all_requests(session, state="expired")] == [old]
        assert (has_link(session, old, "hash"), has_link(session, new, "hash")) == (False, True)


def test_request_has_so_many_links_and_no_more(database: Database) -> None:
    with database.writing() as session:
        number = put(session)
        for link in range(LINKS + 1):
            add_link(session, number, str(link))
        assert [has_link(session, number, str(link)) for link in (0, 1, LINKS)] == [
            False,
            True,
            True,
        ]
        assert not has_link(session, 99, "1")


def test_adult_is_one_who_may_sign_in_today(database: Database) -> None:
    row = {"role": "teacher", "password_hash": None, "language": "vi", "created_at": NOW}
    users = Base.metadata.tables["users"]
    with database.writing() as session:
        session.execute(
            insert(users),
            [
                row | {"name": "co", "active": True, "groups": ["8A"]},
                row | {"name": "thay", "active": False, "groups": []},
            ],
        )
        assert adult(session, "co") == ("teacher", ("8A",))
        assert adult(session, "thay") is None
        assert adult(session, "") is None
