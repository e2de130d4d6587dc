"""Users: who they are, what they may, what they know. The last active owner always stays.

Passwords come here as Argon2 hashes, codes as SHA-256: what somebody typed never crosses the
socket, but for the key of an invitation (`invites.py`). How often one may try is asked of the
service (`limit`) by whoever takes the password.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from kidgate.keeper.writer import Writer
from kidgate.policies.people import (
    PeopleFault,
    Role,
    canonical_name,
    checked_groups,
    checked_language,
    role_of,
)
from kidgate.store import people
from kidgate.store.dialects import lock_policy
from kidgate.store.keys import is_hash
from kidgate.store.logins import close_logins
from kidgate.store.people import User
from kidgate.store.policy import read_policy
from kidgate.store.tokens import remove_tokens

type Args = Mapping[str, Any]

MOST_USERS = 1000
_PART = "[A-Za-z0-9+/]{8,200}"
_ARGON2 = re.compile(
    rf"\$argon2id\$v=19\$m=\d{{1,7}},t=\d{{1,3}},p=\d{{1,3}}\${_PART}\${_PART}", re.ASCII
)
_BASE32 = re.compile(r"[A-Z2-7]{16,128}", re.ASCII)
_RECOVERY_CODES = 20


def add(writer: Writer, args: Args) -> dict[str, Any]:
    """A new user; without `hash` they cannot sign in until they have a password."""
    with writer.database.writing() as session:
        name = put(session, writer, args, groups=args.get("groups") or ())
    return {"name": name}


def put(session: Session, writer: Writer, args: Args, *, groups: Any) -> str:
    """Add the user that `args` tell of; the canonical name. Raises PeopleFault."""
    lock_policy(session)  # several boxes may share the database: one change of the people at a time
    name, role = canonical_name(str(args["name"])), role_of(str(args["role"]))
    language = checked_language(str(args.get("language") or "vi"))
    hash = checked_hash(args["hash"]) if args.get("hash") else ""
    if people.find_user(session, name) is not None:
        raise PeopleFault(f"a user `{name}` is there already; choose another name")
    if people.count_users(session) >= MOST_USERS:
        raise PeopleFault(f"there are {MOST_USERS} users; remove those who have left")
    people.put_user(
        session,
        name,
        role=role,
        language=language,
        groups=checked_groups(role, groups, read_policy(session)),
        password_hash=hash,
        at=writer.now(),
    )
    return name


def change(writer: Writer, args: Args) -> dict[str, Any]:
    """Change what is given of `role`, `language`, `groups`, `active`.

    A user whose rights change is signed out everywhere; one who may not sign in any more loses the
    tokens too.
    """
    with writer.database.writing() as session:
        lock_policy(session)
        user = user_of(session, args)
        role = role_of(str(args["role"])) if args.get("role") is not None else user.role
        active = bool(args["active"]) if args.get("active") is not None else user.active
        if role is not Role.OWNER or not active:
            _keep_an_owner(session, user)
        kept = user.groups if role is Role.TEACHER else ()
        wanted = kept if args.get("groups") is None else args["groups"]
        groups = checked_groups(role, wanted, read_policy(session)) if wanted else ()
        language = checked_language(str(args.get("language") or user.language))
        new = {"role": role, "active": active, "groups": [*groups], "language": language}
        people.change_user(session, user.name, **new)
        closed = 0
        if (role, active, groups) != (user.role, user.active, user.groups):
            closed = close_logins(session, user.name)
        removed = 0 if active else remove_tokens(session, user.name)
    return {"name": user.name, "closed": closed, "tokens_removed": removed}


def remove(writer: Writer, args: Args) -> dict[str, Any]:
    """Take a user away with everything they sign in with; the audit log keeps the name."""
    with writer.database.writing() as session:
        lock_policy(session)
        user = user_of(session, args)
        _keep_an_owner(session, user)
        people.remove_user(session, user.name)
    return {"name": user.name}


def set_password(writer: Writer, args: Args) -> dict[str, Any]:
    """Set the password by its hash, or take it away with an empty one; signs the user out
    everywhere."""
    with writer.database.writing() as session:
        user = user_of(session, args)
        hash = checked_hash(args["hash"]) if args["hash"] else None
        people.change_user(session, user.name, password_hash=hash)
        closed = close_logins(session, user.name)
    return {"name": user.name, "closed": closed}


def set_totp(writer: Writer, args: Args) -> dict[str, Any]:
    """Set the secret of the user's code generator, or take it away with an empty one.

    `step` is that of the code which proved it, so that it is not good again. Recovery codes stand
    in for the generator: they go with it.
    """
    secret, step = str(args["secret"]), int(args.get("step") or 0)
    if secret and not _BASE32.fullmatch(secret):
        raise PeopleFault("this is no secret of a code generator; make a new one")
    with writer.database.writing() as session:
        user = user_of(session, args)
        fields: dict[str, Any] = {"totp_secret": secret, "totp_step": step, "recovery": []}
        people.change_user(session, user.name, **fields)
    return {"name": user.name, "totp": bool(secret)}


def use_totp(writer: Writer, args: Args) -> dict[str, Any]:
    """Note a code's step as used. Not `fresh`: somebody was faster, the code is not good again."""
    with writer.database.writing() as session:
        user = user_of(session, args)
        return {"fresh": people.use_totp_step(session, user.name, int(args["step"]))}


def set_recovery(writer: Writer, args: Args) -> dict[str, Any]:
    """New recovery codes in place of the old ones, by their hashes."""
    hashes = [str(hash) for hash in args["hashes"]]
    if len(hashes) > _RECOVERY_CODES or not all(map(is_hash, hashes)):
        raise PeopleFault("recovery codes are kept as hashes, and there are few of them")
    with writer.database.writing() as session:
        user = user_of(session, args)
        people.change_user(session, user.name, recovery=hashes)
    return {"name": user.name, "left": len(hashes)}


def use_recovery(writer: Writer, args: Args) -> dict[str, Any]:
    """Take one recovery code away. Not `spent`: it was not there, or somebody was faster."""
    with writer.database.writing() as session:
        lock_policy(session)
        user = user_of(session, args)
        found = people.secrets_of(session, user.name)
        if found is None:
            return {"spent": False, "left": 0}
        hash = str(args["hash"]).encode(errors="replace")
        left = [kept for kept in found.recovery if not hmac.compare_digest(kept.encode(), hash)]
        people.change_user(session, user.name, recovery=left)
    return {"spent": len(left) < len(found.recovery), "left": len(left)}


def user_of(session: Session, args: Args, field: str = "name") -> User:
    """The user that a command names. Raises PeopleFault."""
    name = canonical_name(str(args[field]))
    user = people.find_user(session, name)
    if user is None:
        raise PeopleFault(f"no user is called `{name}`; see `kidgate user list`")
    return user


def checked_hash(hash: Any) -> str:
    """A password's hash; a password itself must never get into the database. Raises PeopleFault."""
    if not isinstance(hash, str) or not _ARGON2.fullmatch(hash):
        raise PeopleFault("a password is kept as its Argon2id hash alone")
    return hash


def _keep_an_owner(session: Session, user: User) -> None:
    if user.role is Role.OWNER and user.active and not people.other_owners(session, user.name):
        raise PeopleFault(
            f"`{user.name}` is the only owner who can sign in; make another one first"
        )
