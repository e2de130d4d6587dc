"""The adults of the house: who may sign in, as what, for which classes. Only owners come here.

A link invites one person; what they sign in with is theirs alone, and nobody sees it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import NotThere
from kidgate.dashboard.gate import Nothing, act
from kidgate.dashboard.signing_in.proving import prove
from kidgate.dashboard.writing import ask
from kidgate.policies.people import Need, Role
from kidgate.store.people import User, all_users, find_user

Secret = Annotated[str, Meta(max_length=800)]
Minutes = Annotated[int, Meta(ge=1, le=7 * 24 * 60)]


class Person(msgspec.Struct, frozen=True):
    """`groups` are a teacher's classes. Not `active`: may not sign in."""

    name: str
    role: Role
    language: str
    groups: tuple[str, ...]
    active: bool
    created_at: datetime
    has_password: bool
    has_code: bool
    passkeys: int


class People(msgspec.Struct, frozen=True):
    people: tuple[Person, ...]


class Named(msgspec.Struct, frozen=True):
    name: str


class InviteAsked(msgspec.Struct, frozen=True):
    """`groups`: a teacher's classes; `minutes` that the link is good for."""

    role: Role
    groups: tuple[str, ...] = ()
    minutes: Minutes = 24 * 60
    password: Secret = ""


class Invited(msgspec.Struct, frozen=True):
    """`path` is that of the link, shown once: whoever opens it first makes the account."""

    path: str
    role: Role
    until: datetime


class ChangeAsked(msgspec.Struct, frozen=True):
    """What is null stays as it is."""

    name: str
    role: Role | None = None
    groups: tuple[str, ...] | None = None
    active: bool | None = None
    password: Secret = ""


class Removal(msgspec.Struct, frozen=True):
    name: str
    password: Secret = ""


@act("people.list", Need.PEOPLE)
def list_(desk: Desk, actor: Actor, asked: Nothing) -> People:
    """Everybody who may sign in, or might."""
    with desk.database.reading() as session:
        return People(tuple(_person(user) for user in all_users(session)))


@act("people.one", Need.PEOPLE)
def one(desk: Desk, actor: Actor, asked: Named) -> Person:
    """One adult."""
    with desk.database.reading() as session:
        user = find_user(session, asked.name)
    if user is None:
        raise NotThere(f"no user is called `{asked.name}`")
    return _person(user)


@act("people.invite", Need.PEOPLE, changes=True)
def invite(desk: Desk, actor: Actor, asked: InviteAsked) -> Invited:
    """A link that lets one person make an account with a role."""
    prove(desk, actor, asked.password)
    made = ask(
        desk,
        "invite.make",
        role=asked.role.value,
        groups=[*asked.groups],
        minutes=asked.minutes,
        by=actor.by,
    )
    path = f"/join?key={made['key']}"
    return Invited(path, Role(made["role"]), datetime.fromisoformat(made["until"]))


@act("people.change", Need.PEOPLE, changes=True)
def change(desk: Desk, actor: Actor, asked: ChangeAsked) -> Person:
    """Another role, other classes, may sign in or not. Whose rights change is signed out."""
    prove(desk, actor, asked.password)
    wanted: dict[str, Any] = msgspec.to_builtins(asked)
    del wanted["password"]
    given = {name: value for name, value in wanted.items() if value is not None}
    ask(desk, "user.change", by=actor.by, **given)
    return one.run(desk, actor, Named(asked.name))


@act("people.code_remove", Need.PEOPLE, changes=True)
def code_remove(desk: Desk, actor: Actor, asked: Removal) -> Nothing:
    """Help somebody who has lost the phone: the password alone lets them in again."""
    prove(desk, actor, asked.password)
    ask(desk, "user.totp", name=asked.name, secret="", by=actor.by)
    return Nothing()


@act("people.remove", Need.PEOPLE, changes=True)
def remove(desk: Desk, actor: Actor, asked: Removal) -> Nothing:
    """Take somebody away, with all they sign in with. The audit log keeps the name."""
    prove(desk, actor, asked.password)
    ask(desk, "user.remove", name=asked.name, by=actor.by)
    return Nothing()


def _person(user: User) -> Person:
    return Person(
        user.name,
        user.role,
        user.language,
        user.groups,
        user.active,
        user.created_at,
        user.has_password,
        user.has_totp,
        user.passkeys,
    )
