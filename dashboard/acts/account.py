"""One's own account: password, second factor, passkeys, keys of programs, where one is signed in.

What opens the account to others asks for the password again, unless the sign-in is fresh; a program
with a key is always asked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Invalid, NotThere, TooMany
from kidgate.dashboard.gate import Nothing, act
from kidgate.dashboard.signing_in import passwords, recovery, totp
from kidgate.dashboard.signing_in.brake import BY_CODE, take
from kidgate.dashboard.signing_in.joining import check_password
from kidgate.dashboard.signing_in.proving import is_fresh, prove, prove_password
from kidgate.dashboard.writing import ask
from kidgate.policies.people import Need
from kidgate.store.keys import hash_key, new_token
from kidgate.store.logins import logins_of
from kidgate.store.passkeys import passkeys_of
from kidgate.store.people import find_user
from kidgate.store.tokens import tokens_of

Secret = Annotated[str, Meta(max_length=800)]
Name = Annotated[str, Meta(min_length=1, max_length=64)]
Days = Annotated[int, Meta(ge=1, le=3660)]


class Key(msgspec.Struct, frozen=True):
    """A passkey."""

    id: str
    name: str
    added_at: datetime
    used_at: datetime | None


class TokenShown(msgspec.Struct, frozen=True):
    """A program's key. `write` false: it may look only; `until` null: until it is removed."""

    id: int
    name: str
    write: bool
    made_at: datetime
    until: datetime | None
    used_at: datetime | None


class Session(msgspec.Struct, frozen=True):
    """A browser that is signed in. `id` is the hash of its key."""

    id: str
    opened_at: datetime
    seen_at: datetime
    address: str
    agent: str
    this: bool


class Account(msgspec.Struct, frozen=True):
    """`fresh`: signed in so lately that changes ask for no password."""

    name: str
    role: str
    language: str
    groups: tuple[str, ...]
    has_code: bool
    recovery_left: int
    fresh: bool
    passkeys: tuple[Key, ...]
    tokens: tuple[TokenShown, ...]
    sessions: tuple[Session, ...]


class PasswordAsked(msgspec.Struct, frozen=True):
    old: Secret
    new: Secret
    again: Secret


class LanguageAsked(msgspec.Struct, frozen=True):
    language: str


class Again(msgspec.Struct, frozen=True):
    password: Secret = ""


class NewSecret(msgspec.Struct, frozen=True):
    """For an authenticator app; kept nowhere until a code of it has come back. `uri` is what a QR
    code says."""

    secret: str
    uri: str


class CodeAsked(msgspec.Struct, frozen=True):
    secret: Annotated[str, Meta(pattern="^[A-Z2-7]{32}$")]
    code: Annotated[str, Meta(max_length=20)]
    password: Secret = ""


class Codes(msgspec.Struct, frozen=True):
    """Shown once. Each is good once, in place of a code of the app."""

    codes: tuple[str, ...]


class TokenAsked(msgspec.Struct, frozen=True):
    """`days` null: until it is removed."""

    name: Name
    write: bool = False
    days: Days | None = 365
    password: Secret = ""


class NewToken(msgspec.Struct, frozen=True):
    """Shown once."""

    token: str


class ById(msgspec.Struct, frozen=True):
    id: Annotated[str, Meta(max_length=1024)]


class Removed(msgspec.Struct, frozen=True):
    """A passkey to remove."""

    id: Annotated[str, Meta(max_length=1024)]
    password: Secret = ""


class TokenRemoved(msgspec.Struct, frozen=True):
    id: int


class Ended(msgspec.Struct, frozen=True):
    ended: int


@act("account.show", Need.OWN)
def show(desk: Desk, actor: Actor, asked: Nothing) -> Account:
    """The account of whoever asks."""
    with desk.database.reading() as session:
        user = find_user(session, actor.name)
        keys, programs = passkeys_of(session, actor.name), tokens_of(session, actor.name)
        browsers = logins_of(session, actor.name, desk.now())
    if user is None:
        raise NotThere("this account is there no more")
    return Account(
        name=user.name,
        role=user.role.value,
        language=user.language,
        groups=user.groups,
        has_code=user.has_totp,
        recovery_left=user.recovery_left,
        fresh=is_fresh(desk, actor),
        passkeys=tuple(Key(key.id, key.name, key.added_at, key.used_at) for key in keys),
        tokens=tuple(
            TokenShown(row.id, row.name, row.write, row.made_at, row.until, row.used_at)
            for row in programs
        ),
        sessions=tuple(
            Session(
                row.hash, row.opened_at, row.seen_at, row.address, row.agent,
                row.hash == actor.login,
            )
            for row in browsers
        ),
    )  # fmt: skip


@act("account.password", Need.OWN, changes=True)
def password(desk: Desk, actor: Actor, asked: PasswordAsked) -> Nothing:
    """Another password. Ends every session, also this one."""
    prove_password(desk, actor, asked.old)
    check_password(asked.new, asked.again, actor.name)
    hash = passwords.hash_password(asked.new)
    ask(desk, "user.password", name=actor.name, hash=hash, by=actor.by)
    return Nothing()


@act("account.language", Need.OWN, changes=True)
def language(desk: Desk, actor: Actor, asked: LanguageAsked) -> Nothing:
    """The language of messages to this person, and of pages where the browser chose none."""
    ask(desk, "user.change", name=actor.name, language=asked.language, by=actor.by)
    return Nothing()


@act("account.code_new", Need.OWN)
def code_new(desk: Desk, actor: Actor, asked: Nothing) -> NewSecret:
    """A secret for an authenticator app, to be confirmed with `account.code_set`."""
    secret = totp.new_secret()
    return NewSecret(secret, totp.uri(secret, actor.name))


@act("account.code_set", Need.OWN, changes=True)
def code_set(desk: Desk, actor: Actor, asked: CodeAsked) -> Codes:
    """Ask for codes of an app at each sign-in from now on."""
    prove(desk, actor, asked.password)
    if not take(desk, f"sign-in:code:{actor.name}", BY_CODE):
        raise TooMany("too many codes were tried")
    step = totp.step_of(asked.secret, asked.code, desk.now(), 0)
    if step is None:
        raise Invalid("this code is not of that app, or its clock is wrong")
    args = {"name": actor.name, "by": actor.by}
    ask(desk, "user.totp", secret=asked.secret, step=step, **args)
    return _codes(desk, actor)


@act("account.code_remove", Need.OWN, changes=True)
def code_remove(desk: Desk, actor: Actor, asked: Again) -> Nothing:
    """Ask for codes no more; the recovery codes go too."""
    prove(desk, actor, asked.password)
    ask(desk, "user.totp", name=actor.name, secret="", by=actor.by)
    return Nothing()


@act("account.recovery", Need.OWN, changes=True)
def recovery_new(desk: Desk, actor: Actor, asked: Again) -> Codes:
    """New recovery codes; the old ones are good no more."""
    prove(desk, actor, asked.password)
    with desk.database.reading() as session:
        user = find_user(session, actor.name)
    if user is None or not user.has_totp:
        raise Invalid("recovery codes stand in for an authenticator app; set one up first")
    return _codes(desk, actor)


def _codes(desk: Desk, actor: Actor) -> Codes:
    codes = recovery.new_codes()
    hashes = [recovery.hash_code(code) for code in codes]
    ask(desk, "user.recovery", name=actor.name, hashes=hashes, by=actor.by)
    return Codes(codes)


@act("account.passkey_remove", Need.OWN, changes=True)
def passkey_remove(desk: Desk, actor: Actor, asked: Removed) -> Nothing:
    """Let a passkey open the account no more."""
    prove(desk, actor, asked.password)
    if not ask(desk, "passkey.remove", user=actor.name, id=asked.id, by=actor.by)["removed"]:
        raise NotThere("there is no such passkey")
    return Nothing()


@act("account.token_add", Need.OWN, changes=True)
def token_add(desk: Desk, actor: Actor, asked: TokenAsked) -> NewToken:
    """A key with which a program may do what this person may, or look only."""
    prove(desk, actor, asked.password)
    token = new_token()
    until = (desk.now() + timedelta(days=asked.days)).isoformat() if asked.days else None
    ask(
        desk,
        "token.add",
        user=actor.name,
        name=asked.name,
        hash=hash_key(token),
        write=asked.write,
        until=until,
        by=actor.by,
    )
    return NewToken(token)


@act("account.token_remove", Need.OWN, changes=True)
def token_remove(desk: Desk, actor: Actor, asked: TokenRemoved) -> Nothing:
    """Let a program in no more."""
    if not ask(desk, "token.remove", user=actor.name, id=asked.id, by=actor.by)["removed"]:
        raise NotThere("there is no such key")
    return Nothing()


@act("account.session_end", Need.OWN, changes=True)
def session_end(desk: Desk, actor: Actor, asked: ById) -> Ended:
    """Sign one browser out."""
    return _end(desk, actor, [id for id in _sessions(desk, actor) if id == asked.id])


@act("account.sessions_end", Need.OWN, changes=True)
def sessions_end(desk: Desk, actor: Actor, asked: Nothing) -> Ended:
    """Sign every other browser out."""
    return _end(desk, actor, [id for id in _sessions(desk, actor) if id != actor.login])


def _sessions(desk: Desk, actor: Actor) -> list[str]:
    with desk.database.reading() as session:
        return [row.hash for row in logins_of(session, actor.name, desk.now())]


def _end(desk: Desk, actor: Actor, ids: list[str]) -> Ended:
    if not ids:
        raise NotThere("there is no such session")
    for id in ids:
        ask(desk, "login.close", hash=id, user=actor.name, by=actor.by)
    return Ended(len(ids))
