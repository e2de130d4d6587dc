"""`time`: what was used, what is left, what is given; and the same answer from `check`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from kidgate.documents.home import Home
from kidgate.keeper import client
from tests.console.runner import NOW, Kidgate

AT = datetime.fromisoformat(NOW)


def used(kidgate: Kidgate, minutes: int, *keys: str, device: str = "tablet") -> None:
    """Mai used these until a minute ago."""
    home, zero = Home(kidgate.home), AT.timestamp() - 50_000
    first = 50_000 - minutes * 60
    beats = [["mai", device, key, first, 50_000 - 60, zero] for key in keys]
    url = f"sqlite:///{home.database}"
    client.do(home, url, lambda: AT, "usage.beats", boot="b1", beats=beats)


def limits(day: Any) -> dict[str, tuple[int, int, int]]:
    return {one["of"]: (one["used"], one["bonus"], one["left"]) for one in day["limits"]}


def test_show_tells_minutes_limits_and_bonus(kidgate: Kidgate) -> None:
    assert "nothing used" in kidgate("time", "show", "mai")
    used(kidgate, 50, "all", "category:games", "service:roblox")
    used(kidgate, 40, "all", "category:games", "service:roblox", device="phone")
    day = kidgate.json("time", "show", "mai")
    assert (day["day"], day["zone"]) == ("2026-11-23", "Asia/Ho_Chi_Minh")
    assert day["minutes"] == {"all": 50, "category:games": 50, "service:roblox": 50}
    assert limits(day)["category:games"] == (50, 0, 10)
    given = kidgate.json("time", "bonus", "mai", 30, "--of", "category:games", "--reason", "đọc")
    day = kidgate.json("time", "show", "mai")
    assert limits(day)["category:games"] == (50, 30, 40)
    assert [(b["minutes"], b["reason"]) for b in day["bonuses"]] == [(30, "đọc")]
    assert "category:games" in kidgate("time", "show")
    kidgate("time", "take-back", given["id"])
    assert limits(kidgate.json("time", "show", "mai"))["category:games"] == (50, 0, 10)
    assert kidgate.json("time", "show", "mai", "--day", "2026-11-22")["minutes"] == {}


def test_check_answers_as_the_gateway_when_minutes_are_used_up(kidgate: Kidgate) -> None:
    kidgate("allow", "service:roblox", "--for", "tier:13-15")
    kidgate("tier", "set", "9-12", "services.roblox", "allow")
    kidgate("tier", "set", "9-12", "quotas.each:games", "45")
    asked = ("check", "https://www.roblox.com", "--as", "mai")
    assert kidgate.json(*asked)["verdict"] == "allow"
    used(kidgate, 45, "all", "category:games", "service:roblox")
    found = kidgate.json(*asked, status=1)
    assert (found["reason"], found["source"]) == ("quota", "tier 9-12: quota each:games 45 min")
    assert found["until"] == "2026-11-24T00:00:00+07:00"
    kidgate("time", "bonus", "mai", 10, "--of", "each:games", "--reason", "thêm")
    assert kidgate.json(*asked)["verdict"] == "allow"


def test_recount_finds_nothing_to_mend(kidgate: Kidgate) -> None:
    used(kidgate, 45, "all")
    assert kidgate.json("time", "recount") == {"children": 1, "changed": {}}
    Home(kidgate.home).minutes.unlink()
    assert kidgate.json("time", "recount")["changed"] == {"mai": {"all": [0, 45]}}
    assert "mai: all" not in kidgate("time", "recount")


def test_preset_is_put_on_a_tier(kidgate: Kidgate) -> None:
    kidgate("time", "preset", "decree-147", "--for", "13-15")
    tier = kidgate.json("tier", "show", "13-15")
    assert tier["quotas"] == {"category:games": 180, "each:games": 60}
    assert tier["notice_minutes"] == {"category:games": 30}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "lan"), "no profile is called `lan`"),
        (("bonus", "mai", 5, "--of", "games", "--reason", "x"), "is none of all"),
        (("bonus", "mai", 5, "--of", "each:gmes", "--reason", "x"), "did you mean `games`?"),
        (("bonus", "mai", 5, "--day", "2026-11-01", "--reason", "x"), "is over"),
        (("take-back", 9), "there is no bonus 9"),
        (("preset", "decree", "--for", "13-15"), "did you mean `decree-147`?"),
    ],
)
def test_fault_says_what_to_do(kidgate: Kidgate, arguments: Any, said: str) -> None:
    assert said in kidgate.fails(2, "time", *arguments)


def test_tier_takes_no_limit_of_a_category_that_nobody_knows(kidgate: Kidgate) -> None:
    assert "did you mean" in kidgate.fails(2, "tier", "set", "9-12", "quotas.each:gmes", "5")
    assert "is none of" in kidgate.fails(2, "tier", "set", "9-12", "notice_minutes.each:games", "5")
