"""Who is answered: the tiers of a policy, stripped of what a name server cannot know, and which
addresses belong to which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kidgate.policies.decide import decide
from kidgate.policies.model import Decision, Stage, Verdict, Visit
from kidgate.policies.names import Url
from kidgate.policies.rows import PolicyRows, ProfileRow, RuleRow, TierRow
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.snapshot_file import Document
from kidgate.policies.targets import Kind, parse_target
from kidgate.policies.tier_edits import tiers_of
from kidgate.proxy.dns.export.limits import LeftOut

BY_NAME = (Kind.SITE, Kind.HOST, Kind.URL, Kind.SERVICE, Kind.CATEGORY)
OPEN, BLOCK = "", "block"  # an answer; any other text is the name that gives safe addresses


@dataclass(frozen=True, slots=True)
class Audience:
    """The tiers, in a fixed order, and the policy that `decide` is asked with."""

    snapshot: PolicySnapshot
    tiers: tuple[TierRow, ...]
    at: datetime
    last_stage: bool  # what would be a warning or a request form on a page is stopped here

    def answers(self, host: str) -> tuple[str, ...]:
        """What each tier is answered for a canonical host."""
        return tuple(
            self._answer(decide(self._visit(host, row), self.snapshot)) for row in self.tiers
        )

    def _visit(self, host: str, row: TierRow) -> Visit:
        url = Url("https", host, 443, "/")
        return Visit(url, self.at, child=_profile(row.key), stage=Stage.DNS)

    def _answer(self, decision: Decision) -> str:
        late = decision.verdict in (Verdict.WARN, Verdict.ASK) and self.last_stage
        if late or decision.verdict is Verdict.BLOCK:
            return BLOCK
        return decision.resolve_as


def audience_of(
    document: Document, at: datetime, left_out: LeftOut, *, last_stage: bool
) -> Audience:
    """The policy with one profile for each tier, and without what depends on time or on whom."""
    rows = document.rows
    tiers = tuple(map(_timeless, tiers_of(rows, document.tiers).values()))
    left_out.add("pauses", len(rows.pauses))
    left_out.add("lessons", len(rows.lessons))
    left_out.add("exceptions", len(rows.exceptions))
    left_out.add("grants of single children", len(rows.grants))
    made = replace(
        rows,
        tiers=tiers,
        profiles=tuple(ProfileRow(_profile(row.key), tier=row.key) for row in tiers),
        groups=(),
        devices=(),
        grants=(),
        pauses=(),
        lessons=(),
        exceptions=(),
        rules=tuple(rule for rule in rows.rules if _is_written(rule, left_out)),
    )
    snapshot = replace(document, rows=made).compile()
    return Audience(snapshot, tiers, at, last_stage)


def tier_of_address(
    snapshot: PolicySnapshot, rows: PolicyRows, at: datetime, left_out: LeftOut
) -> Mapping[str, str]:
    """Each device's address and the tier of its child now, in the order of addresses."""
    found = {
        address: snapshot.tier_of(snapshot.devices[key].of or None, at).row.key
        for address, key in snapshot.device_of_address.items()
    }
    nowhere = [device for device in rows.devices if not device.addresses]
    left_out.add("devices without an address, answered as unknown", len(nowhere))
    return dict(sorted(found.items()))


def mask_of(answers: Sequence[str]) -> int:
    """The tiers that are stopped, as bits in their order."""
    return sum(1 << number for number, answer in enumerate(answers) if answer == BLOCK)


def _profile(tier: str) -> str:
    return f"tier-{tier}"


def _timeless(row: TierRow) -> TierRow:
    return replace(row, hours="", bedtime="", quotas={})


def _is_written(rule: RuleRow, left_out: LeftOut) -> bool:
    if rule.scope != "everyone" and not rule.scope.startswith("tier:"):
        left_out.add("rules of single children, groups or devices")
        return False
    if rule.when or rule.until is not None:
        left_out.add("rules with a time")
        return False
    kind = parse_target(rule.target).kind
    if kind not in BY_NAME:
        left_out.add("rules about types, search terms or addresses")
        return False
    if kind is Kind.URL:
        left_out.add("rules about paths of a host")
    return True
