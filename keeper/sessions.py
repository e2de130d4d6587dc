"""PINs and who is signed in with one on a shared device.

The sessions live in one file that the workers watch (`proxy.who.sessions`); the PINs, hashed, in
the database, and never leave it. How often one may be tried is the service's to limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from kidgate.documents.watched import held
from kidgate.keeper.writer import Writer, replace_file
from kidgate.proxy.who.sessions import Session, SignedIn, dump, load
from kidgate.store.alerts import put_alert
from kidgate.store.pins import pin_hash, put_pin, with_pins
from kidgate.store.policy import read_policy

TRIES, WINDOW = 5, 900.0  # wrong PINs in so many seconds, for each device and for each profile


def set_pin(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Set a profile's PIN by its hash, or take it away with an empty one; its sessions end."""
    profile, hash = str(args["profile"]), str(args["hash"])
    with writer.database.writing() as session:
        if profile not in {row.key for row in read_policy(session).profiles}:
            raise ValueError(f"no profile is called `{profile}`")
        put_pin(session, profile, hash, writer.now())
    _write(writer, (one for one in _held(writer) if one.child != profile))
    return {"profile": profile, "pin": bool(hash)}


def enter(writer: Writer, args: Mapping[str, Any], minutes: int) -> dict[str, Any]:
    """Sign a child in on a shared device if the PIN is right; until when."""
    device, child, pin = str(args["device"]), str(args["child"]), str(args["pin"])
    with writer.database.reading() as session:
        rows, hash = read_policy(session), pin_hash(session, child)
    shared = any(row.key == device and not row.of for row in rows.devices)
    known = any(row.key == child for row in rows.profiles)
    if not (shared and known and hash and is_right(hash, pin)):
        return {"right": False}
    until = writer.now() + timedelta(minutes=minutes)
    others = (one for one in _held(writer) if one.device != device)
    _write(writer, (*others, Session(device, child, until)))
    return {"right": True, "until": until.isoformat()}


def leave(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """End the session on a device; whether there was one."""
    found = _held(writer)
    kept = [session for session in found if session.device != args["device"]]
    _write(writer, kept)
    return {"ended": len(kept) < len(found)}


def refresh(writer: Writer) -> None:
    """Write the file anew: without sessions that are over, with the PINs of today."""
    _write(writer, _held(writer))


def too_many(writer: Writer, device: str, child: str) -> None:
    """Tell an adult that somebody guesses; once a day for a device and a child."""
    now = writer.now()
    facts = {"child": child, "device": device, "day": now.date().isoformat()}
    with writer.database.writing() as session:
        put_alert(session, kind="pin", facts=facts, at=now)


def is_right(hash: str, pin: str) -> bool:
    """Whether a PIN is the hashed one."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(hash, pin)
    except (VerificationError, InvalidHashError):
        return False


def _held(writer: Writer) -> tuple[Session, ...]:
    """The sessions that are not over."""
    trouble = "all are signed out on shared devices"
    found = held(writer.home.sessions, load, SignedIn(), trouble).sessions
    now = writer.now()
    return tuple(session for session in found if now < session.until)


def _write(writer: Writer, sessions: Iterable[Session]) -> None:
    with writer.database.reading() as session:
        pins = with_pins(session)
    replace_file(writer.home.sessions, dump(SignedIn(tuple(sessions), pins)))
