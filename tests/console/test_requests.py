"""`kidgate request`: list, show, approve, deny, link."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from kidgate.documents.home import Home
from kidgate.keeper import client
from kidgate.store.columns import Base
from kidgate.store.database import open_database
from tests.console.runner import NOW, Kidgate

AT = datetime.fromisoformat(NOW)


def ask(kidgate: Kidgate, site: str = "bad.example", **more: Any) -> int:
    fields = {"child": "mai", "device": "tablet", "url": f"https://{site}/a", "reason": "category"}
    fields |= {"service": "", "category": "games", "note": "for \x1b[31mschool", "entry": "e1"}
    home = Home(kidgate.home)
    url = f"sqlite:///{home.database}"
    said = client.do(home, url, lambda: AT, "request.open", **fields | more)
    return int(said["request"])


def test_requests_are_listed_by_state_and_child(kidgate: Kidgate) -> None:
    assert kidgate("request", "list") == "No requests.\n"
    ask(kidgate)
    ask(kidgate, child="nam", device="")
    text = kidgate("request", "list", "--of", "mai")
    assert "bad.example" in text and "nam" not in text
    assert "\x1b" not in text
    (row,) = kidgate.json("request", "list", "--of", "nam")
    assert (row["id"], row["profile"], row["state"]) == (2, "nam", "open")
    assert row["at"] == "2026-11-23T16:00:00+07:00"
    assert kidgate.json("request", "list", "--state", "denied") == []
    assert "no profile is called `nobody`" in kidgate.fails(2, "request", "list", "--of", "nobody")


def test_request_is_shown_with_what_opens_it_and_approved(kidgate: Kidgate) -> None:
    ask(kidgate)
    text = kidgate("request", "show", 1)
    assert "category:games" in text and "15m, 1h, today, always" in text
    assert {o["scope"] for o in kidgate.json("request", "show", 1)["offers"]} == {
        "page",
        "site",
        "category",
    }
    said = kidgate("request", "approve", 1, "--for", "today", "--say", "have fun")
    assert said == "Opened bad.example until 2026-11-24 00:00: grant 1.\n"
    assert "bad.example" in kidgate("grant", "list")
    assert "approved already" in kidgate.fails(1, "request", "deny", 1)
    (row,) = kidgate.json("request", "list", "--state", "all")
    assert (row["answer"], row["grant"], row["duration"]) == ("have fun", 1, "today")
    assert "there is no request `9`" in kidgate.fails(2, "request", "approve", 9)


def test_tier_gets_a_rule_and_no_is_no(kidgate: Kidgate) -> None:
    ask(kidgate)
    ask(kidgate, "other.example")
    said = kidgate.json("request", "approve", 1, "--for", "always", "--tier", "--scope", "page")
    rule = kidgate.json("rule", "show", said["rule"])
    assert (rule["scope"], rule["target"], rule["until"]) == (
        "tier:9-12",
        "bad.example/a",
        None,
    )
    assert kidgate("request", "deny", 2, "--say", "later") == "Request 2 is denied.\n"


def test_dangerous_site_wants_two_words(kidgate: Kidgate) -> None:
    ask(kidgate, reason="security", category="phishing")
    assert "dangerous" in kidgate("request", "show", 1)
    assert "confirm" in kidgate.fails(1, "request", "approve", 1)
    assert "twice" in kidgate.fails(2, "request", "approve", 1, "--confirm")
    kidgate("request", "approve", 1, "--confirm", "--confirm")
    assert [row["confirmed_twice"] for row in kidgate.json("grant", "list")] == [True]


def test_link_is_for_an_adult_who_may_answer(kidgate: Kidgate) -> None:
    ask(kidgate)
    assert "may not answer" in kidgate.fails(1, "request", "link", 1, "--to", "lan")
    database = open_database(Home(kidgate.home).database, create=False)
    row = {"name": "lan", "role": "owner", "password_hash": None, "language": "vi"}
    with database.writing() as session:
        table = Base.metadata.tables["users"]
        session.execute(insert(table), [row | {"created_at": AT, "active": True}])
    database.close()
    found = kidgate.json("request", "link", 1, "--to", "lan")
    assert found["path"] == f"/answer/{found['token']}"
