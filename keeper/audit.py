"""Which commands of adults are noted in the audit log, and what of each.

A command that carries `by` (who, with which role, from where) is noted once it has succeeded. Only
what stands in the table is copied, so that no password's hash, key or secret can get into the log
by being forgotten here: a command without an entry is noted with its name alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kidgate.keeper.writer import Writer
from kidgate.policies.people import PeopleFault
from kidgate.store.audit import put_noted

type Args = Mapping[str, Any]

NOTE = "audit.note"


@dataclass(frozen=True, slots=True)
class Keep:
    """Names of arguments and of parts of the answer: all of them harmless. `a.b`: b within a."""

    object: str = ""  # what it was done to; found in the arguments, else in the answer
    detail: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()


KEPT: Mapping[str, Keep] = {
    "policy.write": Keep("comment", answer=("version",)),
    "policy.rollback": Keep("version"),
    "feed.add": Keep("feed.name", ("feed.category",)),
    "feed.change": Keep("name", ("set.enabled", "set.interval", "set.category")),
    "feed.update": Keep("names"),
    "feed.install": Keep("feed.name", ("feed.category",)),
    "feed.remove": Keep("name"),
    "inbox.drop": Keep("key"),
    "pinned.forget": Keep("name"),
    "pin.set": Keep("profile", answer=("pin",)),
    "pin.leave": Keep("device"),
    "user.add": Keep("name", ("role", "groups", "language")),
    "user.change": Keep("name", ("role", "groups", "language", "active")),
    "user.remove": Keep("name"),
    "user.password": Keep("name"),
    "user.totp": Keep("name", answer=("totp",)),
    "user.recovery": Keep("name", answer=("left",)),
    "user.recovery_used": Keep("name", answer=("spent", "left")),
    "passkey.add": Keep("user", ("name",)),
    "passkey.remove": Keep("user", ("id",)),
    "login.open": Keep("user", ("agent",), ("until",)),
    "login.close": Keep("user", answer=("closed",)),
    "token.add": Keep("user", ("name", "write", "until"), ("id",)),
    "token.remove": Keep("user", ("id",)),
    "invite.make": Keep("", ("role", "groups", "minutes")),
    "invite.take": Keep("user", ("language",), ("role",)),
    "request.answer": Keep("id", ("yes", "scope", "duration", "whom")),
    "request.by_link": Keep("id", ("yes", "scope", "duration", "whom")),
    "bonus.add": Keep("child", ("key", "minutes", "reason")),
    "bonus.remove": Keep("id"),
    "alert.handled": Keep("id", ("ids",), ("handled",)),
    "channel.add": Keep("name", ("user", "severity", "kinds", "quiet")),
    "channel.change": Keep("name", ("set.severity", "set.kinds", "set.quiet", "set.enabled")),
    "channel.remove": Keep("name"),
    "channel.test": Keep("name", answer=("fault",)),
    "report.check": Keep("", answer=("run", "passed", "failed")),
    "report.packed": Keep("entries", ("sha256",)),
    "report.made": Keep("what", ("since", "until", "pseudonymous")),
}


def note(writer: Writer, args: Args) -> dict[str, Any]:
    """Note what is no command: a look, a sign-in that failed. `by`, `act`, `object`, `detail`."""
    act, detail = str(args["act"]), args.get("detail") or {}
    if not act or not isinstance(detail, dict):
        raise PeopleFault("name the act, and give what there is to say of it as names and values")
    with writer.database.writing() as session:
        put_noted(
            session,
            at=writer.now(),
            by=args["by"],
            act=act,
            object=str(args.get("object") or ""),
            detail=detail,
        )
    return {}


def noted(writer: Writer, op: str, args: Args, answer: Args) -> None:
    """Note a command that has succeeded, if it says who gave it.

    Who comes with a link or signs in has no name yet (`by` has an address alone): the answer may
    tell it as `user`.
    """
    by = args.get("by")
    if not isinstance(by, Mapping) or op == NOTE or args.get("dry_run"):
        return
    if not by.get("user"):
        by = {**by, "user": answer.get("user")}
    keep = KEPT.get(op, Keep())
    detail = {name: _at(name, args) for name in keep.detail}
    detail |= {name: _at(name, answer) for name in keep.answer}
    with writer.database.writing() as session:
        put_noted(
            session,
            at=writer.now(),
            by=by,
            act=op,
            object=_object(keep.object, args, answer),
            detail={name: part for name, part in detail.items() if part is not None},
        )


def _object(name: str, args: Args, answer: Args) -> str:
    found = _at(name, args)
    if found is None:
        found = _at(name, answer)
    if isinstance(found, list | tuple):
        return ", ".join(map(str, found))
    return "" if found is None else str(found)


def _at(name: str, value: Args) -> Any:
    """What stands under a name, `a.b` for b within a; None where there is nothing."""
    found: Any = value
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
