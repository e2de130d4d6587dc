"""Feeds in and out: names file, index and database row change together, or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kidgate.documents.feed_row import FeedRow
from kidgate.documents.home import Home
from kidgate.keeper.writer import Writer
from kidgate.lists.faults import NamesFault
from kidgate.lists.names_file import NamesFile
from kidgate.lists.replacing import sweep
from kidgate.policies.rows_json import from_json
from kidgate.store.feeds import all_feeds, put_feed, remove_feed


class BuildFailed(RuntimeError):
    """The category index could not be built; the old one stays."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A names file to put in place, and the row that goes with it."""

    row: FeedRow
    names_file: Path


def install(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Put a names file that was imported in place, and build the index with it.

    `names_file` lies among the feeds under a name of its own; `feed` is the row as JSON.
    """
    row = from_json(FeedRow, args["feed"])
    arrived = Path(args["names_file"])
    if arrived.parent.resolve() != writer.home.feeds.resolve():
        raise ValueError(f"`{arrived}` does not lie among the feeds")
    install_all(writer, [Arrival(row, arrived)])
    return {"feed": row.name}


def install_all(writer: Writer, arrivals: Sequence[Arrival]) -> None:
    """All of them, with one index, or none: then every names file lies where it arrived.

    Raises BuildFailed or DatabaseFault.
    """
    try:
        coming = {a.row.name: replace(a.row, content=content_of(a.names_file)) for a in arrivals}
    except NamesFault as fault:
        raise BuildFailed(str(fault)) from fault
    with writer.database.reading() as session:
        others = [feed for feed in all_feeds(session) if feed.name not in coming]
    with ExitStack() as stack:
        for arrival in arrivals:
            target = writer.home.feeds / f"{arrival.row.name}.names"
            stack.enter_context(in_place(arrival.names_file, target, again=True))
        built = build_index(writer.home, [*others, *coming.values()])
        stack.enter_context(in_place(built, writer.home.index))
        with writer.database.writing() as session:
            for row in coming.values():
                put_feed(session, row)


def content_of(path: Path) -> str:
    """The checksum that a names file says of itself. Raises NamesFault."""
    with NamesFile(path) as file:
        return file.checksum


def recover(writer: Writer) -> bool:
    """Undo an installation that was killed half-way; whether there was one.

    The row knows which names file is in force: it is written last.
    """
    for folder in (writer.home.root, writer.home.feeds):
        sweep(folder)
    _next(writer.home.index).unlink(missing_ok=True)
    with writer.database.reading() as session:
        content = {feed.name: feed.content for feed in all_feeds(session)}
    found = False
    for before in writer.home.feeds.glob(f".*{_BEFORE}"):
        target = before.with_name(before.name[1 : -len(".before")])
        with contextlib.suppress(NamesFault):
            found = True
            if content_of(before) == content.get(target.stem):
                before.replace(target)
        before.unlink(missing_ok=True)
    before = _before(writer.home.index)
    found = found or before.exists()
    before.unlink(missing_ok=True)
    return found


def drop(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Forget a feed: its row, its names, its part of the index."""
    name = args["name"]
    with writer.database.reading() as session:
        others = [feed for feed in all_feeds(session) if feed.name != name]
    built = build_index(writer.home, others)
    with in_place(built, writer.home.index), writer.database.writing() as session:
        if not remove_feed(session, name):
            raise ValueError(f"no feed is called `{name}`; see kidgate feed list")
    (writer.home.feeds / f"{name}.names").unlink(missing_ok=True)
    return {"feed": name}


def build_index(home: Home, feeds: Iterable[FeedRow]) -> Path:
    """A new index beside the old one, to be renamed; built by a process of its own, for it takes
    seconds and a hundred megabytes. Raises BuildFailed."""
    sources = [
        {"name": f.name, "category": f.category, "path": str(home.feeds / f"{f.name}.names")}
        for f in feeds
        if f.in_force
    ]
    target = _next(home.index)
    with tempfile.NamedTemporaryFile("w", suffix=".json", dir=home.run) as file:
        json.dump({"feeds": sources}, file)
        file.flush()
        done = subprocess.run(
            [sys.executable, "-m", "kidgate.lists.build", str(target), file.name],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise BuildFailed(done.stderr.strip()[-2000:] or f"status {done.returncode}")
    return target


_BEFORE = ".names.before"


def _next(index: Path) -> Path:
    return index.with_name(index.name + ".next")


def _before(target: Path) -> Path:
    return target.with_name(f".{target.name}.before")


@contextlib.contextmanager
def in_place(arrived: Path, target: Path, *, again: bool = False) -> Iterator[None]:
    """`arrived` stands as `target` inside; on an exception the file from before is back.

    What arrived is gone then, or, with `again`, where it was: to be tried once more.
    """
    before = _before(target)
    before.unlink(missing_ok=True)
    if target.exists():
        os.link(target, before)
    arrived.replace(target)
    try:
        yield
    except BaseException:
        if again:
            target.replace(arrived)
        if before.exists():
            before.replace(target)
        else:
            target.unlink(missing_ok=True)
        raise
    before.unlink(missing_ok=True)
