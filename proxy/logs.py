"""Logging of every process: one line a record, cut, escaped and rationed, on standard error.

A child can make a gateway log as fast as it can send: the ration keeps that from filling the disk.
Who visited what is the journal's business and never logged.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Mapping

LINE_LIMIT = 1000
# Of syslog(3), as systemd reads them at the beginning of a line (sd-daemon(3)).
PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))


class OneLine(logging.Formatter):
    """Control characters are escaped: a name with a line feed must not forge a second record."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        if record.levelno < logging.ERROR:
            text = text[:LINE_LIMIT]
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[: 8 * LINE_LIMIT])


class JournalLine(OneLine):
    """As systemd's journal wants it: it knows the time, and shows what is urgent."""

    def format(self, record: logging.LogRecord) -> str:
        found = (number for level, number in PRIORITIES if record.levelno >= level)
        return f"<{next(found, 7)}>{super().format(record)}"


class Ration(logging.Filter):
    """At most so many lines a second; what fell is counted in the next line that passes."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._lines = lines
        self._second = 0
        self._used = 0
        self._fallen = 0

    def filter(self, record: logging.LogRecord) -> bool:
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._used = second, 0
        self._used += 1
        if self._used > self._lines:
            self._fallen += 1
            return False
        if self._fallen:
            record.msg = f"[{self._fallen} lines left out] {record.msg}"
            self._fallen = 0
        return True


def set_up(process: str, *, level: str, lines: int) -> None:
    """Log as one of the gateway's processes. Replaces whatever handlers there were."""
    handler = logging.StreamHandler(sys.stderr)
    if to_journal(os.environ):
        handler.setFormatter(JournalLine(f"{process} %(levelname)s %(name)s: %(message)s"))
    else:
        handler.setFormatter(OneLine(f"%(asctime)s {process} %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(Ration(lines))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # mitmproxy says at INFO who connects to what.
    logging.getLogger("mitmproxy").setLevel(logging.WARNING)
    logging.getLogger("hpack").setLevel(logging.WARNING)
    logging.getLogger("asyncio").setLevel(logging.WARNING)


def to_journal(env: Mapping[str, str]) -> bool:
    """Whether standard error is the journal's own stream: $JOURNAL_STREAM names its device and
    inode, and is inherited where it is another (systemd.exec(5))."""
    try:
        stat = os.fstat(2)
    except OSError:
        return False
    return env.get("JOURNAL_STREAM") == f"{stat.st_dev}:{stat.st_ino}"
