"""Changes to tiers and settings, and the fields they are made of."""

from __future__ import annotations

from datetime import date

import pytest

from kidgate.policies import tier_edits
from kidgate.policies.edits import EditFault
from kidgate.policies.fields import InvalidField, set_field
from kidgate.policies.model import Action
from kidgate.policies.rows import PolicyRows, ProfileRow, Settings, Text, TierRow

BUILTIN = (
    TierRow("6-8", Text("6-8 tuổi", "Ages 6-8"), min_age=6, age_tier=True),
    TierRow("9-12", min_age=9, age_tier=True, categories={"games": Action.ALLOW}),
)
ROWS = PolicyRows()


def test_set_tier_copies_a_built_in_tier_when_it_is_changed() -> None:
    rows = tier_edits.set_tier(ROWS, BUILTIN, "9-12", "categories.games", "block")
    assert rows.tiers[0].categories == {"games": Action.BLOCK}
    assert BUILTIN[1].categories == {"games": Action.ALLOW}
    rows = tier_edits.set_tier(rows, BUILTIN, "9-12", "bedtime", "daily 21:00-06:00")
    assert len(rows.tiers) == 1
    assert rows.tiers[0].categories == {"games": Action.BLOCK}
    assert tier_edits.tiers_of(rows, BUILTIN)["9-12"].bedtime == "daily 21:00-06:00"
    assert tier_edits.remove_tier(rows, BUILTIN, "9-12") == ROWS


def test_copied_tier_is_not_reached_by_birthday_and_has_its_own_title() -> None:
    rows = tier_edits.copy_tier(ROWS, BUILTIN, "6-8", "strict", "Nghiêm")
    (row,) = rows.tiers
    assert (row.key, row.age_tier, row.min_age) == ("strict", False, 6)
    assert row.title == Text("Nghiêm", "Nghiêm")
    assert tier_edits.copy_tier(ROWS, BUILTIN, "6-8", "b", "").tiers[0].title.en == "Ages 6-8"
    with pytest.raises(EditFault, match="is there already"):
        tier_edits.copy_tier(ROWS, BUILTIN, "6-8", "9-12", "")


def test_tier_is_explained_when_there_is_none() -> None:
    with pytest.raises(EditFault, match="did you mean `9-12`"):
        tier_edits.set_tier(ROWS, BUILTIN, "9-13", "mode", "allow_list")
    with pytest.raises(EditFault, match="there is nothing to remove"):
        tier_edits.remove_tier(ROWS, BUILTIN, "9-12")
    with pytest.raises(EditFault, match="no tier is called `x`"):
        tier_edits.remove_tier(ROWS, BUILTIN, "x")


def test_set_setting_reads_each_kind_of_value() -> None:
    rows = tier_edits.set_setting(ROWS, "ports", "80, 443,8443")
    rows = tier_edits.set_setting(rows, "holidays", "2027-02-06")
    rows = tier_edits.set_setting(rows, "retention_days", "30")
    assert rows.settings.ports == (80, 443, 8443)
    assert rows.settings.holidays == (date(2027, 2, 6),)
    assert rows.settings.retention_days == 30
    assert tier_edits.set_setting(rows, "holidays", "").settings.holidays == ()
    with pytest.raises(EditFault, match="did you mean `zone`"):
        tier_edits.set_setting(ROWS, "zon", "x")


@pytest.mark.parametrize(
    ("row", "place", "text", "said"),
    [
        (BUILTIN[0], "key", "x", "there is no `key` to set"),
        (BUILTIN[0], "min_age", "six", "needs a number"),
        (BUILTIN[0], "safe_search", "perhaps", "needs true or false"),
        (BUILTIN[0], "default", "stop", "needs one of allow"),
        (BUILTIN[0], "bedtime.x", "y", "has no parts"),
        (BUILTIN[0], "quotas", "5", "write for example `quotas.games`"),
        (BUILTIN[0], "title", "x", "write for example `title.en`"),
        (BUILTIN[0], "title.fr", "x", "only the parts vi, en"),
        (BUILTIN[0], "quotas.all", "", "nothing to take out"),
        (BUILTIN[0], "text_limits.adult", "high", "needs a number"),
        (Settings(), "holidays", "Tet", "needs a date like"),
        (Settings(), "terms", "hk1", "has a command of its own"),
    ],
)
def test_field_is_refused_when_it_or_its_value_cannot_be(
    row: TierRow | Settings, place: str, text: str, said: str
) -> None:
    with pytest.raises(InvalidField) as caught:
        set_field(row, place, text)
    assert said in str(caught.value)


def test_field_is_set_by_its_type_when_it_can_be() -> None:
    row = set_field(BUILTIN[0], "content_types.application/vnd.rar", "block")
    row = set_field(row, "quotas.all", "90")
    row = set_field(row, "text_limits.adult", "12.5")
    row = set_field(row, "safe_search", "on")
    row = set_field(row, "search_terms", "cá độ, lô đề")
    row = set_field(row, "title.vi", "Tiểu học")
    assert row.content_types == {"application/vnd.rar": Action.BLOCK}
    assert (row.quotas, row.text_limits) == ({"all": 90}, {"adult": 12.5})
    assert (row.safe_search, row.search_terms) == (True, ("cá độ", "lô đề"))
    assert row.title == Text("Tiểu học", "Ages 6-8")
    assert set_field(row, "quotas.all", "").quotas == {}
    born = set_field(ProfileRow("mai"), "born", "2016-05-01")
    assert born.born == date(2016, 5, 1)
    assert set_field(born, "born", "").born is None
