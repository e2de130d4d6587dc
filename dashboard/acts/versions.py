"""Versions of the policy: who changed what, what differs, back to an older one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.acts.children import Removed
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Invalid, NotThere
from kidgate.dashboard.gate import act
from kidgate.dashboard.writing import ask
from kidgate.policies.people import Need
from kidgate.store import policy

PAGE = 50
# What a password could be guessed by, and a child's own data: that they changed says enough.
SECRET = ("password_hash", "personal", "wireguard")
Number = Annotated[int, Meta(ge=0)]


class HistoryAsked(msgspec.Struct, frozen=True):
    """Versions below `before`, newest first; without it the newest."""

    before: Annotated[int, Meta(ge=1)] | None = None


class VersionLine(msgspec.Struct, frozen=True):
    number: int
    at: datetime
    author: str
    comment: str
    changes: int


class History(msgspec.Struct, frozen=True):
    versions: tuple[VersionLine, ...]
    newest: int
    more: bool


class DiffAsked(msgspec.Struct, frozen=True):
    """From version `first` to `last`; `last` may be the older one."""

    first: Number
    last: Number


class Changed(msgspec.Struct, frozen=True):
    """One row: `before` or `after` is null where there was or is none. Secrets are left out."""

    kind: str
    key: str
    before: Any
    after: Any


class Diff(msgspec.Struct, frozen=True):
    first: int
    last: int
    changes: tuple[Changed, ...]


class RollbackAsked(msgspec.Struct, frozen=True):
    version: Number


@act("policy.history", Need.LOOK)
def history(desk: Desk, actor: Actor, asked: HistoryAsked) -> History:
    """Who changed the policy and why, newest first."""
    _whole(actor)
    with desk.database.reading() as session:
        newest = policy.head(session)
        found = policy.history(session, PAGE + 1, before=asked.before)
    lines = tuple(VersionLine(v.number, v.at, v.author, v.comment, v.edits) for v in found[:PAGE])
    return History(lines, newest, len(found) > PAGE)


@act("policy.diff", Need.LOOK)
def diff(desk: Desk, actor: Actor, asked: DiffAsked) -> Diff:
    """What differs between two versions, row by row."""
    _whole(actor)
    with desk.database.reading() as session:
        try:
            found = policy.diff(session, asked.first, asked.last)
        except ValueError as fault:
            raise Invalid(str(fault)) from None
    changes = tuple(
        Changed(edit.kind, edit.key, _open(edit.before), _open(edit.after)) for edit in found
    )
    return Diff(asked.first, asked.last, changes)


@act("policy.rollback", Need.CHANGE, changes=True)
def rollback(desk: Desk, actor: Actor, asked: RollbackAsked) -> Removed:
    """Make the policy what it was at a version, as a new version."""
    said = ask(desk, "policy.rollback", version=asked.version, author=actor.name, by=actor.by)
    return Removed(said["version"])


def _whole(actor: Actor) -> None:
    """The policy as a whole tells of every child."""
    if not actor.sees_all:
        raise NotThere("the history speaks of other classes too")


def _open(row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    return {name: "•" if name in SECRET and value else value for name, value in row.items()}
