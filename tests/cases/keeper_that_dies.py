"""A keeper that is killed when a list is built and not yet in place, run by `tests.cases.up`."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from pathlib import Path

from kidgate.documents.feed_row import FeedRow
from kidgate.documents.home import Home
from kidgate.keeper import __main__ as keeper
from kidgate.keeper import feeds as keeper_feeds

build = keeper_feeds.build_index


def build_and_die(home: Home, feeds: Iterable[FeedRow]) -> Path:
    build(home, feeds)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


if __name__ == "__main__":
    keeper_feeds.build_index = build_and_die
    keeper.main()
