"""What users are signed in with: browsers, passkeys, tokens. Keys are known by their hashes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kidgate.keeper.people import user_of
from kidgate.keeper.writer import Writer
from kidgate.policies.people import PeopleFault
from kidgate.store import audit, invites, logins, passkeys, tokens
from kidgate.store.keys import is_hash
from kidgate.store.logins import Login
from kidgate.store.passkeys import Passkey

type Args = Mapping[str, Any]

_BASE64URL = re.compile(r"[A-Za-z0-9_-]{1,4096}", re.ASCII)
_MOST_COUNT = 2**32 - 1  # WebAuthn's counter has 32 bits


def open_login(writer: Writer, args: Args) -> dict[str, Any]:
    """A browser is signed in until a time, at most `logins.LONGEST`; the oldest may make room."""
    now, hash = writer.now(), _hash(args["hash"])
    until = min(_time(args["until"]), now + logins.LONGEST)
    if until <= now:
        raise PeopleFault("this sign-in would be over before it began")
    with writer.database.writing() as session:
        user = user_of(session, args, "user")
        if not user.active:
            raise PeopleFault(f"`{user.name}` may not sign in; `kidgate user change --active`")
        address, agent = str(args.get("address") or ""), str(args.get("agent") or "")
        login = Login(hash, user.name, now, now, until, address, agent)
        closed = logins.put_login(session, login)
    return {"user": user.name, "until": until.isoformat(), "closed": closed}


def saw_login(writer: Writer, args: Args) -> dict[str, Any]:
    """Somebody used a sign-in; whether it is there. Asking once a minute is enough."""
    with writer.database.writing() as session:
        return {"there": logins.touch_login(session, str(args["hash"]), writer.now())}


def close_login(writer: Writer, args: Args) -> dict[str, Any]:
    """End one sign-in by its `hash`, or all of a `user`."""
    with writer.database.writing() as session:
        if args.get("hash"):
            return {"closed": logins.close_login(session, str(args["hash"]))}
        return {"closed": logins.close_logins(session, user_of(session, args, "user").name)}


def add_passkey(writer: Writer, args: Args) -> dict[str, Any]:
    now, id, key = writer.now(), str(args["id"]), str(args["key"])
    if not (_BASE64URL.fullmatch(id) and _BASE64URL.fullmatch(key)):
        raise PeopleFault("this is no passkey")
    with writer.database.writing() as session:
        user = user_of(session, args, "user")
        if passkeys.is_known(session, id):
            raise PeopleFault("this passkey is registered already")
        if user.passkeys >= passkeys.MOST:
            raise PeopleFault(f"there are {passkeys.MOST} passkeys; remove one first")
        name = str(args.get("name") or "")
        passkeys.put_passkey(
            session, Passkey(id, user.name, key, _count(args["count"]), name, now, None)
        )
    return {"user": user.name, "id": id}


def used_passkey(writer: Writer, args: Args) -> dict[str, Any]:
    """Note a signature. Not `fresh`: its count was seen before, and the sign-in must fail."""
    count, now = _count(args["count"]), writer.now()
    with writer.database.writing() as session:
        return {"fresh": passkeys.use_passkey(session, str(args["id"]), count, now)}


def remove_passkey(writer: Writer, args: Args) -> dict[str, Any]:
    with writer.database.writing() as session:
        user = user_of(session, args, "user")
        return {"removed": passkeys.remove_passkey(session, user.name, str(args["id"]))}


def add_token(writer: Writer, args: Args) -> dict[str, Any]:
    """A key for a program, by its hash; `until` may be null: until it is removed."""
    now, hash = writer.now(), _hash(args["hash"])
    until = _time(args["until"]) if args.get("until") else None
    if until is not None and until <= now:
        raise PeopleFault("this token would be over before it began")
    with writer.database.writing() as session:
        user = user_of(session, args, "user")
        if not user.active:
            raise PeopleFault(f"`{user.name}` may not sign in; `kidgate user change --active`")
        if tokens.count_tokens(session, user.name) >= tokens.MOST:
            raise PeopleFault(f"there are {tokens.MOST} tokens; remove one first")
        name, write = str(args.get("name") or ""), bool(args.get("write"))
        id = tokens.put_token(session, user.name, name, hash, write=write, until=until, at=now)
    return {"user": user.name, "id": id}


def used_token(writer: Writer, args: Args) -> dict[str, Any]:
    with writer.database.writing() as session:
        tokens.touch_token(session, int(args["id"]), writer.now())
    return {}


def remove_token(writer: Writer, args: Args) -> dict[str, Any]:
    with writer.database.writing() as session:
        user = user_of(session, args, "user")
        return {"removed": tokens.remove_token(session, user.name, int(args["id"]))}


def sweep(writer: Writer) -> None:
    """Forget sign-ins, tokens and invitations that are over, and the audit log of long ago."""
    now = writer.now()
    with writer.database.writing() as session:
        logins.sweep_logins(session, now)
        tokens.sweep_tokens(session, now)
        invites.sweep_invites(session, now)
    while True:
        with writer.database.writing() as session:
            if not audit.purge(session, now):
                break


def _hash(hash: Any) -> str:
    """Raises PeopleFault for a key itself, which must never get into the database."""
    if not isinstance(hash, str) or not is_hash(hash):
        raise PeopleFault("a key is kept as its SHA-256 alone")
    return hash


def _count(count: Any) -> int:
    if type(count) is not int or not 0 <= count <= _MOST_COUNT:
        raise PeopleFault("a passkey's count is a number of 32 bits")
    return count


def _time(text: Any) -> datetime:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise PeopleFault(f"`{text}` is no time; write it as ISO 8601") from None
    if found.tzinfo is None:
        raise PeopleFault(f"`{text}` needs a time zone")
    return found
