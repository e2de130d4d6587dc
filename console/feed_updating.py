"""`feed update`: new versions now, with a bar, and what became of each."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.errors import NO, UNREACHABLE, USAGE, Failure
from kidgate.console.feeds import feed_of, feeds_of
from kidgate.console.output import facts, note, say

if TYPE_CHECKING:
    from kidgate.keeper.updating.running import Progress


@click.command("update", cls=Command)
@click.argument("names", nargs=-1)
@click.option("--all", "all_", is_flag=True, help="Every feed that is not switched off.")
@pass_app
def update(app: App, names: Sequence[str], all_: bool) -> None:
    """Fetch new versions of feeds now.

    Exit status 1 when a version was refused, 3 when one could not be had; what was in force stays.
    """
    if bool(names) == all_:
        raise Failure("name feeds, or give --all", USAGE)
    if all_:
        names = [row.name for row in feeds_of(app).values() if row.enabled]
    for name in names:
        feed_of(app, name)
    run_updates(app, names)


def run_updates(app: App, names: Sequence[str], *, added: bool = False) -> None:
    """Update, tell, and end with the status that says how it went."""
    with _bars() as progress:
        outcomes = app.do("feed.update", names=list(names), progress=progress)["feeds"]
    app.answer({"feeds": outcomes}, lambda: _tell(outcomes, added=added))
    status = _status(outcomes)
    if status:
        click.get_current_context().exit(status)


def _status(outcomes: Sequence[Mapping[str, Any]]) -> int:
    results = {outcome["result"] for outcome in outcomes}
    if "refused" in results:
        return NO
    return UNREACHABLE if "failed" in results else 0


def _tell(outcomes: Sequence[Mapping[str, Any]], *, added: bool) -> None:
    for outcome in outcomes:
        name, counts = outcome["feed"], outcome["counts"]
        match outcome["result"]:
            case "updated":
                say(f"Feed {name}: {_entries(counts)}.")
                facts(_skipped(counts))
            case "unchanged":
                say(f"Feed {name}: is fresh, nothing is new.")
            case result:
                verb = "is refused" if result == "refused" else "could not be had"
                stays = "it is added, and tried again later" if added else "what is in force stays"
                note(
                    f"Feed {name} {verb} ({outcome['reason']}): {outcome['message']}. Now {stays}."
                )


def _entries(counts: Mapping[str, Any]) -> str:
    told = {kind: counts.get(kind, 0) for kind in ("names", "urls", "networks", "rules")}
    said = [f"{count} {kind}" for kind, count in told.items() if count or kind == "names"]
    return ", ".join(said)


def _skipped(counts: Mapping[str, Any]) -> list[tuple[str, object]]:
    passed_over = ("comment", "blank", "directive")
    skipped = counts.get("skipped", {}).items()
    return [(f"skipped, {reason}", n) for reason, n in skipped if reason not in passed_over]


@contextmanager
def _bars() -> Iterator[Progress]:
    """A bar for each feed on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(step: Mapping[str, Any]) -> None:
            feed, what = str(step["feed"]), str(step["what"])
            if feed not in tasks:
                tasks[feed] = bars.add_task("", total=None)
            label = f"{feed}: {what}" if feed else what
            bars.update(
                tasks[feed], description=label, completed=step["done"], total=step["total"] or None
            )

        yield show
