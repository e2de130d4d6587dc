"""`profile`: the children, and the adults, of the household or school."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.differences import answer_change
from kidgate.console.output import facts, local, note, say, table
from kidgate.console.targets import SCHEDULE, checked

if TYPE_CHECKING:
    from kidgate.policies.rows import PolicyRows, ProfileRow
    from kidgate.policies.snapshot import PolicySnapshot

NONE = "none"  # policies.times.NONE
FIRST_YEAR = 1900
DAY_MINUTES = 24 * 60
LANGUAGES = click.Choice(["vi", "en"])


class DayType(click.ParamType[date]):
    """A day of the calendar."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"`{value}` is no date; write for example 2016-05-01", param, ctx)


class TimesType(click.ParamType[str]):
    """A schedule of a child's own, or `none`."""

    name = "schedule"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value).strip()
        return text if text == NONE else SCHEDULE.convert(text, param, ctx)


TIMES = TimesType()


@click.group(cls=Group)
def profile() -> None:
    """Children, and adults, with their age tier."""


@profile.command("add")
@click.argument("key")
@click.option("--name", default="", help="The full name, in any script.")
@click.option("--born", type=DayType(), help="Date of birth; the age tier follows it.")
@click.option("--tier", default="", help="Pin a tier, whatever the age.")
@click.option("--group", "groups", multiple=True, help="A group the child is in; repeat for more.")
@click.option("--language", type=LANGUAGES, default=None, help="Of block pages.")
@click.option("--zone", default="", help="IANA time zone, if not the house's.")
@pass_app
def add(app: App, /, key: str, born: date | None, language: str | None, **fields: Any) -> None:
    """Add a profile. KEY is a short word such as mai."""
    from kidgate.policies import edits
    from kidgate.policies.rows import ProfileRow

    _check_born(app, born)
    row = ProfileRow(key=key, born=born, language=language or "", **fields)
    changed = app.change(lambda rows: edits.add(rows, row), f"add profile {key}")
    answer_change(app, changed)
    if born is None and not row.tier:
        tier = changed.rows.settings.unknown_tier
        note(f"Note: without --born or --tier, {key} has the tier of unknown devices: {tier}.")


@profile.command("set")
@click.argument("key")
@click.option("--name", help="The full name.")
@click.option("--born", type=DayType(), help="Date of birth.")
@click.option("--tier", help="Pin a tier; '' lets it follow the age again.")
@click.option("--group", "groups", multiple=True, help="The groups; replaces those there are.")
@click.option("--language", type=LANGUAGES, help="Of block pages.")
@click.option("--zone", help="IANA time zone; '' is the house's.")
@click.option("--bedtime", type=TIMES, help="Own schedule; '' is the tier's, none takes it away.")
@click.option("--hours", type=TIMES, help="Own schedule; '' is the tier's, none takes it away.")
@click.option(
    "--quota",
    "quotas",
    multiple=True,
    metavar="KEY=MINUTES",
    help="Own minutes a day, like all=90 or service:youtube=60; 'KEY=' is the tier's again.",
)
@pass_app
def set_(
    app: App, /, key: str, groups: tuple[str, ...], quotas: tuple[str, ...], **fields: Any
) -> None:
    """Change a profile.

    Own bedtime, hours and quotas take the place of the tier's, each by itself.
    """
    from kidgate.policies import edits
    from kidgate.policies.rows import ProfileRow

    _check_born(app, fields["born"])
    given = {name: value for name, value in fields.items() if value is not None}
    given |= {"groups": groups} if groups else {}
    own = dict(_quota(app, text) for text in quotas)
    if not (given or own):
        raise click.UsageError("name what to change, for example --tier 9-12")

    def edit(rows: PolicyRows) -> PolicyRows:
        kept = edits.find(rows, ProfileRow, key).quotas
        now = {name: left for name, left in {**kept, **own}.items() if left is not None}
        return edits.change(rows, ProfileRow, key, **given, quotas=now)

    answer_change(app, app.change(edit, f"change profile {key}"))


def _quota(app: App, text: str) -> tuple[str, int | None]:
    """A quota's key and its minutes; None: the tier's."""
    name, sign, minutes = text.rpartition("=")
    if not sign or (minutes and not minutes.isascii()) or (minutes and not minutes.isdecimal()):
        raise click.BadParameter(
            f"`{text}` is no quota; write for example service:youtube=60", param_hint="--quota"
        )
    if minutes and int(minutes) > DAY_MINUTES:
        raise click.BadParameter(f"`{text}` is more than a day has", param_hint="--quota")
    kind, colon, entry = name.partition(":")
    if colon and kind in ("service", "category", "each"):
        word = "service" if kind == "service" else "category"
        name = f"{kind}:{checked(app, f'{word}:{entry}').partition(':')[2]}"
    return name, int(minutes) if minutes else None


@profile.command("remove")
@click.argument("key")
@pass_app
def remove(app: App, key: str) -> None:
    """Remove a profile with its rules, grants and pauses.

    Its devices stay, as nobody's.
    """
    from kidgate.policies import edits
    from kidgate.policies.rows import ProfileRow

    answer_change(
        app, app.change(lambda rows: edits.remove(rows, ProfileRow, key), f"remove profile {key}")
    )


@profile.command("list")
@pass_app
def list_(app: App) -> None:
    """Every profile with today's tier."""
    snapshot = _compiled(app)
    found = [_document(app, snapshot, row) for row in app.rows.profiles]

    def people() -> None:
        if not found:
            say("No profiles; add one with kidgate profile add KEY --born YYYY-MM-DD.")
            return
        columns = ("key", "name", "born", "tier", "groups", "devices")
        table(columns, [[row[{"tier": "tier_now"}.get(c, c)] for c in columns] for row in found])

    app.answer(found, people)


@profile.command("show")
@click.argument("key")
@pass_app
def show(app: App, key: str) -> None:
    """One profile: devices, rules, grants, what is open too early.

    Services have an age by their own terms of use; open below it is what neither tier nor rule
    stops.
    """
    from kidgate.console.openness import too_young
    from kidgate.policies.edits import find
    from kidgate.policies.rows import ProfileRow
    from kidgate.policies.rows_json import to_json

    row, rows, now = find(app.rows, ProfileRow, key), app.rows, app.now()
    snapshot = _compiled(app)
    scopes = snapshot.asker(key, None, int(now.timestamp()) // 60).scopes
    document = _document(app, snapshot, row) | {
        "rules": [to_json(r) for r in rows.rules if r.scope == f"child:{key}"],
        "grants": [to_json(g) for g in rows.grants if g.child == key and now < g.until],
        "pauses": [to_json(p) for p in rows.pauses if p.scope in scopes and now < p.until],
        "lessons": [to_json(p) for p in rows.lessons if p.scope in scopes and now < p.until],
        "exceptions": [to_json(p) for p in rows.exceptions if p.scope in scopes and now < p.until],
        "too_young_for": too_young(app, rows, key),
    }
    app.answer(document, lambda: _tell(app, document))


def _document(app: App, snapshot: PolicySnapshot, row: ProfileRow) -> dict[str, Any]:
    from kidgate.policies.rows_json import to_json

    return to_json(row) | {
        "tier_now": snapshot.tier_of(row.key, app.now()).row.key,
        "devices": [device.key for device in app.rows.devices if device.of == row.key],
        # What is sealed is nobody's reading; `profile personal` says how much there is.
        "personal": sorted({entry.partition(":")[0] for entry in row.personal}),
    }


def _tell(app: App, document: dict[str, Any]) -> None:
    lists = ("rules", "grants", "pauses", "lessons", "exceptions", "too_young_for")
    facts((name, value) for name, value in document.items() if name not in lists)
    for rule in document["rules"]:
        say(f"rule {rule['id']}: {rule['action']} {rule['target']} {rule['when']}".rstrip())
    for grant in document["grants"]:
        say(f"grant {grant['id']}: {grant['target']} until {_local(app, grant['until'])}")
    for pause in document["pauses"]:
        say(f"paused until {_local(app, pause['until'])} ({pause['scope']}){_by(pause)}")
    for lesson in document["lessons"]:
        open_in_it = ", ".join(lesson["targets"]) or "nothing"
        title = f" {lesson['title']}" if lesson["title"] else ""
        end = _local(app, lesson["until"])
        say(f"lesson {lesson['id']}{title} until {end}: open is {open_in_it}{_by(lesson)}")
    for found in document["exceptions"]:
        span = f"{_local(app, found['start'])} to {_local(app, found['until'])}"
        say(f"exception {found['id']}: without {', '.join(found['lifts'])}, {span}{_by(found)}")
    for age, found in groupby(document["too_young_for"], key=lambda one: one["min_age"]):
        said = ", ".join(_titled(one) for one in found)
        say(f"open, though from {age} by their own terms: {said}")


def _by(row: dict[str, Any]) -> str:
    """Who said so, and why."""
    said = f", by {row['author']}" if row["author"] else ""
    return said + (f": {row['reason']}" if row["reason"] else "")


def _titled(one: dict[str, Any]) -> str:
    return f"{one['title']} ({one['opened_by']})" if one["opened_by"] else str(one["title"])


def _local(app: App, text: str) -> str:
    from datetime import datetime

    return local(datetime.fromisoformat(text), app.zone)


def _compiled(app: App) -> PolicySnapshot:
    from kidgate.keeper.writer import document_of

    rows, version = app.read()
    return document_of(rows, str(version)).compile()


def _check_born(app: App, born: date | None) -> None:
    if born is not None and not FIRST_YEAR <= born.year <= app.now().year:
        raise click.BadParameter(f"`{born}` is no date of birth", param_hint="--born")
