"""`check`: one visit explained, by the same function that the proxy asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.errors import NO
from kidgate.console.output import facts, say, table

if TYPE_CHECKING:
    from kidgate.proxy.explaining import Explained


@click.command(cls=Command)
@click.argument("url")
@click.option("--as", "visitor", metavar="WHO", required=True, help="A child, a device, unknown.")
@click.option("--on", "device", metavar="DEVICE", help="The device the child uses.")
@click.option("--at", metavar="TIME", default="now", help="When: ISO with a zone, 21:30, +2h.")
@click.option("--address", "addresses", multiple=True, help="An IP address of the site.")
@click.option("--from", "page", metavar="URL", help="The page that loads it.")
@click.option(
    "--resource",
    metavar="WHAT",
    default="document",
    help="What the page loads it as: script, image, iframe, ... (Sec-Fetch-Dest). "
    "document, unless said: the child opens it.",
)
@click.option("--resolve", is_flag=True, help="Look the site's addresses up, as the gateway does.")
@pass_app
def check(
    app: App,
    url: str,
    visitor: str,
    device: str | None,
    at: str,
    addresses: tuple[str, ...],
    page: str | None,
    resource: str,
    resolve: bool,
) -> None:
    """Explain what happens when WHO opens URL.

    Exit status 1 when it does not go through. Uses the policy and the lists that the gateway uses
    now. Pages are not fetched; what their text or pictures would change is not known here.
    """
    from kidgate.console import explaining, times
    from kidgate.proxy.explaining import as_json

    snapshot = explaining.worker_snapshot(app)
    child, device = explaining.who(snapshot, visitor, device)
    moment = times.moment(at, app.now(), snapshot.zone)
    known = _canonical(addresses)
    if resolve and known is None:
        known = explaining.looked_up(app, url)
    explained = explaining.explain(
        app, snapshot, url, moment, child, device, known, page=_host(page), resource=resource
    )
    app.answer(as_json(explained), lambda: _tell(explained))
    if explained.decision.stops:
        click.get_current_context().exit(NO)


def _canonical(addresses: tuple[str, ...]) -> tuple[str, ...] | None:
    from kidgate.policies.names import InvalidName, canonical_address

    try:
        return tuple(map(canonical_address, addresses)) or None
    except InvalidName as fault:
        raise click.BadParameter(str(fault), param_hint="--address") from None


def _host(page: str | None) -> str:
    from kidgate.policies.names import InvalidName, parse_url

    try:
        return parse_url(page).host if page else ""
    except InvalidName as fault:
        raise click.BadParameter(str(fault), param_hint="--from") from None


def _tell(explained: Explained) -> None:
    visit, decision = explained.visit, explained.decision
    zone = visit.at.tzinfo
    say(f"{decision.verdict.value.upper()}  {explained.asked}")
    pairs = [
        ("reason", decision.reason),
        ("source", decision.source),
        ("category", decision.category),
        ("looks like", _likeness(explained)),
        ("child", visit.child or "nobody known"),
        ("device", visit.device),
        ("tier", decision.tier),
        ("at", visit.at.isoformat()),
        ("until", decision.until.astimezone(zone).isoformat() if decision.until else ""),
        ("lifted by", decision.exception_rule_id),
        ("changed", _changes(explained)),
        ("own age", ", ".join(f"{s.title} is from {s.min_age}" for s in explained.too_young)),
        ("opened", "" if decision.decrypt else "no: relayed as it is"),
        ("policy", f"version {decision.snapshot_id}"),
    ]
    facts((name, value) for name, value in pairs if value not in ("", None))
    say("")
    steps = [(step.order, step.check, step.said, step.why) for step in decision.steps]
    table(("order", "check", "said", "why"), steps)


def _likeness(explained: Explained) -> str:
    """Whose name the site borrows, and what speaks for it."""
    found = explained.decision.likeness
    if found is None:
        return ""
    why = ", ".join(
        f"{item.feature}{f' {item.said}' if item.said else ''} {item.weight:+.0f}"
        for item in found.evidence
    )
    return f"{found.title}, truly at {found.site}: {found.score:.0f} of 100 ({why})"


def _changes(explained: Explained) -> str:
    rewrite = explained.decision.rewrite
    if rewrite is None:
        return ""
    every = {**rewrite.query, **rewrite.headers, **rewrite.cookies}
    return ", ".join(f"{name}={value}" for name, value in every.items())
