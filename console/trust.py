"""`trust`: sites that may be told a child's personal data without a warning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.differences import answer_change
from kidgate.console.errors import USAGE, Failure
from kidgate.console.output import note, say

if TYPE_CHECKING:
    from kidgate.policies.rows import PolicyRows


@click.group(cls=Group)
def trust() -> None:
    """Sites that may be told a child's personal data."""


@trust.command("add")
@click.argument("hosts", nargs=-1, required=True)
@pass_app
def add(app: App, hosts: tuple[str, ...]) -> None:
    """Trust sites, and all below them, with personal data.

    A child's name, phone number or address may go to HOSTS from then on. Nothing else of a site
    changes: what is blocked stays blocked.
    """
    found = _canonical(hosts)

    def edit(rows: PolicyRows) -> PolicyRows:
        return _with(rows, tuple(dict.fromkeys((*rows.settings.trusted, *found))))

    _change(app, edit, f"trust {', '.join(found)}")


@trust.command("remove")
@click.argument("hosts", nargs=-1, required=True)
@pass_app
def remove(app: App, hosts: tuple[str, ...]) -> None:
    """Trust sites no longer with personal data."""
    from kidgate.policies.edits import EditFault

    found = _canonical(hosts)

    def edit(rows: PolicyRows) -> PolicyRows:
        known = rows.settings.trusted
        if unknown := [host for host in found if host not in known]:
            raise EditFault(f"`{unknown[0]}` is not trusted; see kidgate trust list")
        return _with(rows, tuple(host for host in known if host not in found))

    _change(app, edit, f"no longer trust {', '.join(found)}")


@trust.command("list")
@pass_app
def list_(app: App) -> None:
    """Every site that is trusted with personal data."""
    found = sorted(app.rows.settings.trusted)
    none = "No site is trusted with personal data; add one with kidgate trust add school.example."
    app.answer(found, lambda: say("\n".join(found) if found else none))


def _with(rows: PolicyRows, trusted: tuple[str, ...]) -> PolicyRows:
    return replace(rows, settings=replace(rows.settings, trusted=trusted))


def _change(app: App, edit: Callable[[PolicyRows], PolicyRows], said: str) -> None:
    before = app.rows.settings.trusted
    changed = app.change(edit, said)
    if changed.rows.settings.trusted == before:
        note("Nothing to change.")
    answer_change(app, changed)


def _canonical(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Raises Failure."""
    from kidgate.policies.names import InvalidName, canonical_host

    try:
        return tuple(dict.fromkeys(canonical_host(text.strip()) for text in texts))
    except InvalidName as fault:
        raise Failure(f"{fault}; write a host like school.example", USAGE) from None
