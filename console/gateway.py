"""`gateway`: this box as the router of the house."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import click

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
@click.option("--dns", "engine", type=click.Choice(["unbound"]), help="For a name server instead.")
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path), help="With --dns: where to write."
)
@pass_app
def plan(app: App, *, engine: str | None, out: Path | None) -> None:
    """Print what `install` would do, and the service's unit.

    With --dns unbound, write the policy out for a name server that you have already: zone files and
    a part of unbound.conf, in DIR or `unbound` in the home. It says what names alone cannot do.
    """
    if engine is not None:
        from kidgate.console.name_server import write_plan

        write_plan(app, out)
        return
    if out is not None:
        raise click.UsageError("--out goes with --dns: without it nothing is written")
    from kidgate.proxy.netfilter.plan import SYSCTLS
    from kidgate.proxy.netfilter.table import table_text

    rules, unit = table_text(_plan(app)), _unit()
    document = {"nftables": rules, "sysctls": dict(SYSCTLS), "unit": unit}

    def people() -> None:
        say("# nftables: kidgate gateway install applies this as one transaction\n")
        say(rules)
        say("# kernel settings; those from before come back with kidgate gateway remove\n")
        for key, value in SYSCTLS.items():
            say(f"{key} = {value}")
        say("\n# /etc/systemd/system/kidgate.service\n")
        say(unit)

    app.answer(document, people)


@gateway.command("install")
@click.option("--if-configured", is_flag=True, help="Do nothing where config.yaml says nothing.")
@pass_app
def install(app: App, *, if_configured: bool) -> None:
    """Apply the plan. Doing it twice is doing it once; it touches nothing but its own table.

    While the gateway is down, connections from the house find nobody: nothing passes unjudged.
    """
    from kidgate.proxy.netfilter import apply

    if if_configured and not app.config.gateway.interfaces:
        return
    wanted = _plan(app)
    app.home.make()
    try:
        done = apply.install(wanted, app.home.gateway)
    except apply.CannotApply as fault:
        raise Failure(str(fault), UNREACHABLE) from fault
    app.answer({"done": done}, lambda: say("\n".join(done)))


@gateway.command("remove")
@pass_app
def remove(app: App) -> None:
    """Undo `install`: devices reach the internet past Kidgate again."""
    from kidgate.proxy.netfilter import apply

    try:
        done = apply.remove(app.home.gateway)
    except apply.CannotApply as fault:
        raise Failure(str(fault), UNREACHABLE) from fault
    app.answer({"done": done}, lambda: say("\n".join(done)))


def _plan(app: App) -> Plan:
    from kidgate.proxy.netfilter.plan import NoGateway, plan_of

    try:
        return plan_of(app.config, uid=worker_uid())
    except NoGateway as fault:
        raise Failure(str(fault), USAGE) from fault


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


def _unit() -> str:
    return (files("kidgate") / "deploy" / "kidgate.service").read_text(encoding="utf-8")
