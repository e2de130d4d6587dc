"""One visit explained at the command line: names looked up, faults said as a command says them.

The explaining is `proxy.explaining`'s, which the dashboard calls too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from kidgate.console.errors import UNREACHABLE, USAGE, Failure
from kidgate.console.output import note
from kidgate.policies.model import Reason
from kidgate.policies.names import InvalidName, parse_url
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.targets import PLACES, Kind, parse_target
from kidgate.proxy import explaining, view
from kidgate.proxy.explaining import Explained

if TYPE_CHECKING:
    from kidgate.console.app import App

UNKNOWN = "unknown"  # --as: a device nobody has named


def worker_snapshot(app: App) -> PolicySnapshot:
    """The policy and index as a worker has them now; without a sound index, as without one."""
    try:
        snapshot, fault = view.worker_snapshot(
            app.home, (p.port for p in app.config.dashboard.listen)
        )
    except FileNotFoundError:
        there = app.home.snapshot
        raise Failure(f"there is no policy in `{there}`; run kidgate setup", UNREACHABLE) from None
    if fault:
        note(f"Warning: {fault}. Until it is there, the gateway blocks; start kidgate up.")
    return snapshot


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
    """As `proxy.explaining.explain`. `addresses` None: those of `resolver.hosts`, if it has the
    name."""
    known = fixed_addresses(app, url) if addresses is None else addresses
    feeds = app.home.feeds
    return explaining.explain(
        snapshot,
        feeds,
        url,
        at,
        child,
        device,
        known,
        page=page,
        resource=resource,
        minutes=view.minutes_of(app.home, child, at),
    )


def fixed_addresses(app: App, url: str) -> tuple[str, ...]:
    """What the gateway knows of a URL's host without asking anybody."""
    from kidgate.proxy.resolver import Resolver

    try:
        host = parse_url(url).host
    except InvalidName:
        return ()
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


def _nobody(kind: str, key: str, there: Iterable[str]) -> str:
    names = sorted(there)
    known = "there are " + ", ".join(names[:20]) if names else "there is none yet"
    return f"no {kind} is called `{key}`; {known}; `{UNKNOWN}` is a device nobody has named"
