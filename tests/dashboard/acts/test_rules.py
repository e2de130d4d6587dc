"""Rules, grants, pauses, and the versions of the policy."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from kidgate.dashboard.acts import pauses, rules, versions
from kidgate.dashboard.acts.pauses import PauseAsked, ScopeAsked
from kidgate.dashboard.acts.rules import (
    GrantAdded,
    RowAsked,
    RuleAdded,
    RulesAsked,
    TargetAsked,
)
from kidgate.dashboard.acts.versions import DiffAsked, HistoryAsked, RollbackAsked
from kidgate.dashboard.faults import Forbidden, Invalid, NotThere
from kidgate.policies.model import Action
from tests.dashboard.conftest import NOW, Site


def test_rule_is_added_shown_and_removed(site: Site) -> None:
    desk, parent = site.desk, site.actor("parent")
    added = RuleAdded("child:mai", "service:TikTok", Action.BLOCK, until="+2h", reason="quá nhiều")
    made = rules.add(desk, parent, added)
    assert made.target == "service:tiktok"
    (line,) = rules.list_(desk, parent, RulesAsked()).rules
    assert (line.until, line.author, line.over) == (NOW + timedelta(hours=2), "the-parent", False)
    assert not rules.list_(desk, parent, RulesAsked(action="allow")).rules
    assert rules.list_(desk, parent, RulesAsked(text="tiktok", scope="child:mai")).total == 1
    rules.remove(desk, parent, RowAsked(line.id))
    assert not desk.rows.rules


TARGETS = {
    "https://example.com/a": "url",
    "=example.com": "host",
    "category:porn": "category",
    "term:cá  độ": "term",
}
NEVER = (
    ("service:nothing-such", "", ""),
    ("category:nothing-such", "", ""),
    ("exa mple", "", ""),
    ("example.com", "someday", ""),
    ("example.com", "", "2020-01-01"),
    ("example.com", "in term", ""),  # the house has no terms
)


def test_target_is_said_back(site: Site) -> None:
    owner = site.actor()
    said = {text: rules.target(site.desk, owner, TargetAsked(text)).kind for text in TARGETS}
    assert said == TARGETS


def test_rule_that_could_never_hold_is_refused(site: Site) -> None:
    for target, when, until in NEVER:
        added = RuleAdded("everyone", target, Action.BLOCK, when=when, until=until)
        with pytest.raises(Invalid):
            rules.add(site.desk, site.actor(), added)
    assert not site.desk.rows.rules


def test_time_without_a_zone_is_the_house_s(site: Site) -> None:
    added = RuleAdded("everyone", "example.com", Action.ALLOW, until="2026-11-22T20:00")
    rules.add(site.desk, site.actor(), added)
    assert site.desk.rows.rules[0].until == NOW + timedelta(hours=1)


def test_grant_must_end(site: Site) -> None:
    with pytest.raises(Invalid, match="must end"):
        rules.grant(site.desk, site.actor(), GrantAdded("mai", "olm.vn", "forever"))
    rules.grant(site.desk, site.actor(), GrantAdded("mai", "olm.vn", "today"))
    (grant,) = rules.list_(site.desk, site.actor(), RulesAsked()).grants
    rules.revoke(site.desk, site.actor(), RowAsked(grant.id))
    assert not site.desk.rows.grants


def test_teacher_pauses_the_own_class_and_sees_nothing_of_others(site: Site) -> None:
    desk, owner, teacher = site.desk, site.actor(), site.actor("teacher")
    for scope in ("group:8A", "group:9B"):
        rules.add(desk, owner, RuleAdded(scope, "example.com", Action.BLOCK))
    rules.grant(desk, owner, GrantAdded("nam", "olm.vn", "+1h"))
    pauses.start(desk, owner, PauseAsked("child:nam", 30))
    pauses.start(desk, teacher, PauseAsked("group:8A", 15))
    seen = rules.list_(desk, teacher, RulesAsked())
    assert [row.scope for row in seen.rules] == ["group:8A"]
    assert [row.scope for row in seen.pauses] == ["group:8A"]
    assert seen.grants == ()
    for scope in ("everyone", "group:9B", "child:nam", "device:phone", "tier:9-12"):
        with pytest.raises(Forbidden):
            pauses.start(desk, teacher, PauseAsked(scope, 15))
    with pytest.raises(Forbidden):
        pauses.end(desk, teacher, ScopeAsked("child:nam"))
    (grant,) = desk.rows.grants
    with pytest.raises(NotThere):
        rules.revoke(desk, teacher, RowAsked(grant.id))
    pauses.end(desk, teacher, ScopeAsked("group:8A"))


def test_versions_tell_what_changed_and_lead_back(site: Site) -> None:
    desk, owner = site.desk, site.actor()
    rules.add(desk, owner, RuleAdded("everyone", "example.com", Action.BLOCK))
    found = versions.history(desk, owner, HistoryAsked())
    assert [line.number for line in found.versions] == [2, 1]
    assert (found.versions[0].author, found.versions[0].changes) == ("the-owner", 1)
    older = versions.history(desk, owner, HistoryAsked(before=2))
    assert [line.number for line in older.versions] == [1]
    (change,) = versions.diff(desk, owner, DiffAsked(1, 2)).changes
    assert (change.kind, change.before, change.after["target"]) == ("rule", None, "example.com")
    versions.rollback(desk, owner, RollbackAsked(1))
    assert not desk.rows.rules
    with pytest.raises(Invalid, match="no version"):
        versions.diff(desk, owner, DiffAsked(1, 99))
    with pytest.raises(Invalid, match="no version"):
        versions.rollback(desk, owner, RollbackAsked(99))


def test_versions_keep_secrets_and_are_not_a_teacher_s(site: Site) -> None:
    from kidgate.dashboard.acts import devices
    from kidgate.dashboard.acts.devices import LoginAsked

    issued = devices.login(site.desk, site.actor(), LoginAsked("tablet"))
    hash = site.desk.rows.devices[-1].password_hash
    changes = versions.diff(site.desk, site.actor("auditor"), DiffAsked(1, 2)).changes
    said = repr(changes)
    assert hash and hash not in said and issued.password not in said and "password_hash" in said
    for act, asked in ((versions.history, HistoryAsked()), (versions.diff, DiffAsked(1, 2))):
        with pytest.raises(NotThere):
            act(site.desk, site.actor("teacher"), asked)  # type: ignore[operator]


def test_allowed_place_that_stays_shut_says_why(site: Site) -> None:
    """A pause comes before every grant."""
    desk, owner = site.desk, site.actor()
    site.do("index.rebuild")
    assert rules.grant(desk, owner, GrantAdded("mai", "olm.vn", "+1h")).stopped == ""
    pauses.start(desk, owner, PauseAsked("child:mai", 30))
    assert rules.grant(desk, owner, GrantAdded("mai", "example.com", "+1h")).stopped == "paused"
    added = RuleAdded("device:tablet", "https://example.com/a", Action.ALLOW)
    assert rules.add(desk, owner, added).stopped == "paused"


def test_who_may_not_change_the_policy_lends_for_a_day_and_nothing_dangerous(site: Site) -> None:
    teacher, day = site.actor("teacher"), timedelta(days=1)
    soon, later = (NOW + span for span in (day, day + timedelta(minutes=1)))
    wanted = GrantAdded(child="mai", target="x.example", until=soon.isoformat())
    for changed in ({"until": later.isoformat()}, {"security": True}):
        with pytest.raises(Forbidden, match="a day at most"):
            rules.grant(site.desk, teacher, msgspec.structs.replace(wanted, **changed))
    rules.grant(site.desk, teacher, wanted)
    assert [row.target for row in site.desk.rows.grants] == ["x.example"]
