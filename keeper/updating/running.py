"""Run updates in a process of their own and put what comes out in force.

A process that dies, hangs or talks nonsense is a failed try of the feeds it had not told of yet.
"""

from __future__ import annotations

import contextlib
import json
import logging
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kidgate.documents.feed_row import REFERENCE, FeedRow
from kidgate.keeper.feed_rows import BadFeed
from kidgate.keeper.updating.outcome import Outcome, Result
from kidgate.keeper.updating.record import record
from kidgate.keeper.writer import Writer
from kidgate.policies.rows_json import from_json, to_json
from kidgate.store.feeds import all_feeds

logger = logging.getLogger(__name__)
PROGRAM: tuple[str, ...] = (sys.executable, "-m", "kidgate.keeper.updating")
LONGEST = 3600.0  # seconds for one feed: fetching ends before, reading has its own limits

Progress = Callable[[Mapping[str, Any]], None]
"""Called with {"feed", "what", "done", "total"}."""

Apply = Callable[[Callable[[], list[Outcome]]], list[Outcome]]
"""Runs what changes the database and the index where that is done."""


def update(
    writer: Writer,
    args: Mapping[str, Any],
    progress: Progress = lambda step: None,
    apply: Apply = lambda work: work(),
) -> dict[str, Any]:
    """Update the feeds in `names`, or all that are enabled with `all`; their outcomes in order.

    Nothing here raises for what a list or its server does. Raises BadFeed for an unknown name.
    """
    with writer.database.reading() as session:
        rows = all_feeds(session)
    chosen = _chosen(rows, args)
    done: list[Outcome] = []
    if chosen:
        outcomes = list(run(writer, chosen, rows, progress))
        progress({"feed": "", "what": "installing", "done": 0, "total": 0})
        done = apply(lambda: record(writer, outcomes, chosen))
    return {"feeds": [to_json(outcome) for outcome in done]}


def _chosen(rows: Sequence[FeedRow], args: Mapping[str, Any]) -> list[FeedRow]:
    """The reference lists first: they judge the others."""
    known = {row.name: row for row in rows}
    if args.get("all"):
        chosen = [row for row in rows if row.enabled]
    else:
        for name in args["names"]:
            if name not in known:
                raise BadFeed(f"no feed is called `{name}`; see kidgate feed list")
        chosen = [known[name] for name in dict.fromkeys(args["names"])]
    return sorted(chosen, key=lambda row: row.kind != REFERENCE)


def run(
    writer: Writer, chosen: Sequence[FeedRow], rows: Iterable[FeedRow], progress: Progress
) -> Iterator[Outcome]:
    """The outcome of each feed, from one process."""
    spec = {
        "home": str(writer.home.root),
        "extra_ca": str(writer.extra_ca or ""),
        "references": [to_json(row) for row in rows if row.kind == REFERENCE],
        "feeds": [to_json(row) for row in chosen],
    }
    left = {row.name for row in chosen}
    with _Process(spec, writer.home.run) as process:
        for message in process.messages():
            if "progress" in message:
                what, done, total = message["progress"]
                progress({"feed": message["feed"], "what": what, "done": done, "total": total})
            elif message["feed"] in left:
                left.discard(message["feed"])
                yield from_json(Outcome, message["outcome"])
        said = process.last_words()
    for row in chosen:
        if row.name in left:
            why = f"the updating process ended before its time{said}: it is tried again later"
            yield Outcome(row.name, Result.FAILED, "died", why, passing=True)


class _Process:
    """The updating process, killed when it is silent for too long. A context manager."""

    def __init__(self, spec: Mapping[str, Any], folder: Path) -> None:
        self._errors = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  closed by __exit__
        self._process = subprocess.Popen(
            PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
        )
        self._spec = json.dumps(spec).encode()

    def __enter__(self) -> _Process:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def messages(self) -> Iterator[dict[str, Any]]:
        """Until it ends or says what nobody understands."""
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(self._spec)
            self._process.stdin.close()
        except BrokenPipeError:
            return
        while line := self._line(self._process.stdout):
            try:
                message = json.loads(line)
            except ValueError:
                return
            if not isinstance(message, dict):
                return
            yield message

    def _line(self, lines: Any) -> bytes:
        watch = threading.Timer(LONGEST, self._process.kill)
        watch.daemon = True
        watch.start()
        try:
            return bytes(lines.readline())
        finally:
            watch.cancel()

    def last_words(self) -> str:
        """What it wrote to standard error at the end, for a message; all of it goes to the log."""
        self._process.wait()
        self._errors.seek(0)
        text = self._errors.read().decode("utf-8", "replace").strip()
        if text:
            logger.error("the updating process said: %s", text[-4000:])
        status = self._process.returncode
        return f" (status {status})" if status else ""
