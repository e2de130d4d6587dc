"""`tier`: what holds for an age when no rule says otherwise."""

from __future__ import annotations

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.differences import answer_change
from kidgate.console.minutes import limit_key
from kidgate.console.output import say, table
from kidgate.console.ranges import check_ranges


@click.group(cls=Group)
def tier() -> None:
    """Age tiers: built-in ones, and the house's own."""


@tier.command("list")
@pass_app
def list_(app: App) -> None:
    """Every tier."""
    from kidgate.policies.tier_edits import tiers_of

    own = {row.key for row in app.rows.tiers}
    built = {row.key for row in app.builtin_tiers}
    found = [
        {
            "key": row.key,
            "title": {"vi": row.title.vi, "en": row.title.en},
            "from_age": row.min_age if row.age_tier else None,
            "mode": row.mode,
            "bedtime": row.bedtime,
            "journal": row.journal.value,
            "made_by": _maker(is_built_in=row.key in built, is_own=row.key in own),
        }
        for row in tiers_of(app.rows, app.builtin_tiers).values()
    ]
    columns = ("key", "title", "from_age", "mode", "bedtime", "journal", "made_by")

    def people() -> None:
        language = app.rows.settings.language
        rows = [{**row, "title": row["title"][language]} for row in found]  # type: ignore[index]
        table(columns, [[row[column] for column in columns] for row in rows])

    app.answer(found, people)


@tier.command("show")
@click.argument("key")
@pass_app
def show(app: App, key: str) -> None:
    """Everything a tier says, as in a policy file."""
    from kidgate.documents.policy_file import dump_policy
    from kidgate.policies.rows import PolicyRows
    from kidgate.policies.rows_json import to_json
    from kidgate.policies.tier_edits import tier as tier_of

    row = tier_of(app.rows, app.builtin_tiers, key)
    app.answer(to_json(row), lambda: say(dump_policy(PolicyRows(tiers=(row,))).rstrip()))


@tier.command("copy")
@click.argument("source")
@click.argument("key")
@click.option("--title", default="", help="What people call it.")
@pass_app
def copy(app: App, source: str, key: str, title: str) -> None:
    """Make a tier of the house's own from another.

    Birthdays do not lead to it; pin it with kidgate profile set CHILD --tier KEY.
    """
    from kidgate.policies import tier_edits

    answer_change(
        app,
        app.change(
            lambda rows: tier_edits.copy_tier(rows, app.builtin_tiers, source, key, title),
            f"copy tier {source} to {key}",
        ),
    )


@tier.command("set")
@click.argument("key")
@click.argument("field")
@click.argument("value")
@pass_app
def set_(app: App, key: str, field: str, value: str) -> None:
    """Set FIELD of a tier; an empty VALUE ('') takes it out.

    For example: bedtime 'daily 21:00-06:30'; categories.games block; services.tiktok ask;
    quotas.all 120; safe_search true; journal host.
    """
    from kidgate.policies import tier_edits
    from kidgate.policies.rows import PolicyRows

    field = _keyed(app, field)

    def edit(rows: PolicyRows) -> PolicyRows:
        after = tier_edits.set_tier(rows, app.builtin_tiers, key, field, value)
        check_ranges(PolicyRows(tiers=after.tiers[-1:]))
        return after

    answer_change(app, app.change(edit, f"set {field} of tier {key}"))


@tier.command("remove")
@click.argument("key")
@pass_app
def remove(app: App, key: str) -> None:
    """Drop a tier of the house's own.

    A built-in tier that was changed is as it was again.
    """
    from kidgate.policies import tier_edits

    answer_change(
        app,
        app.change(
            lambda rows: tier_edits.remove_tier(rows, app.builtin_tiers, key), f"remove tier {key}"
        ),
    )


def _keyed(app: App, field: str) -> str:
    """The field, in keys; a category or service that nobody knows would never match."""
    from kidgate.console.targets import checked

    name, _, entry = field.partition(".")
    if name in ("quotas", "notice_minutes") and entry:
        return f"{name}.{limit_key(app, entry)}"
    kind = {"categories": "category", "services": "service"}.get(name)
    if not (kind and entry):
        return field
    return f"{name}.{checked(app, f'{kind}:{entry}').partition(':')[2]}"


def _maker(*, is_built_in: bool, is_own: bool) -> str:
    if not is_own:
        return "kidgate"
    return "kidgate, changed" if is_built_in else "house"
