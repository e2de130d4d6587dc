"""Asked once more: somebody signed in may have left the browser open."""

from __future__ import annotations

from datetime import timedelta

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import TooMany, Unproven
from kidgate.dashboard.signing_in import passwords
from kidgate.dashboard.signing_in.brake import may_try
from kidgate.store.people import secrets_of

FRESH = timedelta(minutes=15)


def is_fresh(desk: Desk, actor: Actor) -> bool:
    """Whether somebody signed in a moment ago. A program with a key never did."""
    return actor.since is not None and desk.now() - actor.since <= FRESH


def prove(desk: Desk, actor: Actor, password: str) -> None:
    """Let a change pass that must not be another's. Raises Unproven, TooMany."""
    if not is_fresh(desk, actor):
        prove_password(desk, actor, password)


def prove_password(desk: Desk, actor: Actor, password: str) -> None:
    """The password, however fresh the sign-in is. Raises Unproven, TooMany."""
    if not password:
        raise Unproven("this change needs the password")
    if not may_try(desk, actor.name, actor.address):
        raise TooMany("the password was tried too often; wait a quarter of an hour")
    with desk.database.reading() as session:
        found = secrets_of(session, actor.name)
    if not passwords.is_right(found.password_hash if found else "", password):
        by, detail = actor.by, {"how": "again", "why": "wrong"}
        desk.do("audit.note", by=by, act="login.failed", object=actor.name, detail=detail)
        raise Unproven("the password is wrong")
