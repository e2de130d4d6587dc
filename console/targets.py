"""Targets, categories and schedules as arguments: whatever could never match is refused at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kidgate.console.errors import USAGE, Failure
from kidgate.policies.edits import EditFault

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
    from kidgate.documents.target_names import known_target

    try:
        return known_target(app.rows, category_keys(app), target)
    except EditFault as fault:
        raise Failure(str(fault), USAGE) from None


def category(app: App, name: str) -> str:
    """The key of a category that the program or a feed knows, by any name lists have for it."""
    return checked(app, f"category:{name}").partition(":")[2]


def category_keys(app: App) -> list[str]:
    """Every category of the program, and those that feeds brought."""
    from kidgate.documents import target_names
    from kidgate.store.feeds import all_feeds

    with app.database.reading() as session:
        return target_names.category_keys(feed.category for feed in all_feeds(session))


def service_key(app: App, name: str) -> str:
    """The key of a service by any of its names."""
    return checked(app, f"service:{name}").partition(":")[2]
