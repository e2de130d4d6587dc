"""One visit explained: the snapshot and index that workers use, and the steps a worker takes.

Deciding is `policies.decide`; this only asks it what a worker would ask, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kidgate.console.errors import UNREACHABLE, USAGE, Failure
from kidgate.console.output import note
from kidgate.content.lookalike import with_lookalikes
from kidgate.lists.faults import IndexFault
from kidgate.lists.index import open_index
from kidgate.lists.sources import with_line
from kidgate.policies.decide import decide
from kidgate.policies.likeness import Likeness
from kidgate.policies.model import Decision, Facts, Reason, Stage, Verdict, Visit
from kidgate.policies.names import InvalidName, Url, parse_url
from kidgate.policies.opened import OPEN
from kidgate.policies.snapshot import PolicySnapshot, age_on
from kidgate.policies.snapshot_file import load_snapshot
from kidgate.policies.tables import Service
from kidgate.policies.targets import PLACES, Kind, parse_target
from kidgate.policies.tunnels import tunnel_of_head

if TYPE_CHECKING:
    from kidgate.console.app import App

UNKNOWN = "unknown"  # --as: a device nobody has named


@dataclass(frozen=True, slots=True)
class Explained:
    asked: str  # the URL, canonical where it can be read
    visit: Visit
    decision: Decision
    too_young: tuple[Service, ...] = ()  # services of it that are from a later age, yet open


def worker_snapshot(app: App) -> PolicySnapshot:
    """The policy and index as a worker has them now; without a sound index, as without one."""
    path = app.home.snapshot
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise Failure(f"there is no policy in `{path}`; run kidgate setup", UNREACHABLE) from None
    from kidgate.proxy.first_seen import FirstSeen

    first_seen = FirstSeen(app.home.first_seen)
    first_seen.file.look()
    snapshot = with_lookalikes(load_snapshot(data).compile()).with_memory(first_seen)
    try:
        return snapshot.with_index(open_index(app.home.index))
    except IndexFault as fault:
        note(f"Warning: {fault}. Until it is there, the gateway blocks; start kidgate up.")
        return snapshot.with_index(None)


def who(snapshot: PolicySnapshot, text: str, device: str | None) -> tuple[str | None, str | None]:
    """The child and the device of --as and --on. Raises Failure for a name that nothing has."""
    if device is not None and device not in snapshot.devices:
        raise Failure(_nobody("device", device, snapshot.devices), USAGE)
    key = text.removeprefix("child:").removeprefix("device:")
    if key in snapshot.profiles and not text.startswith("device:"):
        return key, device
    if key in snapshot.devices and not text.startswith("child:"):
        return snapshot.devices[key].of or None, key
    if text == UNKNOWN:
        return None, device
    raise Failure(_nobody("child or device", key, [*snapshot.profiles, *snapshot.devices]), USAGE)


def explain(
    app: App,
    snapshot: PolicySnapshot,
    url: str,
    at: datetime,
    child: str | None,
    device: str | None,
    addresses: tuple[str, ...] | None = None,
    *,
    page: str = "",
    resource: str = "document",
) -> Explained:
    """What a worker would answer, with the trace. `addresses` are the destination's, where known;
    None: those of `resolver.hosts`, if it has the name. `page` is the host of the page that loads
    it, `resource` what as."""
    visit = Visit(_NOWHERE, at, child, device)
    try:
        place = parse_url(url)
    except InvalidName as fault:
        visit = replace(visit, facts=Facts(malformed=str(fault)))
        return Explained(url, visit, _judge(app, snapshot, visit))
    known = fixed_addresses(app, place.host) if addresses is None else addresses
    tunnel = tunnel_of_head(place.target)
    facts = Facts(addresses=known, tunnel=tunnel, initiator=page, resource=resource)
    visit = replace(visit, url=place, facts=facts)
    final = _hello(snapshot, visit) or visit
    decision = _judge(app, snapshot, final)
    return Explained(str(place), final, decision, _too_young(snapshot, final, decision))


def _too_young(snapshot: PolicySnapshot, visit: Visit, decision: Decision) -> tuple[Service, ...]:
    profile = snapshot.profiles.get(visit.child or "")
    if profile is None or profile.row.born is None or decision.verdict not in OPEN:
        return ()
    age = age_on(profile.row.born, visit.at.astimezone(profile.zone).date())
    services = snapshot.services.of(visit.url.host, visit.url.target)
    return tuple(service for service in services if service.min_age > age)


def fixed_addresses(app: App, host: str) -> tuple[str, ...]:
    """What the gateway knows of a host without asking anybody."""
    from kidgate.proxy.resolver import Resolver

    return Resolver(app.config.resolver.hosts).known(host) or ()


def looked_up(app: App, url: str) -> tuple[str, ...]:
    """The addresses of a URL's host, as the gateway would find them."""
    import asyncio

    from kidgate.proxy.resolver import Resolver

    settings = app.config.resolver
    try:
        host = parse_url(url).host
    except InvalidName:
        return ()
    return asyncio.run(Resolver(settings.hosts, timeout=settings.timeout_seconds).resolve(host))


def still_stopped(app: App, target: str, scope: str) -> str:
    """Why a place that was just allowed does not go through all the same; empty: it does."""
    parsed = parse_target(target)
    kind, _, key = scope.partition(":")
    if parsed.kind not in PLACES or parsed.kind is Kind.NETWORK or kind not in ("child", "device"):
        return ""
    snapshot = worker_snapshot(app)
    child, device = who(snapshot, scope, None)
    host = f"[{parsed.value}]" if ":" in parsed.value else parsed.value
    url = f"https://{host}{parsed.path}"
    decision = explain(app, snapshot, url, app.now(), child, device).decision
    if not decision.stops:
        return ""
    text = f"{target} does not go through for {key} now: {decision.reason} ({decision.source})"
    if decision.reason is Reason.SECURITY:
        text += "; a grant with --confirm --confirm lifts that, if you know the site is safe"
    return text


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


_NOWHERE = Url("http", "invalid.invalid", 80, "/")  # of an address that cannot be read


def _judge(app: App, snapshot: PolicySnapshot, visit: Visit) -> Decision:
    """A decision with its list's line; `undecided` at a visit's last stage is a block."""
    decision = decide(visit, snapshot, trace=True)
    if decision.verdict is Verdict.UNDECIDED:
        decision = replace(decision, verdict=Verdict.BLOCK)
    return replace(decision, source=with_line(decision.source, app.home.feeds))


def _hello(snapshot: PolicySnapshot, visit: Visit) -> Visit | None:
    """The visit of a ClientHello that settles all: the connection is relayed unopened, or refused
    on a device that could not be shown why. See `proxy.hello`."""
    if visit.url.scheme != "https":
        return None
    url = Url("https", visit.url.host, visit.url.port, "/")
    facts = Facts(addresses=visit.facts.addresses)
    early = replace(visit, url=url, stage=Stage.HELLO, facts=facts)
    decision = decide(early, snapshot)
    device = snapshot.devices.get(visit.device) if visit.device else None
    relayed = decision.verdict is Verdict.ALLOW and not decision.decrypt
    refused = decision.stops and device is not None and not device.trusts_ca
    return early if relayed or refused else None


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


def _nobody(kind: str, key: str, there: Iterable[str]) -> str:
    names = sorted(there)
    known = "there are " + ", ".join(names[:20]) if names else "there is none yet"
    return f"no {kind} is called `{key}`; {known}; `{UNKNOWN}` is a device nobody has named"
