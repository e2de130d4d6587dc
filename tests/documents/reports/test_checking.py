"""The standard check finds what a policy leaves open, and is not deceived by bedtime."""

from __future__ import annotations

from datetime import UTC, datetime

from kidgate.documents.builtin import load_builtin, load_categories, load_help
from kidgate.documents.reports.checking import Outcome, load_checks, run_checks
from kidgate.policies.compile import compile_snapshot
from kidgate.policies.model import Action
from kidgate.policies.rows import PolicyRows, ProfileRow, RuleRow, Settings
from kidgate.policies.snapshot import NoFeeds

NIGHT = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # half past eleven in Viet Nam
TIERS, SERVICES, BUILTIN = load_builtin()
LISTED = ("adult", "gambling", "malware", "phishing")


def checked(*rules: RuleRow, listed: tuple[str, ...] = LISTED) -> list[Outcome]:
    whose = {row.key: f"check-{row.key}" for row in TIERS if row.key != "adult"}
    profiles = tuple(ProfileRow(profile, tier=key) for key, profile in whose.items())
    settings = Settings(zone="Asia/Ho_Chi_Minh")
    rows = PolicyRows(settings=settings, profiles=profiles, rules=rules)
    snapshot = compile_snapshot(rows, BUILTIN, tiers=TIERS, services=SERVICES, id="1")
    return run_checks(snapshot, NoFeeds(), whose, listed, NIGHT)


def failed(*rules: RuleRow, listed: tuple[str, ...] = LISTED) -> set[tuple[str, str]]:
    return {(o.tier, o.what) for o in checked(*rules, listed=listed) if not o.passed}


def test_built_in_tiers_pass_at_any_hour() -> None:
    found = checked()
    assert [outcome for outcome in found if not outcome.passed] == []
    assert {o.reason for o in found if o.what == "category:gambling"} == {"category"}


def test_what_a_rule_leaves_open_is_found() -> None:
    rule = RuleRow(1, "tier:9-12", "category:gambling", Action.ALLOW)
    assert failed(rule) == {("9-12", "category:gambling")}


def test_category_without_a_list_is_found() -> None:
    assert failed(listed=("adult",)) == {("", f"feed:{key}") for key in LISTED[1:]}


def test_data_names_categories_tiers_and_help_lines_that_there_are() -> None:
    checks = load_checks()
    assert set(checks.blocked) <= {category.key for category in load_categories()}
    assert {t for row in checks.blocked.values() for t in row.tiers} <= {row.key for row in TIERS}
    assert set(checks.open) <= {place.host for place in load_help().places}
    assert all(row.host.endswith(".example") for row in checks.blocked.values())
