"""What a writer can be asked to do, by name. Arguments and answers are plain JSON.

The socket service and the CLI without a keeper call the same functions: `run(writer, op, args)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from kidgate.keeper import feed_rows, feeds, first_seen, inbox, pinned, sessions, words
from kidgate.keeper.updating import running, starters
from kidgate.keeper.writer import Writer, document_of
from kidgate.policies.rows import GrantRow, PauseRow, PolicyRows, RuleRow
from kidgate.policies.rows_json import from_json
from kidgate.store.feeds import all_feeds
from kidgate.store.policy import head, next_id, rows_at, write_policy

Args = Mapping[str, Any]


class Conflict(RuntimeError):
    """The policy has moved on since the caller read it; read it again and repeat the edit."""


class UnknownCommand(ValueError):
    """No command has this name."""


def write(writer: Writer, args: Args) -> dict[str, Any]:
    """Make `rows` the policy if `base` is still the newest version.

    Rules, grants and pauses with id 0 get their number here. The whole is compiled before a row is
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
    ids = {kind: [r.id for r in getattr(rows, kind)] for kind in ("rules", "grants", "pauses")}
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
    return replace(
        rows,
        rules=_with_ids(rows.rules, next_id(session, "rule")),
        grants=_with_ids(rows.grants, next_id(session, "grant")),
        pauses=_with_ids(rows.pauses, next_id(session, "pause")),
    )


def _with_ids[R: (RuleRow, GrantRow, PauseRow)](rows: tuple[R, ...], first: int) -> tuple[R, ...]:
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
    "pin.set": sessions.set_pin,
    "pin.leave": sessions.leave,
}


def run(writer: Writer, op: str, args: Args) -> dict[str, Any]:
    command = COMMANDS.get(op)
    if command is None:
        raise UnknownCommand(f"no command is called `{op}`")
    return command(writer, args)
