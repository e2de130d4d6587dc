"""One visit explained: what a worker would answer, asked in the same order, with the trace.

Deciding is `policies.decide`; the CLI's `check` and the dashboard's tester both come here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from kidgate.lists.sources import with_line
from kidgate.policies.decide import decide
from kidgate.policies.likeness import Likeness
from kidgate.policies.model import EMPTY, Decision, Facts, Stage, Verdict, Visit
from kidgate.policies.names import InvalidName, Url, parse_url
from kidgate.policies.opened import OPEN
from kidgate.policies.snapshot import PolicySnapshot, age_on
from kidgate.policies.tables import Service
from kidgate.policies.tunnels import tunnel_of_head

_NOWHERE = Url("http", "invalid.invalid", 80, "/")  # of an address that cannot be read


@dataclass(frozen=True, slots=True)
class Explained:
    asked: str  # the URL, canonical where it can be read
    visit: Visit
    decision: Decision
    too_young: tuple[Service, ...] = ()  # services of it that are from a later age, yet open


def explain(
    snapshot: PolicySnapshot,
    feeds: Path,
    url: str,
    at: datetime,
    child: str | None,
    device: str | None,
    addresses: tuple[str, ...] = (),
    *,
    page: str = "",
    resource: str = "document",
    minutes: Mapping[str, float] = EMPTY,
) -> Explained:
    """What a worker would answer. `feeds` is the folder of the imported lists, `addresses` are the
    destination's, where known, `page` the host of the page that loads it, `resource` what as,
    `minutes` what the child used today."""
    visit = Visit(_NOWHERE, at, child, device)
    try:
        place = parse_url(url)
    except InvalidName as fault:
        visit = replace(visit, facts=Facts(malformed=str(fault)))
        return Explained(url, visit, _judge(snapshot, feeds, visit))
    facts = Facts(
        addresses=addresses,
        tunnel=tunnel_of_head(place.target),
        initiator=page,
        resource=resource,
        minutes=minutes,
    )
    visit = replace(visit, url=place, facts=facts)
    final = _hello(snapshot, visit) or visit
    decision = _judge(snapshot, feeds, final)
    return Explained(str(place), final, decision, _too_young(snapshot, final, decision))


def as_json(explained: Explained) -> dict[str, Any]:
    """The shape of `kidgate check --json`."""
    visit, decision = explained.visit, explained.decision
    source = decision.source
    return {
        "verdict": decision.verdict.value,
        "reason": decision.reason.value,
        "rule": decision.rule_id,
        "source": str(source),
        "source_detail": {
            "kind": source.kind,
            "name": source.name,
            "entry": source.entry,
            "line": source.line,
        },
        "category": decision.category,
        "tier": decision.tier,
        "until": decision.until.isoformat() if decision.until else None,
        "exception_rule": decision.exception_rule_id,
        "rewrite": _rewrite(decision),
        "likeness": _likeness(decision.likeness),
        "decrypt": decision.decrypt,
        "watch": decision.watch,
        "too_young_for": {s.key: s.min_age for s in explained.too_young},
        "snapshot": decision.snapshot_id,
        "url": explained.asked,
        "child": visit.child,
        "device": visit.device,
        "at": visit.at.isoformat(),
        "stage": visit.stage.name.lower(),
        "trace": [
            {"order": s.order, "check": s.check, "said": s.said, "why": s.why}
            for s in decision.steps
        ],
    }


def _judge(snapshot: PolicySnapshot, feeds: Path, visit: Visit) -> Decision:
    """A decision with its list's line; `undecided` at a visit's last stage is a block."""
    decision = decide(visit, snapshot, trace=True)
    if decision.verdict is Verdict.UNDECIDED:
        decision = replace(decision, verdict=Verdict.BLOCK)
    return replace(decision, source=with_line(decision.source, feeds))


def _hello(snapshot: PolicySnapshot, visit: Visit) -> Visit | None:
    """The visit of a ClientHello that settles all: the connection is relayed unopened, or refused
    on a device that could not be shown why. See `proxy.hello`."""
    if visit.url.scheme != "https":
        return None
    url = Url("https", visit.url.host, visit.url.port, "/")
    facts = Facts(addresses=visit.facts.addresses, minutes=visit.facts.minutes)
    early = replace(visit, url=url, stage=Stage.HELLO, facts=facts)
    decision = decide(early, snapshot)
    device = snapshot.devices.get(visit.device) if visit.device else None
    relayed = decision.verdict is Verdict.ALLOW and not decision.decrypt
    refused = decision.stops and device is not None and not device.trusts_ca
    return early if relayed or refused else None


def _too_young(snapshot: PolicySnapshot, visit: Visit, decision: Decision) -> tuple[Service, ...]:
    profile = snapshot.profiles.get(visit.child or "")
    if profile is None or profile.row.born is None or decision.verdict not in OPEN:
        return ()
    age = age_on(profile.row.born, visit.at.astimezone(profile.zone).date())
    services = snapshot.services.of(visit.url.host, visit.url.target)
    return tuple(service for service in services if service.min_age > age)


def _rewrite(decision: Decision) -> dict[str, Any] | None:
    if decision.rewrite is None:
        return None
    rewrite = decision.rewrite
    return {
        "query": dict(rewrite.query),
        "headers": dict(rewrite.headers),
        "cookies": dict(rewrite.cookies),
        "source": str(rewrite.source),
    }


def _likeness(found: Likeness | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return asdict(found) | {"evidence": [item._asdict() for item in found.evidence]}
