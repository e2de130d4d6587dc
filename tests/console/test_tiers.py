"""`tier` and `category`: the data that rules and feeds speak of."""

from __future__ import annotations

import pytest
import yaml

from tests.console.runner import Kidgate


def test_tier_set_changes_what_holds_when_the_tier_is_built_in(kidgate: Kidgate) -> None:
    at = "2026-11-23T21:10+07:00"
    kidgate("check", "https://news.example", "--as", "mai", "--at", at)
    kidgate("tier", "set", "9-12", "bedtime", "daily 21:00-06:30")
    found = kidgate.json("check", "https://news.example", "--as", "mai", "--at", at, status=1)
    assert (found["reason"], found["until"]) == ("bedtime", "2026-11-24T06:30:00+07:00")
    makers = {row["key"]: row["made_by"] for row in kidgate.json("tier", "list")}
    assert (makers["9-12"], makers["6-8"]) == ("kidgate, changed", "kidgate")
    kidgate("tier", "remove", "9-12")
    kidgate("check", "https://news.example", "--as", "mai", "--at", at)
    assert "nothing to remove" in kidgate.fails(2, "tier", "remove", "9-12")


def test_tier_copy_is_reached_by_pinning_when_made(kidgate: Kidgate) -> None:
    kidgate("tier", "copy", "9-12", "strict", "--title", "Nghiêm")
    kidgate("tier", "set", "strict", "mode", "allow_list")
    kidgate("profile", "set", "mai", "--tier", "strict")
    found = kidgate.json("check", "https://news.example", "--as", "mai", status=1)
    assert (found["tier"], found["reason"]) == ("strict", "not_on_allow_list")
    assert "Nghiêm" in kidgate("tier", "list")
    assert "is there already" in kidgate.fails(2, "tier", "copy", "9-12", "strict")
    # A tier somebody is pinned to cannot be removed from under them.
    assert "no tier is called `strict`" in kidgate.fails(2, "tier", "remove", "strict")


def test_tier_show_is_a_policy_file_when_printed(kidgate: Kidgate) -> None:
    shown = yaml.safe_load(kidgate("tier", "show", "9-12"))
    assert shown["tiers"]["9-12"]["min_age"] == 9
    assert kidgate.json("tier", "show", "9-12")["key"] == "9-12"


def test_tier_set_takes_any_name_of_a_category_or_service(kidgate: Kidgate) -> None:
    kidgate("tier", "set", "9-12", "services.fb", "ask")
    kidgate("tier", "set", "9-12", "categories.Porn", "block")
    tier = kidgate.json("tier", "show", "9-12")
    assert (tier["services"]["facebook"], tier["categories"]["adult"]) == ("ask", "block")
    assert "fb" not in tier["services"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("bedtme", "x", "did you mean `bedtime`?"),
        ("bedtime", "late", "`late`"),
        ("quotas.all", "5000", "from 0 to 1440"),
        ("quotas.all", "much", "needs a number"),
        ("quotas", "5", "write for example `quotas.games`"),
        ("mode", "open", "deny_list"),
        ("categories.gmes", "block", "did you mean `games`?"),
        ("services.tktok", "block", "did you mean `tiktok`?"),
        ("categories.games", "stop", "allow, block"),
        ("safe_search", "maybe", "true or false"),
        ("key", "x", "there is no `key` to set"),
        ("title.fr", "x", "vi, en"),
    ],
)
def test_tier_set_changes_nothing_when_field_or_value_cannot_be(
    kidgate: Kidgate, field: str, value: str, said: str
) -> None:
    version = kidgate.version
    assert said in kidgate.fails(2, "tier", "set", "9-12", field, value)
    assert kidgate.version == version


def test_category_list_speaks_the_language_of_the_box_when_printed(kidgate: Kidgate) -> None:
    keys = [row["key"] for row in kidgate.json("category", "list")]
    assert {"adult", "gambling", "phishing"} <= set(keys)
    assert "Cờ bạc" in kidgate("category", "list")
