"""Links that let one person make an account, and the one that begins a house.

The key is made here and leaves once, to whoever asked for the link; what is kept is its hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kidgate.keeper import people
from kidgate.keeper.writer import Writer
from kidgate.policies.people import PeopleFault, Role, checked_groups, role_of
from kidgate.store import invites
from kidgate.store.dialects import lock_policy
from kidgate.store.invites import Invite
from kidgate.store.keys import hash_key, new_key
from kidgate.store.people import has_owner
from kidgate.store.policy import read_policy

type Args = Mapping[str, Any]

MOST_MINUTES = 7 * 24 * 60


def make(writer: Writer, args: Args) -> dict[str, Any]:
    """A key for one account with a role, good for some minutes, once.

    `first`: for the first owner of the house. Only while there is none who can sign in; an older
    such key is good no more.
    """
    first, minutes = bool(args.get("first")), int(args["minutes"])
    role = Role.OWNER if first else role_of(str(args["role"]))
    if not 1 <= minutes <= MOST_MINUTES:
        raise PeopleFault(f"an invitation is good for 1 to {MOST_MINUTES} minutes")
    key, until = new_key(), writer.now() + timedelta(minutes=minutes)
    with writer.database.writing() as session:
        lock_policy(session)
        if first and has_owner(session):
            raise PeopleFault("there is an owner already; sign in, or see `kidgate user list`")
        if first:
            invites.drop_first_invites(session)
        groups = checked_groups(role, args.get("groups") or (), read_policy(session))
        invite = Invite(role, groups, first, until)
        invites.put_invite(session, hash_key(key), invite, writer.now())
    return {"key": key, "role": role.value, "until": until.isoformat()}


def take(writer: Writer, args: Args) -> dict[str, Any]:
    """Make the account that a key is for, and use the key up. Raises PeopleFault."""
    hash = hash_key(str(args["key"]))
    with writer.database.writing() as session:
        lock_policy(session)
        invite = invites.find_invite(session, hash, writer.now())
        if invite is None or (invite.first and has_owner(session)):
            raise PeopleFault("this link was used, or its time is over; ask for a new one")
        invites.drop_invite(session, hash)
        if invite.first:
            invites.drop_first_invites(session)
        people.checked_hash(args["hash"])  # an account that nobody can sign in with helps nobody
        there = {row.key for row in read_policy(session).groups}  # some may have gone since
        groups = [group for group in invite.groups if group in there]
        name = people.put(session, writer, {**args, "role": invite.role}, groups=groups)
    return {"user": name, "role": invite.role.value}
