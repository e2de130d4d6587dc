"""Feeds in and out: names file, index and database row change together, or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kidgate.documents.home import Home
from kidgate.keeper.writer import Writer
from kidgate.policies.rows_json import from_json
from kidgate.store.feeds import FeedRow, all_feeds, put_feed, remove_feed


class BuildFailed(RuntimeError):
    """The category index could not be built; the old one stays."""


def install(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Put a names file that was imported in place, and build the index with it.

    `names_file` lies among the feeds under a name of its own; `feed` is the row as JSON.
    """
    row = from_json(FeedRow, args["feed"])
    arrived = Path(args["names_file"])
    if arrived.parent.resolve() != writer.home.feeds.resolve():
        raise ValueError(f"`{arrived}` does not lie among the feeds")
    with writer.database.reading() as session:
        others = [feed for feed in all_feeds(session) if feed.name != row.name]
    with _in_place(arrived, writer.home.feeds / f"{row.name}.names"):
        built = build_index(writer.home, [*others, row])
        with _in_place(built, writer.home.index), writer.database.writing() as session:
            put_feed(session, row)
    return {"feed": row.name}


def drop(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Forget a feed: its row, its names, its part of the index."""
    name = args["name"]
    with writer.database.reading() as session:
        others = [feed for feed in all_feeds(session) if feed.name != name]
    built = build_index(writer.home, others)
    with _in_place(built, writer.home.index), writer.database.writing() as session:
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
    ]
    target = home.index.with_name(home.index.name + ".next")
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


@contextlib.contextmanager
def _in_place(arrived: Path, target: Path) -> Iterator[None]:
    """`arrived` stands as `target` inside; on an exception the file from before is back."""
    before = target.with_name(f".{target.name}.before")
    before.unlink(missing_ok=True)
    if target.exists():
        os.link(target, before)
    arrived.replace(target)
    try:
        yield
    except BaseException:
        if before.exists():
            before.replace(target)
        else:
            target.unlink(missing_ok=True)
        raise
    before.unlink(missing_ok=True)
