"""A child asks, an adult answers: limits, one answer alone, all or nothing, links."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from kidgate.documents.minutes import Today, dump
from kidgate.keeper import commands, daily, me, requests
from kidgate.keeper.links import SECONDS, DeadLink
from kidgate.keeper.writer import Writer
from kidgate.policies.model import Action, JournalLevel
from kidgate.policies.requests import CannotAnswer
from kidgate.policies.rows import (
    DeviceRow,
    GroupRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    Settings,
    TierRow,
)
from kidgate.policies.snapshot_file import load_snapshot
from kidgate.store.alerts import alerts
from kidgate.store.columns import Base
from kidgate.store.journal import query
from kidgate.store.policy import head
from kidgate.store.requests import all_requests
from tests.keeper.stand import AT, home_in, write, writer_of

ROWS = PolicyRows(
    settings=Settings(zone="Asia/Ho_Chi_Minh"),
    tiers=(TierRow("t", journal=JournalLevel.HOST),),
    groups=(GroupRow("8A"),),
    profiles=(ProfileRow("mai", tier="t", groups=("8A",)), ProfileRow("an", tier="t")),
    devices=(DeviceRow("tablet", of="mai"),),
    rules=(RuleRow(0, "tier:t", "bad.example", Action.BLOCK),),
)
BY = {"user": "lan", "role": "parent", "address": "192.0.2.1"}


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(home_in(tmp_path)) as found:
        write(found, ROWS)
        yield found


def later(writer: Writer, **span: float) -> Writer:
    return replace(writer, now=lambda: AT + timedelta(**span))


def ask(writer: Writer, site: str = "bad.example", **more: Any) -> dict[str, Any]:
    fields = {"child": "mai", "device": "tablet", "url": f"https://www.{site}/a?b=1"}
    fields |= {"service": "", "category": "", "reason": "rule", "note": "please", "entry": "e1"}
    return commands.run(writer, "request.open", fields | more)


def answer(writer: Writer, number: int, **more: Any) -> dict[str, Any]:
    fields = {"id": number, "yes": True, "scope": "site", "duration": "1h", "by": BY}
    return commands.run(writer, "request.answer", fields | more)


def grants(writer: Writer) -> list[tuple[str, str, datetime]]:
    rows = load_snapshot(writer.home.snapshot.read_bytes()).rows
    return [(row.child, row.target, row.until) for row in rows.grants]


def user(writer: Writer, name: str = "lan", role: str = "parent", **more: Any) -> None:
    row = {"name": name, "role": role, "password_hash": None, "language": "vi"}
    with writer.database.writing() as session:
        table = Base.metadata.tables["users"]
        session.execute(insert(table), [row | {"created_at": AT, "active": True} | more])


def test_request_is_told_to_adults_and_written_at_the_childs_own_level(writer: Writer) -> None:
    assert ask(writer) == {"request": 1, "state": "open", "left": 19}
    with writer.database.reading() as session:
        (found,) = all_requests(session)
        (line,) = query(session)
        (alert,) = alerts(session)
    assert (found.site, found.target, found.note) == ("bad.example", "bad.example", "please")
    assert found.url == "https://www.bad.example/a?b=1"
    assert (line.kind, line.verdict, line.host, line.url) == (
        "request",
        "ask",
        "www.bad.example",
        "",
    )
    assert alert.kind == "request"
    assert alert.facts["request"] == 1


def test_same_site_stays_one_request_with_the_newest_note(writer: Writer) -> None:
    ask(writer)
    assert ask(later(writer, minutes=1), note="it is for school", url="http://m.bad.example/") == {
        "request": 1,
        "state": "open",
        "left": 19,
    }
    ask(writer, note="")
    with writer.database.reading() as session:
        (found,) = all_requests(session)
        assert found.note == "it is for school"
        assert len(alerts(session)) == 1
    assert ask(writer, child="an")["request"] == 2


def test_page_is_not_put_in_the_place_of_the_one_that_an_adult_reads(writer: Writer) -> None:
    ask(writer, url="https://bad.example/homework")
    ask(later(writer, minutes=1), url="https://bad.example/party", note="please")
    said = answer(writer, 1, scope="page")
    assert said["target"] == "bad.example/homework"


def test_five_may_wait_and_twenty_be_asked_on_one_day_of_the_child(writer: Writer) -> None:
    for number in range(5):
        assert ask(writer, f"s{number}.example")["state"] == "open"
    assert ask(writer, "more.example") == {"request": None, "state": "limited", "left": 15}
    for number in range(1, 6):
        answer(writer, number, yes=False)
    for number in range(5, 20):
        said = ask(writer, f"s{number}.example")
        answer(writer, said["request"], yes=False)
    assert ask(writer, "more.example") == {"request": None, "state": "limited", "left": 0}
    assert ask(writer, "more.example", child="an")["state"] == "open"
    # 09:00 UTC is 16:00 in Ha Noi: a new day begins eight hours later.
    assert ask(later(writer, hours=7.9), "more.example")["state"] == "limited"
    assert ask(later(writer, hours=8), "more.example") == {
        "request": 22,
        "state": "open",
        "left": 19,
    }


@pytest.mark.parametrize(
    "more",
    [
        {"reason": "illegal_material"},
        {"reason": "bedtime"},
        {"reason": "nonsense"},
        {"child": "nobody"},
        {"url": "javascript:alert(1)"},
    ],
)
def test_what_nobody_can_open_cannot_be_asked_for(writer: Writer, more: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        ask(writer, **more)
    with writer.database.reading() as session:
        assert all_requests(session) == []


def test_yes_is_in_force_at_once_and_for_this_child_alone(writer: Writer) -> None:
    ask(writer)
    said = answer(writer, 1, text=" have\nfun ")
    hour = AT + timedelta(hours=1)
    assert said == {
        "id": 1,
        "state": "approved",
        "version": 2,
        "until": hour.isoformat(),
        "grant": 1,
        "rule": None,
        "target": "bad.example",
    }
    assert grants(writer) == [("mai", "bad.example", hour)]
    with writer.database.reading() as session:
        (found,) = all_requests(session)
        assert alerts(session) == []
    assert (found.state, found.answered_by, found.answer) == ("approved", "lan", "have fun")
    assert (found.scope, found.duration, found.whom) == ("site", "1h", "child")
    state = commands.run(writer, "request.state", {"request": 1, "child": "mai"})
    assert state == {"state": "approved", "answer": "have fun", "until": hour.isoformat()}
    assert (
        commands.run(writer, "request.state", {"request": 1, "child": "an"})["state"] == "unknown"
    )


def test_request_is_answered_once(writer: Writer) -> None:
    ask(writer)
    answer(writer, 1)
    for yes in (True, False):
        with pytest.raises(CannotAnswer, match="approved already by lan"):
            answer(writer, 1, yes=yes)
    assert len(grants(writer)) == 1


def test_yes_for_the_tier_or_for_always_is_a_rule(writer: Writer) -> None:
    ask(writer)
    said = answer(writer, 1, duration="always", whom="tier")
    rows = load_snapshot(writer.home.snapshot.read_bytes()).rows
    assert said["until"] is None
    (rule,) = (row for row in rows.rules if row.id == said["rule"])
    assert (rule.scope, rule.target, rule.action) == ("tier:t", "bad.example", Action.ALLOW)
    assert (rule.author, rule.reason) == ("lan", "request 1")


@pytest.mark.parametrize(
    "more",
    [
        {"scope": "service"},
        {"scope": "galaxy"},
        {"duration": "2y"},
        {"whom": "everyone"},
        {"id": 7},
    ],
)
def test_answer_that_opens_nothing_changes_nothing(writer: Writer, more: dict[str, Any]) -> None:
    ask(writer)
    before = writer.home.snapshot.read_bytes()
    with pytest.raises(CannotAnswer):
        answer(writer, **{"number": more.get("id", 1), **more})
    with writer.database.reading() as session:
        assert head(session) == 1
        assert all_requests(session)[0].state == "open"
    assert writer.home.snapshot.read_bytes() == before


def test_nothing_is_written_when_the_policy_cannot_be(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(writer)

    def fail(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(requests, "change_request", fail)
    with pytest.raises(OSError, match="disk full"):
        answer(writer, 1)
    with writer.database.reading() as session:
        assert head(session) == 1
        assert all_requests(session)[0].state == "open"


def test_dangerous_site_is_opened_by_who_was_warned(writer: Writer) -> None:
    ask(writer, reason="security", category="phishing")
    offers = commands.run(writer, "request.show", {"id": 1})["offers"]
    assert {(o["scope"], o["whom"], o["confirm"]) for o in offers} == {
        ("page", "child", True),
        ("site", "child", True),
    }
    assert all("always" not in offer["durations"] for offer in offers)
    with pytest.raises(CannotAnswer, match="dangerous"):
        answer(writer, 1)
    answer(writer, 1, confirmed=True)
    rows = load_snapshot(writer.home.snapshot.read_bytes()).rows
    assert [row.confirmed_twice for row in rows.grants] == [True]


def test_request_that_nobody_answers_ends_after_a_week(writer: Writer) -> None:
    ask(writer)
    assert requests.expire(writer, AT + timedelta(days=7)) == 0
    daily.once(later(writer, days=7, seconds=1))
    assert (
        commands.run(writer, "request.state", {"request": 1, "child": "mai"})["state"] == "expired"
    )
    with pytest.raises(CannotAnswer, match="expired already"):
        answer(writer, 1)


def test_answered_request_is_forgotten_with_the_journal(writer: Writer) -> None:
    ask(writer)
    ask(writer, "other.example")
    answer(writer, 1)
    daily.once(later(writer, days=89))
    with writer.database.reading() as session:
        assert [found.state for found in all_requests(session)] == ["expired", "approved"]
    daily.once(later(writer, days=91))
    with writer.database.reading() as session:
        assert all_requests(session) == []


def test_request_of_a_child_that_is_gone_opens_nothing(writer: Writer) -> None:
    ask(writer)
    write(writer, replace(ROWS, profiles=ROWS.profiles[1:], devices=()))
    assert commands.run(writer, "request.show", {"id": 1})["offers"] == []
    with pytest.raises(CannotAnswer, match="`mai` is gone"):
        answer(writer, 1)
    assert answer(writer, 1, yes=False)["state"] == "denied"


# Links


def link(writer: Writer, name: str = "lan") -> str:
    return str(commands.run(writer, "request.link", {"id": 1, "user": name})["token"])


def by_link(writer: Writer, token: str, **more: Any) -> dict[str, Any]:
    return commands.run(writer, "request.by_link", {"token": token, **more})


YES = {"yes": True, "scope": "site", "duration": "15m"}


def test_link_shows_without_changing_and_answers_once_for_its_user(writer: Writer) -> None:
    user(writer)
    user(writer, "ba", "owner")
    ask(writer)
    token, other = link(writer), link(writer, "ba")
    assert stat.S_IMODE(writer.home.link_key.stat().st_mode) == 0o600
    for _ in range(3):
        seen = by_link(writer, token)
        assert (seen["state"], seen["user"], seen["profile"]) == ("open", "lan", "mai")
    said = by_link(writer, token, **YES, by={"user": "somebody", "address": "192.0.2.7"})
    assert (said["state"], said["user"]) == ("approved", "lan")
    for dead in (token, other):
        with pytest.raises(DeadLink):
            by_link(writer, dead)
        with pytest.raises(DeadLink):
            by_link(writer, dead, **YES)
    for dead in (token, other):
        assert commands.run(writer, "request.linked", {"token": dead}) == {
            "state": "approved",
            "answered_by": "lan",
            "answered_at": AT.isoformat(),
        }
    with pytest.raises(DeadLink):
        commands.run(writer, "request.linked", {"token": token[:-1]})
    assert len(grants(writer)) == 1


def test_link_ends_with_two_days_another_answer_or_its_user(writer: Writer) -> None:
    user(writer)
    ask(writer)
    token = link(writer)
    assert by_link(later(writer, seconds=SECONDS), token)["state"] == "open"
    for end in (later(writer, seconds=SECONDS + 1), later(writer, days=400)):
        with pytest.raises(DeadLink):
            by_link(end, token, **YES)
    with writer.database.writing() as session:
        session.execute(update(Base.metadata.tables["users"]).values(active=False))
    with pytest.raises(CannotAnswer, match="may not answer"):
        by_link(writer, token, **YES)
    answer(writer, 1, yes=False)
    with pytest.raises(DeadLink):
        by_link(writer, token, **YES)
    assert grants(writer) == []


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "", lambda t: t * 9]
)
def test_link_that_is_none_of_ours_leads_nowhere(writer: Writer, change: Any) -> None:
    user(writer)
    ask(writer)
    with pytest.raises(DeadLink):
        by_link(writer, change(link(writer)), **YES)


def test_link_is_made_for_adults_who_see_the_child(writer: Writer) -> None:
    user(writer, "co", "teacher", groups=["8A"])
    user(writer, "thay", "teacher", groups=["9B"])
    user(writer, "kiem", "auditor")
    ask(writer)
    assert by_link(writer, link(writer, "co"))["state"] == "open"
    for name in ("thay", "kiem", "nobody"):
        with pytest.raises(CannotAnswer, match="may not answer"):
            link(writer, name)


# The child's own page


def test_child_is_shown_its_own_and_nothing_without_a_child(writer: Writer) -> None:
    ask(writer)
    ask(writer, child="an", note="secret")
    shown = me.show(writer, {"child": "mai", "device": "tablet"})
    assert [found["note"] for found in shown["requests"]] == ["please"]
    assert {line["kind"] for line in shown["lines"]} == {"request"}
    assert shown["minutes"] == {}
    for nobody in (None, ""):
        empty = me.show(writer, {"child": nobody, "device": "pc"})
        assert (empty["lines"], empty["requests"], empty["minutes"]) == ([], [], {})
    assert shown["titles"]["vi"].keys() == shown["titles"]["en"].keys()


def test_child_is_shown_its_minutes_of_today(writer: Writer) -> None:
    begin, until = AT - timedelta(hours=16), AT + timedelta(hours=8)
    days = {
        child: Today(begin.date(), begin, until, {"all": used}, {"all": 15})
        for child, used in (("mai", 20), ("an", 30))
    }
    writer.home.minutes.write_bytes(dump(days))
    shown = {"child": "mai", "device": ""}
    assert me.show(writer, shown)["minutes"] == {"all": {"used": 35, "bonus": 15}}
    assert me.show(later(writer, hours=8), shown)["minutes"] == {}
    writer.home.minutes.write_bytes(b"{")
    assert me.show(writer, shown)["minutes"] == {}


def test_times_are_utc(writer: Writer) -> None:
    ask(writer)
    answer(writer, 1, duration="today")
    assert grants(writer)[0][2] == datetime(2026, 11, 23, 17, tzinfo=UTC)
