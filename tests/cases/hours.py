"""A download that is still under way when the hours of a policy end: it must be cut in time.

The gateway's clock begins a little before, so that the case takes a minute or two.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day
from urllib.parse import urlsplit

from tests.cases.explicit import END
from tests.cases.hellos import Hello
from tests.cases.house import House, HouseGateway
from tests.cases.records import MARK, Reply
from tests.cases.results import FAILED, PASSED, Result
from tests.cases.wire import Wire
from tests.cases.world import Case, at

FIRST = re.compile(r"(\d\d:\d\d:\d\d) GET (https?://\S+)(?: \d+ GB)?")
LAST = re.compile(r"(\d\d:\d\d:\d\d) still reading")
START = timedelta(seconds=20)  # for a gateway to come up
FILE = (("content-type", "application/octet-stream"),)
SIZE = 64 << 20  # more than what is read of it in the time
PAUSE = 0.25  # seconds between two reads of at most 256 KiB


def is_long(case: Case) -> bool:
    return any(FIRST.fullmatch(text) for text in case.client.get("events", ()))


def begin(case: Case) -> str:
    """What the gateway's clock says when it is started."""
    return (_moment(case, FIRST) - START).isoformat()


def play(case: Case, house: House, gateway: HouseGateway) -> Result:
    end = _moment(case, LAST) + timedelta(seconds=case.expect["closed_within_s"])
    limit = (end - at(gateway.now)).total_seconds()
    url = next(m[2] for text in case.client["events"] if (m := FIRST.fullmatch(text)))
    house.stage.records.reply = Reply(headers=FILE, body=bytes(SIZE))
    reading = Reading()
    began = time.monotonic()
    how = _download(house, case.device, url, reading, limit)
    took = time.monotonic() - began
    note = f"{reading.size >> 20} MB in {took:.0f} s, {how}"
    if MARK.encode() not in reading.head:
        return Result(case, FAILED, [f"it did not begin: {reading.head[:80]!r} ({how})"], note)
    if how != "closed" or reading.size >= SIZE:
        return Result(case, FAILED, [f"still open after {took:.0f} s"], note)
    return Result(case, PASSED, [], note)


@dataclass
class Reading:
    """A slow reader."""

    head: bytes = b""
    size: int = 0

    def __call__(self, data: bytes) -> bool:
        self.head = self.head or data[:4096]
        self.size += len(data)
        time.sleep(PAUSE)
        return False


def _download(house: House, device: str, url: str, reading: Reading, limit: float) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    client = house.device(device)
    place = (house.world.addresses(host)[0], 443 if secure else 80)
    wire: Wire = client.connect(place)
    try:
        if secure:
            wire.start_tls(Hello(host, alpn=("http/1.1",)), client.seconds)
        raw = f"GET {parts.path} HTTP/1.1\r\nHost: {host}\r\n{END}".encode()
        return wire.talk([raw], reading, limit)
    finally:
        wire.close()


def _moment(case: Case, pattern: re.Pattern[str]) -> datetime:
    """The time that an event names, on the case's day."""
    found = next(m[1] for text in case.client["events"] if (m := pattern.fullmatch(text)))
    day = at(case.world["now"])
    return datetime.combine(day.date(), time_of_day.fromisoformat(found), day.tzinfo)
