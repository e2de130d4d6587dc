"""The updating process: `python -m kidgate.keeper.updating`, what to do as JSON on standard input.

A process of its own, so that the memory a large list takes goes with it, and so that its death at
any moment leaves everything as it was. Lines of JSON come out: progress, and one outcome a feed.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

from kidgate.documents.feed_row import FeedRow
from kidgate.documents.home import Home
from kidgate.keeper.updating.outcome import Outcome, Result
from kidgate.keeper.updating.work import Say, Workshop, references, update
from kidgate.lists.fetching.obtain import trust
from kidgate.policies.rows_json import from_json, to_json

logger = logging.getLogger(__name__)
SAID_EVERY = 0.2  # seconds between two lines of progress
NICE = 10  # children who wait for a page come first


def main() -> None:
    os.nice(NICE)
    spec = json.loads(sys.stdin.buffer.read())
    home, extra = Home(Path(spec["home"])), spec["extra_ca"]
    known = references(home, (from_json(FeedRow, row) for row in spec["references"]))
    shop = Workshop(home, trust(Path(extra) if extra else None), known)
    for row in (from_json(FeedRow, row) for row in spec["feeds"]):
        _tell({"feed": row.name, "outcome": to_json(_update(shop, row))})


def _update(shop: Workshop, row: FeedRow) -> Outcome:
    try:
        return update(shop, row, _sayer(row.name))
    except Exception as fault:  # a mistake of ours must not keep the other feeds from their update
        logger.exception("the feed %s could not be updated", row.name)
        said = f"the program made a mistake ({fault}): look at the gateway's log, and report it"
        return Outcome(row.name, Result.FAILED, "internal_error", said, passing=True)


def _sayer(feed: str) -> Say:
    last = 0.0

    def say(what: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= SAID_EVERY:
            last = now
            _tell({"feed": feed, "progress": [what, done, total]})

    return say


def _tell(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
