"""`report`: what was stopped, counted; the weekly digest, a school's report, checks, the pack."""

from __future__ import annotations

import hashlib
import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command, Group, shared_options
from kidgate.console.errors import NO, USAGE, Failure
from kidgate.console.journal import note_spool
from kidgate.console.output import facts, local, say, shown_lines, stamp, table
from kidgate.console.users import by

if TYPE_CHECKING:
    from kidgate.documents.digest.messages import Composed
    from kidgate.store.school import Span

REPORTED = 10  # lines of each list
LANGUAGE = click.Choice(["vi", "en"])
DAY = click.DateTime(["%Y-%m-%d"])


class Reports(Group):
    """The family; alone it is the short report."""

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.invoke_without_command = True
        self.no_args_is_help = False
        self.params += shared_options()


@click.group(cls=Reports)
@click.option("--since", metavar="TIME", default="7d", help="7d (ago), today, a date, ISO.")
@click.option("--child", help="Only this child's.")
@click.pass_context
def report(context: click.Context, since: str, child: str | None) -> None:
    """What was stopped, counted; and what to look at."""
    if context.invoked_subcommand is None:
        _short(context.ensure_object(App), since, child)


def _short(app: App, since: str, child: str | None) -> None:
    from kidgate.console import times
    from kidgate.store.alerts import unseen_alerts
    from kidgate.store.journal import report as read_report

    now, zone = app.now(), app.zone
    first = times.since(since, now, zone)
    with app.database.reading() as session:
        found = read_report(session, first, now, child=child)
        alerts = unseen_alerts(session)
    lists = {
        "child": found.by_child,
        "category": found.by_category,
        "reason": found.by_reason,
        "host": found.by_host,
    }
    document = {
        "since": stamp(first, zone),
        "until": stamp(now, zone),
        "total": found.total,
        **{f"by_{name}": dict(counts) for name, counts in lists.items()},
        "alerts": [
            {"kind": kind, "severity": severity, "text": text, "time": stamp(at, zone)}
            for kind, severity, text, at in alerts
        ],
    }

    def people() -> None:
        facts([("from", local(first, zone)), ("to", local(now, zone)), ("attempts", found.total)])
        for name, counts in lists.items():
            if counts:
                say("")
                table((name, "attempts"), counts[:REPORTED])
        for _, severity, text, at in alerts:
            say(f"{severity}, {local(at, zone)}: {text}")

    app.answer(document, people)
    if not app.json:
        note_spool(app)


@report.command(cls=Command)
@click.option("--for", "child", metavar="CHILD", help="Only this child's week.")
@click.option("--week", metavar="WEEK", help="Like 2026-W47; else the last whole one.")
@click.option("--language", type=LANGUAGE, help="Else the house's.")
@click.option("--html", is_flag=True, help="As it goes by e-mail.")
@pass_app
def digest(
    app: App, child: str | None, week: str | None, language: str | None, *, html: bool
) -> None:
    """The week of each child, and two questions to ask.

    A week ends on Sunday at 18:00; then it is sent to every channel that wants it.
    """
    from kidgate.store import digests

    zone = app.zone
    try:
        end = digests.end_of_week(week, zone) if week else digests.last_end(app.now(), zone)
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--week") from None
    if child is not None and child not in {row.key for row in app.rows.profiles}:
        raise Failure(f"no child is called `{child}`; see kidgate profile list", USAGE)
    made = _composed(app, end, child, language or app.rows.settings.language)
    start, _ = digests.bounds(end)
    document = {
        "week": digests.week_number(end),
        "since": stamp(start, zone),
        "until": stamp(end, zone),
        "title": made.title,
        "text": made.text,
        "html": made.html,
    }
    app.answer(document, lambda: click.echo(made.html if html else shown_lines(made.text)))


def _composed(app: App, end: datetime, child: str | None, language: str) -> Composed:
    from kidgate.documents.digest.week import compose
    from kidgate.store import digests

    snapshot = _snapshot(app)
    start, _ = digests.bounds(end)
    profiles = [row for row in digests.children(snapshot, end) if child is None or row.key == child]
    with app.database.reading() as session:
        weeks = digests.weeks(session, snapshot, profiles, end)
    link = app.config.dashboard.url
    return compose(weeks, start.date(), end.date(), language=language, link=link)


def _snapshot(app: App) -> Any:
    from kidgate.keeper.writer import document_of

    rows, version = app.read()
    return document_of(rows, str(version)).compile()


@report.command(cls=Command)
@click.option("--from", "first", type=DAY, help="The first day; else 30 days ago.")
@click.option("--to", "last", type=DAY, help="The last day; else today.")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write a PDF here.")
@click.option("--csv", type=click.Path(dir_okay=False, path_type=Path), help="Write a CSV here.")
@click.option("--pseudonymous", is_flag=True, help="Pupils by another name.")
@click.option("--language", type=LANGUAGE, help="Else the house's.")
@pass_app
def school(
    app: App,
    first: datetime | None,
    last: datetime | None,
    pdf: Path | None,
    csv: Path | None,
    language: str | None,
    *,
    pseudonymous: bool,
) -> None:
    """Write a school's report, as PDF or CSV.

    Attempts, categories, tiers, requests and filtering checks over some days.
    """
    from kidgate.documents.reports.csv_file import csv_text
    from kidgate.documents.reports.school import pseudonym, school_report
    from kidgate.store.school import school_facts

    if pdf is None and csv is None:
        raise click.UsageError("say where the report goes: --pdf FILE, --csv FILE or both")
    span = _span(app, first, last)
    called = pseudonym(_key(app)) if pseudonymous else None
    with app.database.reading() as session:
        found = school_facts(session, span, made_at=app.now(), made_by=app.author, called=called)
    made = school_report(found, language or app.rows.settings.language)
    if pdf is not None:
        from kidgate.documents.reports.pdf import pdf_bytes

        _write(pdf, pdf_bytes(made))
    if csv is not None:
        _write(csv, csv_text(made).encode())
    days: dict[str, Any] = {"since": span.first.isoformat(), "until": span.last.isoformat()}
    app.do("report.made", what="school", pseudonymous=pseudonymous, by=by(app), **days)
    files = [str(path) for path in (pdf, csv) if path is not None]
    app.answer({**days, "files": files}, lambda: say(f"Written: {', '.join(files)}"))


@report.command(cls=Command)
@click.option("--tier", "tiers", multiple=True, help="Only this tier; may be repeated.")
@pass_app
def check(app: App, tiers: tuple[str, ...]) -> None:
    """Try the filter on a standard set of visits.

    What came of it is kept for the report. Nothing is fetched: each visit is decided by the policy
    of now. Exit status 1 when one failed.
    """
    if unknown := set(tiers) - set(app.tier_keys):
        raise Failure(f"no tier is called `{', '.join(sorted(unknown))}`", USAGE)
    answer = app.do("report.check", tiers=list(tiers) or None, by=by(app))
    columns = ("tier", "what", "url", "expected", "verdict", "reason")

    def people() -> None:
        bad = [row for row in answer["checks"] if not row["passed"]]
        if bad:
            table(columns, [[row[name] for name in columns] for row in bad])
        say(f"{answer['passed']} passed, {answer['failed']} failed; kept as {answer['run']}.")

    app.answer(answer, people)
    if answer["failed"]:
        click.get_current_context().exit(NO)


@report.command(cls=Command)
@click.option("--entry", "entries", metavar="ID", multiple=True, required=True, help="Its number.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file."
)
@click.option("--named", is_flag=True, help="With the profile and the device.")
@pass_app
def pack(app: App, entries: tuple[str, ...], out: Path, *, named: bool) -> None:
    """Pack journal entries for authorities and hot lines.

    A ZIP file: what, when, where, and the hash where it is known; never the material itself.
    Without --named it tells of no child and no device.
    """
    from importlib.metadata import version

    from kidgate.documents.reports.pack import Made
    from kidgate.documents.reports.pack import pack as packed
    from kidgate.store.school import found_entries

    with app.database.reading() as session:
        found = found_entries(session, entries)
    known = {one.entry for one in found}
    if missing := [entry for entry in entries if entry not in known]:
        raise Failure(f"the journal has no entry `{', '.join(missing)}`; see kidgate log", USAGE)
    now, policy = app.now(), str(app.read()[1])
    number = f"{now.astimezone(app.zone):%Y%m%d-%H%M%S}"
    data = packed(
        found, Made(number, now, app.author, version("kidgate"), policy, app.zone), named=named
    )
    _write(out, data)
    digest = hashlib.sha256(data).hexdigest()
    app.do("report.packed", entries=list(entries), sha256=digest, by=by(app))
    document = {"file": str(out), "sha256": digest, "entries": list(entries), "number": number}
    app.answer(document, lambda: say(f"Written: {out}\nSHA-256: {digest}"))


def _span(app: App, first: datetime | None, last: datetime | None) -> Span:
    from kidgate.store.school import Span

    zone: ZoneInfo = app.zone
    today = app.now().astimezone(zone).date()
    end: date = last.date() if last else today
    begin: date = first.date() if first else end - timedelta(days=30)
    if begin > end:
        raise click.BadParameter(f"`{begin}` is after `{end}`", param_hint="--from")
    return Span(begin, end, zone)


def _key(app: App) -> bytes:
    from kidgate.documents.personal_key import make_personal_key

    return make_personal_key(app.home)


def _write(path: Path, data: bytes) -> None:
    """A file for its owner alone: it tells of children."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(data)
