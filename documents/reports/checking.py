"""The standard filtering check: its visits, decided like any other. See `checks.yaml`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from kidgate.documents.case_index import CaseIndex
from kidgate.documents.typed import decode
from kidgate.policies.decide import decide
from kidgate.policies.model import ASKED, Asked, CategoryIndex, Hit, Reason, Visit
from kidgate.policies.names import parse_url
from kidgate.policies.snapshot import PolicySnapshot

STOPPED, OPEN, LISTED = "stopped", "open", "listed"
# These stop everything for a while: they prove nothing of a category.
FOR_A_WHILE = frozenset({Reason.PAUSED, Reason.BEDTIME, Reason.QUOTA})
_NOWHERE = "https://kidgate-check.example/"
LOOK_AHEAD = 7 * 24  # hours in which a moment is looked for when the internet is on


@dataclass(frozen=True, slots=True)
class Blocked:
    host: str
    tiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checks:
    blocked: Mapping[str, Blocked]
    open: tuple[str, ...]
    listed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One visit: what should have come of it, and what did."""

    tier: str
    what: str  # category:K, help:HOST, feed:K
    url: str
    expected: str  # stopped | open | listed
    verdict: str
    reason: str
    passed: bool


@cache
def load_checks() -> Checks:
    """Raises Faults."""
    text = (files(__package__ or "") / "checks.yaml").read_text(encoding="utf-8")
    found: Checks = decode(text, Checks, "checks.yaml")
    return found


def run_checks(
    snapshot: PolicySnapshot,
    index: CategoryIndex,
    profiles: Mapping[str, str],
    listed: Collection[str],
    now: datetime,
) -> list[Outcome]:
    """Every visit of the check. `profiles`: for each tier to be tried the profile that asks;
    `listed`: categories that a list in force has names for; `index`: the lists."""
    checks = load_checks()
    names = {category: (row.host,) for category, row in checks.blocked.items()}
    tried = snapshot.with_index(Beside(CaseIndex.of(names), index))
    found = [outcome for tier in profiles for outcome in _of_tier(tried, tier, profiles[tier], now)]
    for category in checks.listed:
        there = category in listed
        verdict = LISTED if there else "no list"
        found.append(Outcome("", f"feed:{category}", "", LISTED, verdict, "", there))
    return found


def _of_tier(snapshot: PolicySnapshot, tier: str, profile: str, now: datetime) -> Iterator[Outcome]:
    at, checks = _moment(snapshot, profile, now), load_checks()
    for category, row in checks.blocked.items():
        if tier not in row.tiers:
            continue
        url = f"https://{row.host}/"
        decision = decide(Visit(parse_url(url), at, profile), snapshot)
        passed = decision.stops and decision.reason not in FOR_A_WHILE
        said = (decision.verdict.value, decision.reason.value)
        yield Outcome(tier, f"category:{category}", url, STOPPED, *said, passed)
    for host in checks.open:
        url = f"https://{host}/"
        decision = decide(Visit(parse_url(url), now, profile), snapshot)
        said = (decision.verdict.value, decision.reason.value)
        yield Outcome(tier, f"help:{host}", url, OPEN, *said, not decision.stops)


def _moment(snapshot: PolicySnapshot, profile: str, now: datetime) -> datetime:
    """A moment when the internet is on for a tier: now, or one of the hours to come."""
    nowhere = parse_url(_NOWHERE)
    for hours in range(LOOK_AHEAD):
        at = now + timedelta(hours=hours)
        if decide(Visit(nowhere, at, profile), snapshot).reason not in FOR_A_WHILE:
            return at
    return now


@dataclass(frozen=True, slots=True)
class Beside:
    """The names of the check beside those of the lists."""

    own: CategoryIndex
    lists: CategoryIndex

    def find(self, host: str, target: str = "", asked: Asked = ASKED) -> tuple[Hit, ...]:
        return self.own.find(host, target, asked) or self.lists.find(host, target, asked)

    def may_depend_on_url(self, host: str) -> bool:
        return self.own.may_depend_on_url(host) or self.lists.may_depend_on_url(host)
