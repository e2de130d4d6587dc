"""A new account by a link that an owner, or the first start, made."""

from __future__ import annotations

from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Invalid, TooMany
from kidgate.dashboard.signing_in import passwords
from kidgate.dashboard.signing_in.brake import take
from kidgate.dashboard.signing_in.entering import Browser, Entered, enter
from kidgate.policies.people import PeopleFault, canonical_name
from kidgate.store.invites import Invite, find_invite
from kidgate.store.keys import hash_key
from kidgate.store.people import find_user

TRIES = 30  # in a window, from one address


class BadAccount(Invalid):
    """The account cannot be made so; `problem` names the words that say why."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def look(desk: Desk, key: str) -> Invite | None:
    """What a link is for; looking does not use it up. None: nothing, or not any more."""
    with desk.database.reading() as session:
        return find_invite(session, hash_key(key[:200]), desk.now())


def join(
    desk: Desk, key: str, name: str, password: str, again: str, language: str, browser: Browser
) -> Entered:
    """Make the account and sign in. Raises BadAccount, TooMany."""
    if not take(desk, f"join:{browser.address}", TRIES):
        raise TooMany("too many accounts were tried")
    invite = look(desk, key)
    if invite is None:
        raise BadAccount("used")
    user = _fit(desk, name, password, again)
    by = {"user": user, "role": invite.role.value, "address": browser.address}
    hash = passwords.hash_password(password)
    try:
        desk.do("invite.take", key=key, name=user, hash=hash, language=language, by=by)
    except ValueError as fault:  # somebody was faster
        raise BadAccount("used") from fault
    return enter(desk, user, browser)


def _fit(desk: Desk, name: str, password: str, again: str) -> str:
    try:
        user = canonical_name(name)
    except PeopleFault as fault:
        raise BadAccount("name") from fault
    with desk.database.reading() as session:
        if find_user(session, user) is not None:
            raise BadAccount("taken")
    check_password(password, again, user)
    return user


def check_password(password: str, again: str, name: str) -> None:
    """Raises BadAccount for one that will not do."""
    problem = passwords.fault_of(password, name)
    if problem or password != again:
        raise BadAccount(problem or "mismatch")
