"""The process that sends: `python -m kidgate.keeper.telling.send`, its work as JSON on stdin.

It lives for one round of messages, so that the library's memory is the house's only then. Input:
{"jobs": [{"id", "channel", "url", "title", "text", "html"}], "seconds"}; answer: one JSON object a
line, {"id", "fault"}, an empty fault for one that is out. A fault never holds a word of the URL.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from itertools import groupby
from typing import Any

from kidgate.proxy import capabilities

THREADS = 8  # channels at once
NO_LIBRARY = "the library for messages is not there; install kidgate[notify]"
BAD_URL = "the address is none that Apprise knows"
_STATUS = re.compile(r"error=(\d{3})\b|\((\d{3}), ")  # of HTTP, of SMTP
# The library works in threads of its own, which have the context of who asked.
_heard: ContextVar[list[str]] = ContextVar("heard")
_lock = threading.Lock()


class _Faults(logging.Handler):
    """Keeps the status that a service answered with; nothing else of what the library logs, for it
    may repeat the address."""

    def emit(self, record: logging.LogRecord) -> None:
        if found := _STATUS.search(record.getMessage()):
            _heard.get([]).append(found[1] or found[2])


def main() -> None:
    capabilities.drop()
    work = json.loads(sys.stdin.buffer.read())
    jobs = work["jobs"]
    try:
        import apprise  # noqa: F401
    except ImportError:
        for job in jobs:
            _answer(job["id"], NO_LIBRARY)
        return
    said = logging.getLogger("apprise")
    said.addHandler(_Faults())
    said.setLevel(logging.DEBUG)
    said.propagate = False
    by_channel = groupby(sorted(jobs, key=lambda j: j["channel"]), key=lambda j: j["channel"])
    batches = [list(batch) for _, batch in by_channel]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda batch: _send_all(batch, work["seconds"]), batches))


def _send_all(jobs: Iterable[Mapping[str, Any]], seconds: float) -> None:
    """One channel's messages in their order; after a fault the others would meet the same."""
    fault = ""
    for job in jobs:
        fault = fault or _send(job, seconds)
        _answer(job["id"], fault)


def _send(job: Mapping[str, Any], seconds: float) -> str:
    import apprise

    asset = apprise.AppriseAsset(async_mode=False, secure_logging=True)
    way = apprise.Apprise.instantiate(job["url"], asset=asset)
    if way is None:
        return BAD_URL
    if not job["text"]:  # asked only whether the address can be one
        return ""
    way.socket_connect_timeout = way.socket_read_timeout = seconds
    as_page = bool(job["html"]) and job["url"].startswith(("mailto:", "mailtos:"))
    sender = apprise.Apprise(asset=asset)
    sender.add(way)
    heard: list[str] = []
    _heard.set(heard)
    try:
        well = sender.notify(
            title=job["title"],
            body=job["html"] if as_page else job["text"],
            body_format=apprise.NotifyFormat.HTML if as_page else apprise.NotifyFormat.TEXT,
        )
    except Exception as fault:  # whatever a service's plugin stumbles over
        return f"it could not be sent ({type(fault).__name__})"
    if well:
        return ""
    return f"the service refused it ({heard[-1]})" if heard else "it could not be delivered"


def _answer(number: int, fault: str) -> None:
    with _lock:
        print(json.dumps({"id": number, "fault": fault}), flush=True)


if __name__ == "__main__":
    main()
