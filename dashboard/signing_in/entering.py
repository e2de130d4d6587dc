"""Signing in: each try is counted and noted, and a key is made for whoever proves who they are.

Nothing here tells a name that somebody has from one that nobody has: neither the answer nor the
time it takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from kidgate.dashboard.desk import Desk
from kidgate.dashboard.signing_in import passkeys, passwords, recovery, totp
from kidgate.dashboard.signing_in.brake import BY_ADDRESS, BY_CODE, may_try, take
from kidgate.dashboard.signing_in.passkeys import BadPasskey, Party
from kidgate.dashboard.signing_in.tickets import SECONDS, make_ticket, read_ticket
from kidgate.policies.people import PeopleFault, canonical_name
from kidgate.store.keys import hash_key, new_key
from kidgate.store.logins import LONGEST
from kidgate.store.passkeys import find_passkey
from kidgate.store.people import Secrets, find_user, secrets_of

CODE, PASSKEY = "the code after the password", "a passkey's challenge"


class Refusal(StrEnum):
    WRONG = "wrong"
    WAIT = "wait"  # tried too often
    LATE = "late"  # the step before was too long ago: begin again


@dataclass(frozen=True, slots=True)
class Browser:
    """Who asks, as far as the network and the browser say."""

    address: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """`key` is for the browser's cookie; it is kept nowhere else."""

    user: str
    key: str


@dataclass(frozen=True, slots=True)
class CodeWanted:
    """The first step is right; the ticket goes with the code."""

    ticket: str


type Outcome = Entered | CodeWanted | Refusal


def with_password(desk: Desk, name: str, password: str, browser: Browser) -> Outcome:
    known = _canonical(name)
    if not may_try(desk, known or "?", browser.address):
        return _refused(desk, "", browser, "password", Refusal.WAIT)
    with desk.database.reading() as session:
        found = secrets_of(session, known)
    if not passwords.is_right(found.password_hash if found else "", password) or found is None:
        return _refused(desk, known if found else "", browser, "password", Refusal.WRONG)
    if found.totp_secret:
        return _code_wanted(desk, known, found)
    return enter(desk, known, browser)


def with_code(desk: Desk, ticket: str, code: str, browser: Browser) -> Outcome:
    """The second step: a code of the generator, or one of recovery."""
    content = read_ticket(desk.secret, CODE, ticket, desk.now())
    if content is None:
        return Refusal.LATE
    name = content[0]
    if not take(desk, f"sign-in:code:{name}", BY_CODE):
        return _refused(desk, name, browser, "code", Refusal.WAIT)
    with desk.database.reading() as session:
        found = secrets_of(session, name)
    if found is None or content != _content(name, found):
        return Refusal.LATE  # changed meanwhile
    if not _is_code(desk, name, found, code):
        return _refused(desk, name, browser, "code", Refusal.WRONG)
    return enter(desk, name, browser)


def challenge(desk: Desk, party: Party) -> tuple[dict[str, Any], str]:
    """What the browser's passkeys are asked, and the ticket that goes with the answer."""
    options, asked = passkeys.ask_to_sign_in(party)
    return options, make_ticket(desk.secret, PASSKEY, [asked], desk.now())


def with_passkey(
    desk: Desk, party: Party, ticket: str, answer: Mapping[str, Any], browser: Browser
) -> Outcome:
    content = read_ticket(desk.secret, PASSKEY, ticket, desk.now())
    # A challenge is answered once, rightly or not.
    if content is None or not take(desk, f"passkey:{content[0]}", 1, 2 * SECONDS):
        return Refusal.LATE
    if not take(desk, f"sign-in:address:{browser.address}", BY_ADDRESS):
        return _refused(desk, "", browser, "passkey", Refusal.WAIT)
    with desk.database.reading() as session:
        kept = find_passkey(session, passkeys.id_of(answer))
        found = secrets_of(session, kept.user) if kept is not None else None
    if kept is None or found is None:
        return _refused(desk, "", browser, "passkey", Refusal.WRONG)
    try:
        proof = passkeys.signed_in(
            party, content[0], answer, id=kept.id, key=kept.key, count=kept.count
        )
    except BadPasskey:
        return _refused(desk, kept.user, browser, "passkey", Refusal.WRONG)
    if not desk.do("passkey.used", id=kept.id, count=proof.count)["fresh"]:
        return _refused(desk, kept.user, browser, "passkey", Refusal.WRONG)
    if found.totp_secret and not proof.verified:  # something they have, and no more
        return _code_wanted(desk, kept.user, found)
    return enter(desk, kept.user, browser)


def enter(desk: Desk, name: str, browser: Browser) -> Entered:
    """A new session: never with a key that the browser brought."""
    with desk.database.reading() as session:
        user = find_user(session, name)
    role = user.role.value if user is not None else ""
    key = new_key()
    desk.do(
        "login.open",
        user=name,
        hash=hash_key(key),
        until=(desk.now() + LONGEST).isoformat(),
        address=browser.address,
        agent=browser.agent[:300],
        by={"user": name, "role": role, "address": browser.address},
    )
    return Entered(name, key)


def _canonical(name: str) -> str:
    """Empty for what can be nobody's name."""
    try:
        return canonical_name(name)
    except PeopleFault:
        return ""


def _is_code(desk: Desk, name: str, found: Secrets, code: str) -> bool:
    step = totp.step_of(found.totp_secret, code, desk.now(), found.totp_step)
    if step is not None:
        return bool(desk.do("user.totp_used", name=name, step=step)["fresh"])
    hash = recovery.match(found.recovery, code)
    if not hash:
        return False
    by = {"user": name, "role": "", "address": ""}
    return bool(desk.do("user.recovery_used", name=name, hash=hash, by=by)["spent"])


def _code_wanted(desk: Desk, name: str, found: Secrets) -> CodeWanted:
    return CodeWanted(make_ticket(desk.secret, CODE, _content(name, found), desk.now()))


def _content(name: str, found: Secrets) -> list[str]:
    """With a sign of the secrets: a ticket dies with the password it was made after."""
    return [name, sha256(f"{found.password_hash} {found.totp_secret}".encode()).hexdigest()[:32]]


def _refused(desk: Desk, name: str, browser: Browser, how: str, why: Refusal) -> Refusal:
    """Note a try that failed. A name that is nobody's is not noted: people type passwords there."""
    told = f"sign-in:told:{browser.address}"
    if why is not Refusal.WAIT or desk.buckets.take(told, 1, 60):
        by = {"user": name, "role": "", "address": browser.address}
        detail = {"how": how, "why": why.value}
        desk.do("audit.note", by=by, act="login.failed", object=name, detail=detail)
    return why
