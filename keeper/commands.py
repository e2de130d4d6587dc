"""What a writer can be asked to do, by name. Arguments and answers are plain JSON.

The socket service and the CLI without a keeper call the same functions: `run(writer, op, args)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from kidgate.keeper import (
    alerts,
    audit,
    bonus,
    feed_rows,
    feeds,
    first_seen,
    inbox,
    invites,
    me,
    people,
    pinned,
    reports,
    requests,
    sessions,
    signed_in,
    usage,
    words,
)
from kidgate.keeper.telling import channels
from kidgate.keeper.updating import running, starters
from kidgate.keeper.writer import Writer, document_of
from kidgate.policies.edits import Numbered
from kidgate.policies.rows import PolicyRows
from kidgate.policies.rows_json import from_json
from kidgate.store.changing import Conflict
from kidgate.store.edits import KINDS
from kidgate.store.feeds import all_feeds
from kidgate.store.policy import head, next_id, rows_at, write_policy

Args = Mapping[str, Any]
NUMBERED = {kind.field: kind.name for kind in KINDS if kind.identity == "id"}


class UnknownCommand(ValueError):
    """No command has this name."""


def write(writer: Writer, args: Args) -> dict[str, Any]:
    """Make `rows` the policy if `base` is still the newest version.

    Rules, grants and others with id 0 get their number here. The whole is compiled before a row is
    written. `dry_run` compiles only. Raises Conflict, PolicyFaults, DatabaseFault.
    """
    rows = from_json(PolicyRows, args["rows"])
    with writer.database.writing() as session:
        base = head(session)
        if args["base"] not in (None, base):
            raise Conflict(
                f"the policy is at version {base}, the change was made to {args['base']}"
            )
        rows = _numbered(session, rows)
        document_of(rows, str(base + 1)).compile()
        if args.get("dry_run"):
            return {"version": base}
        version = write_policy(
            session, rows, author=args["author"], comment=args["comment"], at=writer.now()
        )
    writer.publish()
    usage.ensure(writer)
    ids = {kind: [row.id for row in getattr(rows, kind)] for kind in NUMBERED}
    return {"version": version, "ids": ids}


def rollback(writer: Writer, args: Args) -> dict[str, Any]:
    """Make the policy what it was at `version`, as a new version."""
    with writer.database.writing() as session:
        rows = rows_at(session, args["version"])
        document_of(rows, "").compile()
        version = write_policy(
            session,
            rows,
            author=args["author"],
            comment=f"rollback to {args['version']}",
            at=writer.now(),
        )
    writer.publish()
    return {"version": version}


def rebuild(writer: Writer, args: Args) -> dict[str, Any]:
    """Build the index again from the feeds that are there."""
    with writer.database.reading() as session:
        found = all_feeds(session)
    feeds.build_index(writer.home, found).replace(writer.home.index)
    return {"feeds": len(found)}


def _numbered(session: Session, rows: PolicyRows) -> PolicyRows:
    numbered: dict[str, Any] = {
        section: _with_ids(getattr(rows, section), next_id(session, kind))
        for section, kind in NUMBERED.items()
    }
    return replace(rows, **numbered)


def _with_ids[R: Numbered](rows: tuple[R, ...], first: int) -> tuple[R, ...]:
    numbered, number = [], max([first, *(row.id + 1 for row in rows)])
    for row in rows:
        if row.id == 0:
            row, number = replace(row, id=number), number + 1
        numbered.append(row)
    return tuple(numbered)


COMMANDS: Mapping[str, Callable[[Writer, Args], dict[str, Any]]] = {
    "policy.write": write,
    "policy.rollback": rollback,
    "feed.add": feed_rows.add,
    "feed.change": feed_rows.change,
    "feed.update": running.update,
    "feed.starters": starters.install,
    "feed.install": feeds.install,
    "feed.remove": feeds.drop,
    "index.rebuild": rebuild,
    "inbox.report": inbox.report,
    "inbox.drop": inbox.drop,
    "pinned.learn": pinned.learn,
    "pinned.forget": pinned.forget,
    "words.publish": words.publish,
    "site.met": first_seen.met,
    "request.open": requests.open_,
    "request.state": requests.state,
    "request.show": requests.show,
    "request.answer": requests.answer,
    "request.link": requests.link,
    "request.by_link": requests.by_link,
    "request.linked": requests.linked,
    "me.show": me.show,
    "usage.beats": usage.beats,
    "usage.told": usage.told,
    "usage.recount": usage.recount,
    "bonus.add": bonus.add,
    "bonus.remove": bonus.remove,
    "pin.set": sessions.set_pin,
    "pin.leave": sessions.leave,
    "user.add": people.add,
    "user.change": people.change,
    "user.remove": people.remove,
    "user.password": people.set_password,
    "user.totp": people.set_totp,
    "user.totp_used": people.use_totp,
    "user.recovery": people.set_recovery,
    "user.recovery_used": people.use_recovery,
    "passkey.add": signed_in.add_passkey,
    "passkey.used": signed_in.used_passkey,
    "passkey.remove": signed_in.remove_passkey,
    "login.open": signed_in.open_login,
    "login.seen": signed_in.saw_login,
    "login.close": signed_in.close_login,
    "token.add": signed_in.add_token,
    "token.used": signed_in.used_token,
    "token.remove": signed_in.remove_token,
    "invite.make": invites.make,
    "invite.take": invites.take,
    "alert.handled": alerts.handled,
    "channel.add": channels.add,
    "channel.change": channels.change,
    "channel.remove": channels.remove,
    "channel.test": channels.test,
    "report.check": reports.check,
    "report.packed": reports.packed,
    "report.made": reports.made,
    audit.NOTE: audit.note,
}


def run(writer: Writer, op: str, args: Args) -> dict[str, Any]:
    command = COMMANDS.get(op)
    if command is None:
        raise UnknownCommand(f"no command is called `{op}`")
    answer = command(writer, args)
    audit.noted(writer, op, args, answer)
    return answer
