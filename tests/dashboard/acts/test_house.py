"""What holds for an age, when, and for the whole house: tiers, weeks, settings."""

from __future__ import annotations

from datetime import date

import pytest

from kidgate.dashboard.acts import settings, tiers, weeks
from kidgate.dashboard.acts.settings import HolidaysAsked, HouseChanged, Term, TermAsked
from kidgate.dashboard.acts.tiers import TierAsked, TierChanged, TierCopied, TierPreset
from kidgate.dashboard.acts.weeks import WeekAsked, WeekPainted, WeekTyped
from kidgate.dashboard.faults import Forbidden, Invalid, NotThere
from kidgate.dashboard.gate import Nothing
from kidgate.policies.model import Action, JournalLevel
from tests.dashboard.conftest import Site

NIGHT = "1" * 12 + "0" * 30 + "1" * 6  # 21:00-06:00


def test_tier_is_changed_and_restored(site: Site) -> None:
    desk, parent = site.desk, site.actor("parent")
    asked = TierChanged(
        "9-12",
        categories={"games": "block", "social": ""},
        services={"Roblox": "ask"},
        safe_search=False,
        ai_label=False,
        journal=JournalLevel.CATEGORY,
    )
    tiers.change_(desk, parent, asked)
    found = tiers.show(desk, parent, TierAsked("9-12"))
    assert found.categories["games"] is Action.BLOCK and "social" not in found.categories
    assert found.categories["adult"] is Action.BLOCK  # the rest stays
    assert found.services["roblox"] is Action.ASK and found.line.changed and not found.safe_search
    assert not found.ai_label
    tiers.restore(desk, parent, TierAsked("9-12"))
    assert "social" in tiers.show(desk, parent, TierAsked("9-12")).categories
    tiers.preset(desk, parent, TierPreset("9-12"))
    quotas = tiers.show(desk, parent, TierAsked("9-12")).quotas
    assert (quotas["each:games"], quotas["category:games"]) == (60, 60)  # its own was stricter
    for broken in (TierChanged("9-12", categories={"nothing-such": "block"}), TierChanged("none")):
        with pytest.raises(Invalid):
            tiers.change_(desk, parent, broken)


def test_tier_counts_children_one_may_see(site: Site) -> None:
    counts = {
        one.key: one.children for one in tiers.list_(site.desk, site.actor(), Nothing()).tiers
    }
    assert (counts["9-12"], counts["13-15"]) == (1, 1)
    seen = tiers.list_(site.desk, site.actor("teacher"), Nothing()).tiers
    assert {one.key: one.children for one in seen}["13-15"] == 0
    tiers.copy(site.desk, site.actor(), TierCopied("9-12", "exam", "Thi cử"))
    assert tiers.show(site.desk, site.actor(), TierAsked("exam")).line.own


def test_week_is_painted_for_a_child_and_follows_the_tier_again(site: Site) -> None:
    desk, parent = site.desk, site.actor("parent")
    week = weeks.show(desk, parent, WeekAsked("child:mai"))
    assert (week.source, week.grid[0][43], week.grid[0][42]) == ("tier", "1", "0")
    weeks.paint(desk, parent, WeekPainted("child:mai", "bedtime", (NIGHT,) * 7))
    week = weeks.show(desk, parent, WeekAsked("child:mai"))
    assert (week.source, week.text, week.grid) == ("own", "daily 21:00-06:00", (NIGHT,) * 7)
    weeks.paint(desk, parent, WeekPainted("child:mai", "bedtime", ("0" * 48,) * 7))
    assert weeks.show(desk, parent, WeekAsked("child:mai")).source == "none"
    weeks.type_(desk, parent, WeekTyped("child:mai", "bedtime"))
    assert weeks.show(desk, parent, WeekAsked("child:mai")).source == "tier"
    shown = weeks.show(desk, parent, WeekAsked("child:mai", "hours", "weekends"))
    assert "1" in shown.grid[5] and "1" not in shown.grid[0] and shown.source == "none"


def test_week_without_any_hour_is_refused_for_internet_hours(site: Site) -> None:
    """A text cannot say never: an empty week would open the whole day."""
    with pytest.raises(Invalid, match="never be on"):
        empty = WeekPainted("child:mai", "hours", ("0" * 48,) * 7)
        weeks.paint(site.desk, site.actor(), empty)


def test_schedule_that_a_week_cannot_show_says_so_and_stays_text(site: Site) -> None:
    desk, owner = site.desk, site.actor()
    text = "weekdays except holidays 21:15-06:00"
    weeks.type_(desk, owner, WeekTyped("tier:9-12", "bedtime", text))
    week = weeks.show(desk, owner, WeekAsked("tier:9-12"))
    assert week.text == text and {loss.kind for loss in week.lost} == {"holidays", "minutes"}
    with pytest.raises(Invalid):
        weeks.type_(desk, owner, WeekTyped("tier:9-12", "bedtime", "someday"))
    for scope in ("child:nobody", "tier:none", "everyone"):
        with pytest.raises(NotThere):
            weeks.show(desk, owner, WeekAsked(scope))
    with pytest.raises(NotThere):
        weeks.show(desk, site.actor("teacher"), WeekAsked("child:nam"))


def test_settings_terms_and_holidays(site: Site) -> None:
    desk, owner = site.desk, site.actor()
    asked = HouseChanged(language="en", retention_days=30, trusted=("Truong.Example.", "b.example"))
    settings.change_(desk, owner, asked)
    settings.term_add(desk, owner, Term("hk1", date(2026, 9, 7), date(2027, 1, 15)))
    settings.holidays_add(desk, owner, HolidaysAsked((date(2027, 1, 1), date(2027, 2, 5))))
    settings.holidays_remove(desk, owner, HolidaysAsked((date(2027, 2, 5),)))
    house = settings.show(desk, owner, Nothing())
    assert (house.language, house.retention_days) == ("en", 30)
    assert house.trusted == ("truong.example", "b.example")
    assert (house.holidays, house.terms[0].key) == ((date(2027, 1, 1),), "hk1")
    settings.term_remove(desk, owner, TermAsked("hk1"))
    for broken in (HouseChanged(zone="Nowhere/Never"), HouseChanged(unknown_tier="none")):
        with pytest.raises(Invalid):
            settings.change_(desk, owner, broken)
    with pytest.raises(Invalid):
        settings.change_(desk, owner, HouseChanged(trusted=("not a host",)))
    with pytest.raises(Forbidden):
        settings.change_(desk, site.actor("parent"), HouseChanged(language="vi"))
