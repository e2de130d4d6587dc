"""Filtering checks, and notes of reports that were made: the audit log says who gave out what."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kidgate.documents.feed_row import LIST
from kidgate.documents.reports.checking import Outcome, run_checks
from kidgate.keeper.writer import Writer, document_of
from kidgate.lists.faults import IndexFault
from kidgate.lists.index import open_index
from kidgate.policies.model import CategoryIndex
from kidgate.policies.rows import ProfileRow
from kidgate.policies.snapshot import NoFeeds
from kidgate.store.feeds import all_feeds
from kidgate.store.policy import head, read_policy
from kidgate.store.reporting import CheckRow, put_checks

WHOSE = "kidgate-check-"  # profiles of the check's own, one for each tier


def check(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Run the standard filtering check on the newest policy and keep what came of it.

    `tiers`: of these alone. The answer: run, passed, failed, and each visit in `checks`.
    """
    now, by = writer.now(), str((args.get("by") or {}).get("user") or args.get("author") or "")
    with writer.database.reading() as session:
        rows, version, feeds = read_policy(session), str(head(session)), all_feeds(session)
    document = document_of(rows, version)
    keys = dict.fromkeys(row.key for row in (*document.tiers, *rows.tiers) if row.key != "adult")
    wanted = [key for key in keys if key in (args.get("tiers") or keys)]
    own = tuple(ProfileRow(f"{WHOSE}{key}", tier=key) for key in wanted)
    snapshot = document_of(replace(rows, profiles=(*rows.profiles, *own)), version).compile()
    listed = {f.category for f in feeds if f.enabled and f.kind == LIST and (f.names or f.urls)}
    whose = {key: f"{WHOSE}{key}" for key in wanted}
    outcomes = run_checks(snapshot, _index(writer), whose, listed, now)
    run = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    found = [CheckRow(run=run, at=now, by=by, version=version, **_fields(o)) for o in outcomes]
    with writer.database.writing() as session:
        put_checks(session, found)
    failed = sum(not row.passed for row in found)
    checks = [_fields(outcome) for outcome in outcomes]
    return {"run": run, "passed": len(found) - failed, "failed": failed, "checks": checks}


def packed(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Note that a pack for authorities was made: `entries`, `sha256` of the file."""
    return {"entries": list(args["entries"]), "sha256": str(args["sha256"])}


def made(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Note that a report was made: `what`, `since`, `until`, `pseudonymous`."""
    return {"what": str(args["what"])}


def _fields(outcome: Outcome) -> dict[str, Any]:
    names = ("tier", "what", "url", "expected", "verdict", "reason", "passed")
    return {name: getattr(outcome, name) for name in names}


def _index(writer: Writer) -> CategoryIndex:
    try:
        return open_index(writer.home.index)
    except (IndexFault, OSError):
        return NoFeeds()
