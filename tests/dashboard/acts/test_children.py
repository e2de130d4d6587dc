"""Children: found, added, changed, removed; and what a teacher sees of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from kidgate.dashboard.acts import child_times, children
from kidgate.dashboard.acts.child_times import BonusAsked, BonusTaken, FreeAsked, QuotasAsked
from kidgate.dashboard.acts.children import (
    ChildAdded,
    ChildAsked,
    ChildChanged,
    ChildrenAsked,
    PinAsked,
)
from kidgate.dashboard.faults import Forbidden, Invalid, NotThere
from kidgate.policies.model import Action
from kidgate.policies.rows import GrantRow, PauseRow, ProfileRow, RuleRow
from tests.dashboard.conftest import NOW, ROWS, Site

LATER = NOW.replace(hour=20)


def found(site: Site, role: str = "owner", **asked: object) -> list[str]:
    answer = children.list_(site.desk, site.actor(role), ChildrenAsked(**asked))  # type: ignore[arg-type]
    return [child.key for child in answer.children]


def test_children_are_found_whatever_the_accents(make_site: Callable[..., Site]) -> None:
    rows = replace(ROWS, profiles=(*ROWS.profiles, ProfileRow("duc", "Đức Nguyễn")))
    site = make_site(rows)
    assert found(site) == ["duc", "mai", "nam"]
    assert found(site, search="duc nguyen") == found(site, search="ĐỨC") == ["duc"]
    assert found(site, group="9B") == ["nam"]


def test_teacher_sees_children_of_own_classes_alone(site: Site) -> None:
    assert found(site, "teacher") == ["mai"]
    teacher = site.actor("teacher")
    assert children.show(site.desk, teacher, ChildAsked("mai")).devices == ()
    for act in (children.show, child_times.minutes):
        with pytest.raises(NotThere):
            act(site.desk, teacher, ChildAsked("nam"))
    with pytest.raises(NotThere):
        child_times.bonus(site.desk, teacher, BonusAsked("nam", 15))
    with pytest.raises(Forbidden):
        children.add(site.desk, teacher, ChildAdded("Lan"))


def test_five_hundred_children_come_in_pages(make_site: Callable[..., Site]) -> None:
    many = tuple(ProfileRow(f"c{n:03}", f"Child {n:03}") for n in range(120))
    site = make_site(replace(ROWS, profiles=many, devices=()))
    first = children.list_(site.desk, site.actor(), ChildrenAsked())
    last = children.list_(site.desk, site.actor(), ChildrenAsked(page=99))
    assert (first.total, first.pages, len(first.children)) == (120, 3, 50)
    assert (last.page, len(last.children)) == (3, 20)


def test_new_child_has_the_tier_of_its_age(site: Site) -> None:
    made = children.add(site.desk, site.actor(), ChildAdded("Lan Phạm", date(2018, 1, 9)))
    assert (made.key, made.tier) == ("lan-pham", "6-8")
    again = children.add(site.desk, site.actor(), ChildAdded("Lan Phạm"))
    assert again.key == "lan-pham-2"
    shown = children.show(site.desk, site.actor(), ChildAsked("lan-pham"))
    assert (shown.next_tier, shown.next_day) == ("9-12", date(2027, 1, 9))
    assert shown.tier_from == "age"


def test_birth_date_that_cannot_be_is_refused(site: Site) -> None:
    with pytest.raises(Invalid, match="no date of birth"):
        children.add(site.desk, site.actor(), ChildAdded("Lan", date(2031, 1, 1)))


def test_change_leaves_what_it_does_not_name(site: Site) -> None:
    children.change_(site.desk, site.actor(), ChildChanged("mai", tier="13-15", language="en"))
    shown = children.show(site.desk, site.actor(), ChildAsked("mai"))
    assert (shown.name, shown.tier, shown.tier_from, shown.language) == (
        "Mai", "13-15", "pinned", "en",
    )  # fmt: skip
    children.change_(site.desk, site.actor(), ChildChanged("mai", tier="", born=None))
    assert children.show(site.desk, site.actor(), ChildAsked("mai")).tier_from == "unknown"


def test_change_says_what_is_wrong(site: Site) -> None:
    with pytest.raises(Invalid, match="zone"):
        children.change_(site.desk, site.actor(), ChildChanged("mai", zone="Nowhere/Never"))


def test_pin_is_kept_hashed_and_a_weak_one_is_refused(site: Site) -> None:
    children.pin(site.desk, site.actor(), PinAsked("mai", "4071"))
    assert children.show(site.desk, site.actor(), ChildAsked("mai")).pin
    for weak in ("1234", "12a4"):
        with pytest.raises(Invalid) as caught:
            children.pin(site.desk, site.actor(), PinAsked("mai", weak))
        assert weak not in str(caught.value)
    children.pin(site.desk, site.actor(), PinAsked("mai"))
    assert not children.show(site.desk, site.actor(), ChildAsked("mai")).pin


def test_removed_child_takes_its_rules_along_and_leaves_its_devices(
    make_site: Callable[..., Site],
) -> None:
    rows = replace(
        ROWS,
        rules=(RuleRow(1, "child:mai", "service:tiktok", Action.BLOCK),),
        grants=(GrantRow(1, "mai", "olm.vn", LATER),),
        pauses=(PauseRow(1, "child:mai", LATER),),
    )
    site = make_site(rows)
    goes = children.goes(site.desk, site.actor(), ChildAsked("mai"))
    assert (goes.rules, goes.grants, goes.pauses, goes.devices) == (1, 1, 1, ("tablet",))
    children.remove(site.desk, site.actor(), ChildAsked("mai"))
    after = site.desk.rows
    assert (after.rules, after.grants, after.pauses) == ((), (), ())
    assert {row.key: row.of for row in after.devices}["tablet"] == ""


def test_bonus_counts_for_today_and_can_be_taken_back(site: Site) -> None:
    desk, parent = site.desk, site.actor("parent")
    child_times.bonus(desk, parent, BonusAsked("mai", 15, "category:games", "dọn phòng"))
    today = child_times.minutes(desk, parent, ChildAsked("mai"))
    (bonus,) = today.bonuses
    assert (bonus.minutes, bonus.reason, bonus.author) == (15, "dọn phòng", "the-parent")
    games = next(line for line in today.lines if line.about == "category:games")
    assert (games.used, games.given, games.limit, games.left) == (0, 15, 60, 75)
    child_times.bonus_remove(desk, parent, BonusTaken(bonus.id))
    assert not child_times.minutes(desk, parent, ChildAsked("mai")).bonuses


def test_own_quotas_go_by_any_name_of_a_service(site: Site) -> None:
    child_times.quotas(
        site.desk, site.actor(), QuotasAsked("mai", {"all": 90, "service:YouTube": 30})
    )
    shown = children.show(site.desk, site.actor(), ChildAsked("mai"))
    assert shown.quotas == {"all": 90, "service:youtube": 30}
    with pytest.raises(Invalid, match="no service"):
        child_times.quotas(site.desk, site.actor(), QuotasAsked("mai", {"service:nothing-such": 1}))


def test_exception_lifts_limits_until_its_end(site: Site) -> None:
    child_times.free(site.desk, site.actor(), FreeAsked("mai", 60, ("bedtime",), "cuối tuần"))
    (row,) = children.show(site.desk, site.actor(), ChildAsked("mai")).exceptions
    assert ((row.until - NOW).total_seconds(), row.lifts) == (3600, ("bedtime",))
    child_times.free_end(site.desk, site.actor(), child_times.ExceptionAsked(row.id))
    assert not site.desk.rows.exceptions
