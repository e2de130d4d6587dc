"""`gateway`: this box as the router of the house."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kidgate.console import units
from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.errors import UNREACHABLE, USAGE, Failure
from kidgate.console.output import note, say

if TYPE_CHECKING:
    from kidgate.proxy.netfilter.plan import Plan

SERVICE_USER = "kidgate"


@click.group(cls=Group)
def gateway() -> None:
    """This box as the router: what it changes, and to undo it."""


@gateway.command("plan")
@click.option("--service", "alone", is_flag=True, help="Of the service alone: no router.")
@click.option("--dns", "engine", type=click.Choice(["unbound"]), help="For a name server instead.")
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path), help="With --dns: where to write."
)
@pass_app
def plan(app: App, *, alone: bool, engine: str | None, out: Path | None) -> None:
    """Print what `install` would do: rules, kernel settings, units.

    With --dns unbound, write the policy out for a name server that you have already: zone files and
    a part of unbound.conf, in DIR or `unbound` in the home. It says what names alone cannot do.
    """
    if engine is not None:
        from kidgate.console.name_server import write_plan

        write_plan(app, out)
        return
    if out is not None:
        raise click.UsageError("--out goes with --dns: without it nothing is written")
    from kidgate.proxy.netfilter.plan import SYSCTLS, routing
    from kidgate.proxy.netfilter.table import table_text

    wanted = None if alone else _plan(app, worker_uid())
    rules = None if wanted is None else table_text(wanted)
    sysctls = {} if wanted is None else dict(SYSCTLS)
    routes = [] if wanted is None else [" ".join(("ip", *words)) for words in routing(wanted)]
    texts = units.texts(rules)
    files = {str(units.ETC / name): text for name, text in texts.items()}
    document = {
        "nftables": rules or "",
        "sysctls": sysctls,
        "routing": routes,
        "unit": texts[units.SERVICE],
        "files": files,
    }

    def people() -> None:
        if rules is not None:
            say("# kernel settings; those from before come back with kidgate gateway remove\n")
        for key, value in sysctls.items():
            say(f"{key} = {value}")
        if routes:
            say("\n# routing: what the packet filter has not seen goes nowhere\n")
        for line in routes:
            say(line)
        for path, text in files.items():
            say(f"\n# {path}\n")
            say(text)

    app.answer(document, people)


@gateway.command("install")
@click.option("--service", "alone", is_flag=True, help="The service alone: no router.")
@click.option("--if-configured", is_flag=True, help="As the service at its start: rules alone.")
@pass_app
def install(app: App, *, alone: bool, if_configured: bool) -> None:
    """Apply the plan. Doing it twice is doing it once.

    It touches nothing but its own table and its own files. While the gateway is down, connections
    from the house find nobody: nothing passes unjudged. Where systemd runs, the rules come back
    before the network at every boot, and the gateway after it.
    """
    from kidgate.proxy.netfilter import apply

    if if_configured and not app.config.gateway.interfaces:
        return
    try:
        if if_configured:
            done = _apply(app)
        elif units.booted() and units.is_service(app.home.root):
            done = _serve(app, alone=alone)
        elif alone:
            units.check(app.home.root)
            raise Failure("systemd does not run here: start `kidgate up` by what does", UNREACHABLE)
        else:
            done = [*_apply(app), "no service is set up: start `kidgate up` yourself"]
    except (apply.CannotApply, units.CannotServe) as fault:
        raise Failure(str(fault), UNREACHABLE) from fault
    app.answer({"done": done}, lambda: say("\n".join(done)))


@gateway.command("remove")
@pass_app
def remove(app: App) -> None:
    """Undo `install`: devices reach the internet past Kidgate again.

    The service is stopped; what it keeps in its home stays.
    """
    from kidgate.proxy.netfilter import apply

    try:
        gone = units.removed() if units.is_service(app.home.root) else []
        done = [*gone, *apply.remove(app.home.gateway)]
    except (apply.CannotApply, units.CannotServe) as fault:
        raise Failure(str(fault), UNREACHABLE) from fault
    app.answer({"done": done}, lambda: say("\n".join(done)))


def _serve(app: App, *, alone: bool) -> list[str]:
    """The service, and with it the packet filter. Raises CannotServe or CannotApply."""
    from kidgate.proxy.netfilter.table import table_text

    units.check(app.home.root)
    if not alone:
        _plan(app, None)  # refused before anything is changed
    units.make_user()
    rules = None if alone else table_text(_plan(app, worker_uid()))
    with units.installed(units.texts(rules)) as done:
        if not alone:
            done += _apply(app)
    return [*done, "kidgate.service starts at every boot; for now: systemctl restart kidgate"]


def _apply(app: App) -> list[str]:
    """The packet filter now, and for the next boot where it was set up. Raises CannotApply."""
    from kidgate.proxy.netfilter import apply
    from kidgate.proxy.netfilter.table import table_text

    wanted = _plan(app, worker_uid())
    app.home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    done = apply.install(wanted, app.home.gateway)
    if units.is_service(app.home.root):
        units.refresh_rules(table_text(wanted))
    return done


def _plan(app: App, uid: int | None) -> Plan:
    from kidgate.proxy.netfilter.plan import NoGateway, plan_of

    try:
        return plan_of(app.config, uid=uid)
    except NoGateway as fault:
        hint = "; where devices come by a proxy setting or DNS alone, add --service"
        raise Failure(str(fault) + hint, USAGE) from fault


def worker_uid() -> int | None:
    """Whom the service runs as; None where the workers are root like everyone else."""
    import pwd

    try:
        return pwd.getpwnam(SERVICE_USER).pw_uid
    except KeyError:
        if uid := os.geteuid():
            return uid
        note(
            f"Note: there is no user `{SERVICE_USER}`; without one the packet filter cannot keep "
            "the workers from this box's own services."
        )
        return None
