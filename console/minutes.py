"""`time`: the minutes that children used, what is left of them, and minutes given."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command, Group
from kidgate.console.differences import answer_change
from kidgate.console.output import facts, note, say, stamp, table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from kidgate.policies.snapshot import PolicySnapshot
    from kidgate.store.usage import DayUsed


@click.group(cls=Group)
def time() -> None:
    """Minutes used and left today, and minutes given."""


@time.command("show", cls=Command)
@click.argument("child", required=False)
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="Another day than today: 2026-11-23."
)
@pass_app
def show(app: App, child: str | None, day: datetime | None) -> None:
    """Show what CHILD, or everybody, used of the internet.

    By service, by category and in all. Limits are those of today.
    """
    from kidgate.console.explaining import worker_snapshot

    snapshot = worker_snapshot(app)
    children = [_child(app, child)] if child else sorted(snapshot.profiles)
    found = [_day(app, snapshot, key, day.date() if day else None) for key in children]
    app.answer(found[0] if child else found, lambda: _tell(found))


@time.command("bonus", cls=Command)
@click.argument("child")
@click.argument("minutes", type=click.IntRange(1, 24 * 60))
@click.option(
    "--of",
    "key",
    default="all",
    show_default=True,
    help="Of which limit: all, service:K, category:K, or each:K (each service of category K).",
)
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="For another day than today.")
@click.option("--reason", required=True, help="Why; the child may read it.")
@pass_app
def bonus(app: App, child: str, minutes: int, key: str, day: datetime | None, reason: str) -> None:
    """Give CHILD so many MINUTES more, for one day."""
    answer = app.do(
        "bonus.add",
        child=_child(app, child),
        key=limit_key(app, key),
        minutes=minutes,
        day=day.date().isoformat() if day else "",
        reason=reason,
        author=app.author,
    )
    given = f"Bonus {answer['id']}: {answer['minutes']} minutes more on {answer['day']}."
    app.answer(answer, lambda: say(given))


@time.command("take-back", cls=Command)
@click.argument("number", type=int)
@pass_app
def take_back(app: App, number: int) -> None:
    """Take a bonus back, by its NUMBER in kidgate time show."""
    answer = app.do("bonus.remove", id=number)
    taken = f"{answer['child']} has {answer['minutes']} minutes of {answer['key']} less."
    app.answer(answer, lambda: say(taken))


@time.command("recount", cls=Command)
@pass_app
def recount(app: App) -> None:
    """Count the minutes of today anew, from the ledger."""
    answer = app.do("usage.recount")

    def people() -> None:
        for child, keys in answer["changed"].items():
            for key, (old, new) in keys.items():
                say(f"{child}: {key} was {old}, is {new}")
        say(f"{answer['children']} children have used something today.")

    app.answer(answer, people)


@time.command("preset", cls=Command)
@click.argument("name")
@click.option("--for", "tier", metavar="TIER", required=True, help="The tier, like 13-15.")
@pass_app
def preset(app: App, name: str, tier: str) -> None:
    """Put the limits of NAME on a tier; stricter ones that it has stay.

    decree-147: Viet Nam's Decree 147/2024: 60 minutes for each game, 180 for all games, a notice
    after every 30.
    """
    from kidgate.policies.time_presets import put_preset

    key, services = tier.removeprefix("tier:"), app.services
    answer_change(
        app,
        app.change(
            lambda rows: put_preset(rows, app.builtin_tiers, services, key, name),
            f"preset {name} for tier {key}",
        ),
    )


def _child(app: App, text: str) -> str:
    from kidgate.policies.edits import find
    from kidgate.policies.rows import ProfileRow

    return find(app.rows, ProfileRow, text.removeprefix("child:")).key


def limit_key(app: App, key: str) -> str:
    """The key of a limit; a service or category that nobody knows would never match."""
    from kidgate.console.targets import checked

    kind, colon, name = key.partition(":")
    if kind == "service" and name:
        return checked(app, key)
    if kind in ("category", "each") and name:
        return f"{kind}{colon}{checked(app, f'category:{name}').partition(':')[2]}"
    return key


def _day(app: App, snapshot: PolicySnapshot, child: str, day: date | None) -> dict[str, Any]:
    from kidgate.policies.ledger import begin_of, day_of
    from kidgate.policies.quotas import standing
    from kidgate.store.usage import day_used

    asker = snapshot.asker(child, None, int(app.now().timestamp()) // 60)
    day = day or day_of(app.now(), asker.zone)
    with app.database.reading() as session:
        found = day_used(session, child, day)
    categories = {key: row.categories for key, row in app.services.items()}
    limits = standing(asker.times.quotas, found.counted, categories)
    return {
        "child": child,
        "day": day.isoformat(),
        "zone": asker.zone.key,
        "from": stamp(begin_of(day, asker.zone), asker.zone),
        "minutes": dict(found.used),
        "limits": [_limit(limit, found.bonus) for limit in limits],
        "bonuses": _bonuses(found, asker.zone),
    }


def _limit(limit: Any, bonus: Mapping[str, int]) -> dict[str, Any]:
    given = bonus.get(limit.key, 0) + (
        bonus.get(limit.subject, 0) if limit.subject != limit.key else 0
    )
    return {
        "key": limit.key,
        "of": limit.subject,
        "minutes": limit.minutes,
        "bonus": given,
        "used": int(limit.used) + given,
        "left": max(0, int(limit.left)),
    }


def _bonuses(found: DayUsed, zone: ZoneInfo) -> list[dict[str, Any]]:
    return [
        {
            "id": given.id,
            "key": given.key,
            "minutes": given.minutes,
            "reason": given.reason,
            "by": given.author,
            "at": stamp(given.at, zone),
        }
        for given in found.bonuses
    ]


def _tell(days: list[dict[str, Any]]) -> None:
    for number, day in enumerate(days):
        if number:
            say("")
        facts([("child", day["child"]), ("day", f"{day['day']} ({day['zone']})")])
        if not day["minutes"]:
            say("nothing used")
        else:
            table(("used", "minutes"), day["minutes"].items())
        if limits := [limit for limit in day["limits"] if _matters(limit)]:
            columns = ("of", "key", "minutes", "bonus", "used", "left")
            say("")
            table(
                ("limit", "set by", "minutes", "bonus", "used", "left"),
                [[limit[name] for name in columns] for limit in limits],
            )
        for given in day["bonuses"]:
            note(
                f"Bonus {given['id']}: {given['minutes']} minutes of {given['key']}"
                f" by {given['by']} at {given['at']}: {given['reason']}"
            )


def _matters(limit: dict[str, Any]) -> bool:
    """Limits of single services are many: those of services that were used are shown."""
    return limit["used"] > 0 or limit["bonus"] > 0 or not limit["of"].startswith("service:")
