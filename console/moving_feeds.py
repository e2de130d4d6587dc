"""The lists of a plan to move: those made of single lines are written beside the state first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kidgate.console.app import App
from kidgate.console.feeds import feeds_of

if TYPE_CHECKING:
    from kidgate.documents.feed_data import CatalogueFeed
    from kidgate.documents.moving.plan import Feed, Plan

FOLDER = "moved"  # in the home: the lists that were made of single lines
INTERVAL = 24  # hours between updates of a list from the web


@dataclass(slots=True)
class Added:
    """Names of feeds: `in_force` at once, `to_fetch` later; `refused` with their reasons."""

    in_force: list[str] = field(default_factory=list)
    to_fetch: list[str] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)


def catalogue() -> Mapping[str, tuple[str, str]]:
    """The known feeds by their address: name and category."""
    from kidgate.documents.feed_data import load_catalogue

    return {row.url: (row.key, row.category) for row in load_catalogue().values()}


def add_feeds(app: App, plan: Plan) -> Added:
    """Every list of a plan as a feed. Those on this machine are read now, the others when due."""
    added, there = Added(), feeds_of(app)
    for feed in (*_made_here(app, plan), *_named(plan)):
        old = there.get(feed.name)
        if old is not None and (old.category, old.location) != (feed.category, feed.location):
            why = f"another feed is called so ({old.category}, from {old.location})"
            added.refused.append({"name": feed.name, "why": why})
            continue
        if old is None:
            app.do("feed.add", feed=_settings(feed))
        (added.to_fetch if feed.remote else added.in_force).append(feed.name)
    if added.in_force:
        _read(app, added)
    return added


def _read(app: App, added: Added) -> None:
    """Update the lists on this machine; what is refused moves among the refused."""
    for outcome in app.do("feed.update", names=added.in_force)["feeds"]:
        if outcome["result"] not in ("updated", "unchanged"):
            added.in_force.remove(outcome["feed"])
            added.refused.append({"name": outcome["feed"], "why": outcome["message"]})


def _settings(feed: Feed) -> dict[str, Any]:
    """What `feed.add` is to know; of a list of the catalogue more than its address says."""
    from kidgate.documents.feed_data import load_catalogue

    found = {"name": feed.name, "category": feed.category, "location": feed.location}
    known = load_catalogue().get(feed.name)
    if known is not None and known.url == feed.location:
        return found | _known(known)
    return found | ({"interval": INTERVAL} if feed.remote else {})


def _known(known: CatalogueFeed) -> dict[str, Any]:
    return {
        "licence": known.licence,
        "interval": known.interval,
        "member": known.member,
        "read_as": known.format,
        "kind": known.kind,
    }


def _named(plan: Plan) -> list[Feed]:
    """Each feed once, by name."""
    from kidgate.documents.moving.plan import Feed

    return list({feed.name: feed for feed in plan.made(Feed)}.values())


def _made_here(app: App, plan: Plan) -> list[Feed]:
    """Writes the lists of single lines into the home, each into a folder of its own."""
    from kidgate.documents.moving.plan import Feed, FeedLine
    from kidgate.keeper.writer import replace_file

    texts: dict[Path, list[str]] = {}
    feeds: list[Feed] = []
    for line in plan.made(FeedLine):
        path = app.home.root / FOLDER / line.feed / line.file
        if path not in texts:
            feeds.append(Feed(line.feed, line.category, str(path), own=True))
        texts.setdefault(path, []).append(line.text)
    for path, lines in texts.items():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(path, ("\n".join(lines) + "\n").encode())
    return feeds
