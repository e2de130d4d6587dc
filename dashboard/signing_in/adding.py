"""A new passkey for somebody who is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Invalid
from kidgate.dashboard.signing_in import passkeys
from kidgate.dashboard.signing_in.brake import take
from kidgate.dashboard.signing_in.passkeys import BadPasskey, Party
from kidgate.dashboard.signing_in.proving import prove
from kidgate.dashboard.signing_in.tickets import SECONDS, make_ticket, read_ticket
from kidgate.store.passkeys import passkeys_of

NEW = "a new passkey's challenge"


def ask_for_passkey(desk: Desk, actor: Actor, party: Party) -> tuple[dict[str, Any], str]:
    """What the browser is asked, and the ticket that goes with the answer."""
    with desk.database.reading() as session:
        known = [key.id for key in passkeys_of(session, actor.name)]
    options, challenge = passkeys.ask_to_register(party, actor.name, known)
    ticket = make_ticket(desk.secret, NEW, [actor.name, actor.login, challenge], desk.now())
    return options, ticket


def add_passkey(
    desk: Desk,
    actor: Actor,
    party: Party,
    ticket: str,
    answer: Mapping[str, Any],
    *,
    name: str,
    password: str,
) -> None:
    """Raises Invalid, Unproven, TooMany."""
    prove(desk, actor, password)
    content = read_ticket(desk.secret, NEW, ticket, desk.now())
    if content is None or content[:2] != [actor.name, actor.login]:
        raise Invalid("this took too long; begin again")
    if not take(desk, f"passkey:{content[2]}", 1, 2 * SECONDS):
        raise Invalid("this was answered already; begin again")
    try:
        made = passkeys.registered(party, content[2], answer)
    except BadPasskey as fault:
        raise Invalid(f"the device's answer does not hold: {fault}") from fault
    try:
        desk.do(
            "passkey.add",
            user=actor.name,
            id=made.id,
            key=made.key,
            count=made.count,
            name=name,
            by=actor.by,
        )
    except ValueError as fault:
        raise Invalid(str(fault)) from fault
