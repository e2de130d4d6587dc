"""Whether children can look names up where we do not see it: encrypted DNS (DoH, RFC 8484)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import TYPE_CHECKING

from kidgate.console.box.check import Check, ok, warn, wrong

if TYPE_CHECKING:
    from kidgate.console.app import App
    from kidgate.policies.snapshot import PolicySnapshot

# What browsers offer in their own settings; lists know many more.
RESOLVERS = ("cloudflare-dns.com", "dns.google", "dns.quad9.net")
HOURS = (10, 16, 20)  # one of them is outside of lessons and bedtime
MOST = 100  # children: a school's tiers show among them
ADULT = "adult"


def encrypted_dns(app: App) -> Iterator[Check]:
    """By the judgement of the gateway itself: nothing is asked of the resolvers."""
    if not app.home.snapshot.exists():
        return  # said by health
    from kidgate.console import explaining

    snapshot = explaining.worker_snapshot(app)
    open_to = {}
    for child in [*snapshot.profiles][:MOST]:
        if host := _reached(app, snapshot, child):
            open_to[child] = host
    for child, host in open_to.items():
        yield wrong("encrypted DNS", "doh_open", child=child, host=host)
    if not app.config.gateway.interfaces and any(p.way == "dns" for p in app.config.listen):
        yield warn("encrypted DNS", "doh_beside")
    elif not open_to:
        yield ok("encrypted DNS", "doh_ok")


def _reached(app: App, snapshot: PolicySnapshot, child: str) -> str:
    """A resolver that goes through for a child; empty: none does."""
    from kidgate.console import explaining

    today = app.now().astimezone(snapshot.zone).date()
    for hour in HOURS:
        at = datetime.combine(today, time(hour), snapshot.zone)
        for host in RESOLVERS:
            url = f"https://{host}/dns-query"
            decision = explaining.explain(app, snapshot, url, at, child, None).decision
            if decision.tier != ADULT and not decision.stops:
                return host
    return ""
