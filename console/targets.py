"""Targets, categories and schedules as arguments: whatever could never match is refused at once."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.errors import USAGE, Failure

if TYPE_CHECKING:
    from kidgate.console.app import App


class TargetType(click.ParamType[str]):
    """A target in its canonical spelling."""

    name = "target"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from kidgate.policies.targets import InvalidTarget, parse_target

        try:
            return str(parse_target(str(value)))
        except InvalidTarget as fault:
            self.fail(str(fault), param, ctx)


class ScheduleType(click.ParamType[str]):
    """A schedule text that can be read."""

    name = "schedule"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from kidgate.policies.schedule import InvalidSchedule, parse_schedule

        try:
            parse_schedule(str(value))
        except InvalidSchedule as fault:
            self.fail(str(fault), param, ctx)
        return str(value)


TARGET, SCHEDULE = TargetType(), ScheduleType()


def checked(app: App, target: str) -> str:
    """The target, in keys; a category or service that nobody knows is refused."""
    kind, _, key = target.partition(":")
    if kind == "category":
        return f"category:{category(app, key)}"
    return f"service:{service_key(app, key)}" if kind == "service" else target


def category(app: App, name: str) -> str:
    """The key of a category that the program or a feed knows, by any name lists have for it."""
    from kidgate.documents.builtin import category_key

    key = category_key(name)
    if key not in (known := category_keys(app)):
        raise Failure(_unknown("category", key, known), USAGE)
    return key


def category_keys(app: App) -> list[str]:
    """Every category of the program, and those that feeds brought."""
    from kidgate.documents.builtin import load_categories
    from kidgate.store.feeds import all_feeds

    with app.database.reading() as session:
        brought = [feed.category for feed in all_feeds(session)]
    return list(dict.fromkeys([row.key for row in load_categories()] + brought))


def service_key(app: App, name: str) -> str:
    """The key of a service by any of its names."""
    from kidgate.policies.service_names import ServiceNames

    known = app.services
    if name in known:
        return name
    found = ServiceNames.of(app.builtin_services, app.rows.services).key_of(name)
    if found is None:
        raise Failure(_unknown("service", name, [*known]), USAGE)
    return found


def _unknown(kind: str, key: str, known: list[str]) -> str:
    close = get_close_matches(key, known, n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"see kidgate {kind} list"
    return f"no {kind} is called `{key}`; {hint}"
