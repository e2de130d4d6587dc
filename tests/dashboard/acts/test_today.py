from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kidgate.dashboard.acts import pauses, today
from kidgate.dashboard.acts.pauses import PauseAsked, ScopeAsked
from kidgate.dashboard.acts.today import Card, HouseWanted
from kidgate.dashboard.faults import Forbidden, Invalid
from kidgate.dashboard.gate import Nothing
from kidgate.documents.minutes import Today, dump
from kidgate.policies.rows import PauseRow, ProfileRow
from tests.dashboard.conftest import NOW, Site
from tests.dashboard.happened import line, put_lines


def cards(site: Site, role: str = "owner") -> dict[str, Card]:
    found = today.house(site.desk, site.actor(role), HouseWanted())
    return {card.child: card for card in found.cards}


def test_attempts_of_today_are_counted_by_reason(site: Site) -> None:
    put_lines(site, line("a", count=3), line("b", reason="quota"), line("c", verdict="allow"))
    card = cards(site)["mai"]
    assert (card.stopped, card.reasons) == (4, (("category", 3), ("quota", 1)))
    assert cards(site)["nam"].stopped == 0


def test_attempt_before_midnight_of_the_house_is_yesterdays(site: Site) -> None:
    midnight = NOW.replace(hour=17) - timedelta(days=1)  # UTC
    put_lines(site, line("a", at=midnight - timedelta(seconds=1)), line("b", at=midnight))
    assert cards(site)["mai"].stopped == 1
    week = today.week(site.desk, site.actor(), Nothing())
    assert week.days[-2:] == ((date(2026, 11, 21), 1), (date(2026, 11, 22), 1))


def test_week_counts_what_the_asker_sees(site: Site) -> None:
    put_lines(site)
    assert sum(count for _, count in today.week(site.desk, site.actor(), Nothing()).days) == 5
    found = today.week(site.desk, site.actor("teacher"), Nothing())
    assert sum(count for _, count in found.days) == 3
    assert dict(found.categories) == {"games": 1, "illegal": 1}


def test_teacher_sees_own_classes_alone(site: Site) -> None:
    put_lines(site)
    found = today.house(site.desk, site.actor("teacher"), HouseWanted())
    assert ([card.child for card in found.cards], found.children) == (["mai"], 1)
    assert found.stopped == 2


def test_minutes_are_told_with_what_was_given(site: Site) -> None:
    day = Today(
        date(2026, 11, 22),
        NOW - timedelta(hours=9),
        NOW + timedelta(hours=5),
        {"all": 40},
        {"all": 20},
    )
    site.home.minutes.write_bytes(dump({"nam": day}))
    all_ = next(used for used in cards(site)["nam"].minutes if used.key == "all")
    assert all_.used == 60
    site.home.minutes.write_bytes(b"{broken")
    assert cards(site)["nam"].stopped == 0


def test_time_of_today_is_told_by_app_for_the_children_one_sees(site: Site) -> None:
    begin, until = NOW - timedelta(hours=9), NOW + timedelta(hours=5)
    used = {"service:youtube": 30, "service:tiktok": -5, "category:video": 30}
    given = {"service:youtube": 10, "service:tiktok": 10}
    mai = Today(date(2026, 11, 22), begin, until, used, given)
    nam = Today(date(2026, 11, 22), begin, until, {"service:youtube": 7}, {})
    site.home.minutes.write_bytes(dump({"mai": mai, "nam": nam}))
    found = today.times(site.desk, site.actor(), Nothing())
    assert found.services == (("service:youtube", 47), ("service:tiktok", 5))
    found = today.times(site.desk, site.actor("teacher"), Nothing())
    assert found.services == (("service:youtube", 40), ("service:tiktok", 5))


def test_pause_and_its_end(site: Site) -> None:
    put_lines(site)
    actor = site.actor("parent")
    done = pauses.start(site.desk, actor, PauseAsked("mai", 15))
    assert done.until == NOW + timedelta(minutes=15)
    card = cards(site)["mai"]
    assert (card.state, card.until, card.own_pause) == ("paused", done.until, True)
    pauses.end(site.desk, actor, ScopeAsked("mai"))
    assert not site.desk.rows.pauses
    until = pauses.start(site.desk, site.actor(), PauseAsked("mai", 0)).until
    assert until.astimezone(site.desk.zone).isoformat() == "2026-11-23T06:00:00+07:00"


def test_pause_of_a_class_is_not_ended_for_one_child(site: Site) -> None:
    put_lines(site)
    pause = PauseRow(0, "group:8A", NOW + timedelta(hours=1))
    site.desk.change(site.actor(), lambda rows: replace(rows, pauses=(pause,)), "pause")
    assert (cards(site)["mai"].state, cards(site)["mai"].own_pause) == ("paused", False)
    with pytest.raises(Invalid):
        pauses.end(site.desk, site.actor(), ScopeAsked("mai"))


def test_who_may_not_pause_does_not_and_lost_lists_are_no_open_internet(site: Site) -> None:
    assert cards(site)["mai"].state == "lost"
    with pytest.raises(Forbidden):
        pauses.start(site.desk, site.actor("teacher"), PauseAsked("nam", 60))
    with pytest.raises(Forbidden):
        pauses.start(site.desk, site.actor("auditor"), PauseAsked("mai", 60))


def test_children_of_a_school_come_in_pages_with_the_urgent_first(site: Site) -> None:
    many = tuple(ProfileRow(f"k{n}", born=date(2014, 1, 1)) for n in range(60))
    site.desk.change(
        site.actor(), lambda rows: replace(rows, profiles=many, devices=()), "a school"
    )
    put_lines(site, line("a", child="k41"))
    found = today.house(site.desk, site.actor(), HouseWanted())
    assert (len(found.cards), found.pages, found.cards[0].child) == (24, 3, "k41")
    last = today.house(site.desk, site.actor(), HouseWanted(page=99))
    assert (last.page, len(last.cards)) == (3, 12)
