"""What goes out of the house: a school's report, a check of the filter for it, a pack for
authorities. Who made one is in the audit log."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any, Literal

import msgspec

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Invalid, NotThere
from kidgate.dashboard.gate import Nothing, act
from kidgate.dashboard.writing import ask
from kidgate.documents.personal_key import make_personal_key
from kidgate.documents.reports.csv_file import csv_text
from kidgate.documents.reports.pack import Made, pack
from kidgate.documents.reports.pdf import NoPdf, pdf_bytes
from kidgate.documents.reports.school import Report, pseudonym, school_report
from kidgate.policies.people import LANGUAGES, Need
from kidgate.store.journal_pages import find_line
from kidgate.store.school import Span, found_entries, school_facts

LONGEST = 366  # days
USUAL = 30


class Paper(msgspec.Struct, frozen=True):
    """A file to take along."""

    name: str
    kind: str  # its media type
    data: bytes  # in JSON: base64


class SchoolWanted(msgspec.Struct, frozen=True):
    """Days in the zone of the house, both in it; empty: the last thirty. `pseudonymous`: pupils by
    another name. `language`: vi or en, empty: the asker's."""

    form: Literal["csv", "pdf"]
    first: date | None = None
    last: date | None = None
    group: str = ""
    pseudonymous: bool = False
    language: str = ""


@act("reports.school", Need.LOOK, changes=True)
def school(desk: Desk, actor: Actor, asked: SchoolWanted) -> Paper:
    """Attempts, categories, tiers, requests and filtering checks over some days."""
    span = _span(desk, asked)
    made = _report(desk, actor, asked, span)
    if asked.form == "pdf":
        try:
            data, kind = pdf_bytes(made), "application/pdf"
        except NoPdf as fault:
            raise Invalid(str(fault)) from fault
    else:
        data, kind = csv_text(made).encode(), "text/csv; charset=utf-8"
    days = {"since": span.first.isoformat(), "until": span.last.isoformat()}
    ask(desk, "report.made", what="school", pseudonymous=asked.pseudonymous, by=actor.by, **days)
    return Paper(f"kidgate-{span.first}-{span.last}.{asked.form}", kind, data)


def _span(desk: Desk, asked: SchoolWanted) -> Span:
    today = desk.now().astimezone(desk.zone).date()
    last = min(asked.last or today, today)
    first = asked.first or last - timedelta(days=USUAL - 1)
    if not 0 <= (last - first).days < LONGEST:
        raise Invalid(f"a report is about 1 to {LONGEST} days, and ends after it begins")
    return Span(first, last, desk.zone)


def _report(desk: Desk, actor: Actor, asked: SchoolWanted, span: Span) -> Report:
    seen = actor.seen(desk.rows.profiles)
    children = (
        None
        if actor.sees_all and not asked.group
        else [row.key for row in seen if not asked.group or asked.group in row.groups]
    )
    called = pseudonym(make_personal_key(desk.home)) if asked.pseudonymous else None
    with desk.database.reading() as session:
        facts = school_facts(
            session,
            span,
            made_at=desk.now(),
            made_by=actor.name,
            children=children,
            called=called,
        )
    return school_report(facts, asked.language if asked.language in LANGUAGES else actor.language)


# --- a check of the filter ---


class Visit(msgspec.Struct, frozen=True):
    """One visit of a check."""

    tier: str
    what: str
    url: str
    expected: str
    verdict: str
    reason: str
    passed: bool


class Checked(msgspec.Struct, frozen=True):
    run: str
    passed: int
    failed: int
    checks: tuple[Visit, ...]


@act("reports.check", Need.CHANGE, changes=True)
def check(desk: Desk, actor: Actor, asked: Nothing) -> Checked:
    """Try the filter on a standard set of visits; what came of it goes into the school's report.

    Nothing is fetched: each visit is decided by the policy of now.
    """
    answer: dict[str, Any] = ask(desk, "report.check", by=actor.by)
    return msgspec.convert(answer, Checked)


# --- for authorities ---


class PackWanted(msgspec.Struct, frozen=True):
    """`id` of a journal line; `named`: with the child and the device."""

    id: int
    named: bool = False


@act("reports.pack", Need.CHANGE, changes=True)
def pack_(desk: Desk, actor: Actor, asked: PackWanted) -> Paper:
    """What authorities and hot lines need of a journal line, as a ZIP file.

    What, when, where, and the hash where it is known; never the material itself.
    """
    with desk.database.reading() as session:
        line = find_line(session, asked.id) if 0 < asked.id < 2**63 else None
        found = found_entries(session, [line.entry]) if line is not None else []
    if not found:
        raise NotThere(f"the journal has no line `{asked.id}`")
    now = desk.now()
    number = f"{now.astimezone(desk.zone):%Y%m%d-%H%M%S}"
    policy = str(desk.read()[1])
    made = Made(number, now, actor.name, version("kidgate"), policy, desk.zone)
    data = pack(found, made, named=asked.named)
    entries, digest = [one.entry for one in found], hashlib.sha256(data).hexdigest()
    ask(desk, "report.packed", entries=entries, sha256=digest, by=actor.by)
    return Paper(f"kidgate-{number}.zip", "application/zip", data)
