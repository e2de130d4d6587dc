"""What a writer refuses is the fault of what was given, not of the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Forbidden, Invalid
from kidgate.policies.edits import EditFault
from kidgate.policies.people import reaches
from kidgate.policies.rows import PolicyRows


def ask(desk: Desk, op: str, **args: Any) -> dict[str, Any]:
    """Have something written. Raises Invalid, KeeperBusy."""
    try:
        return desk.do(op, **args)
    except ValueError as fault:
        raise Invalid(str(fault)) from fault


def change(desk: Desk, actor: Actor, edit: Callable[[PolicyRows], PolicyRows], comment: str) -> int:
    """Make a change to the policy; its new version. Raises Invalid, with all that is wrong."""
    try:
        return desk.change(actor, edit, comment).version
    except ValueError as fault:
        raise Invalid(str(fault)) from fault


def must_reach(desk: Desk, actor: Actor, scope: str) -> None:
    """Raises Forbidden when a scope touches somebody that this person does not see."""
    if not reaches(actor.role, actor.groups, scope, desk.rows):
        raise Forbidden(f"`{scope}` is not within your classes")


def scope_within(desk: Desk, actor: Actor, text: str, find: Callable[[PolicyRows], str]) -> str:
    """The scope that somebody means by a text, as `find` looks it up in a policy.

    What is not there and what is another's are answered alike: keys are easy to guess. Raises
    Forbidden, EditFault.
    """
    try:
        scope = find(seen_rows(desk, actor))
    except EditFault:
        if actor.sees_all:
            raise
        raise Forbidden(f"`{text}` is not within your classes") from None
    must_reach(desk, actor, scope)
    return scope


def seen_rows(desk: Desk, actor: Actor) -> PolicyRows:
    """The policy with those alone whom this person sees. What they typed is looked up here: a fault
    lists what there is, and must name nobody of another class."""
    rows = desk.rows
    if actor.sees_all:
        return rows
    profiles = actor.seen(rows.profiles)
    children = {row.key for row in profiles}

    def within(scope: str) -> bool:
        return reaches(actor.role, actor.groups, scope, rows)

    return replace(
        rows,
        profiles=profiles,
        groups=tuple(row for row in rows.groups if row.key in actor.groups),
        devices=tuple(row for row in rows.devices if row.of in children),
        grants=tuple(row for row in rows.grants if row.child in children),
        pauses=tuple(row for row in rows.pauses if within(row.scope)),
        lessons=tuple(row for row in rows.lessons if within(row.scope)),
    )
