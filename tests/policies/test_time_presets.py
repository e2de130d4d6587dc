"""A preset's limits on a tier: stricter ones stay, what `each` makes needless goes."""

from __future__ import annotations

import pytest

from kidgate.policies.edits import EditFault
from kidgate.policies.rows import PolicyRows, ServiceRow, TierRow
from kidgate.policies.time_presets import put_preset

SERVICES = {
    "roblox": ServiceRow("roblox", categories=("games",)),
    "chess": ServiceRow("chess", categories=("games",)),
    "zalo": ServiceRow("zalo", categories=("messaging",)),
}
QUOTAS = {"service:roblox": 60, "service:chess": 20, "service:zalo": 60, "category:games": 90}
BUILTIN = (TierRow("13-15", min_age=13, age_tier=True, quotas=QUOTAS),)


def test_preset_makes_a_copy_of_the_tier() -> None:
    (tier,) = put_preset(PolicyRows(), BUILTIN, SERVICES, "13-15", "decree-147").tiers
    assert tier.quotas == {
        "service:chess": 20,
        "service:zalo": 60,
        "category:games": 90,
        "each:games": 60,
    }
    assert (tier.notice_minutes, tier.age_tier, tier.min_age) == ({"category:games": 30}, True, 13)


def test_preset_put_twice_changes_nothing() -> None:
    once = put_preset(PolicyRows(), BUILTIN, SERVICES, "13-15", "decree-147")
    assert put_preset(once, BUILTIN, SERVICES, "13-15", "decree-147") == once


@pytest.mark.parametrize(
    ("tier", "name", "said"),
    [("13-15", "decree-174", "did you mean `decree-147`"), ("13", "decree-147", "no tier")],
)
def test_preset_is_refused_when_it_is_not_known(tier: str, name: str, said: str) -> None:
    with pytest.raises(EditFault, match=said):
        put_preset(PolicyRows(), BUILTIN, SERVICES, tier, name)
