"""How devices are connected, and whether each works: what the gateway sees of it.

Files of the workers say no time finer than an hour, so that nobody can read a day from them. While
somebody looks, this process alone remembers when a device's counts last grew.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.gate import Nothing, act
from kidgate.policies.people import Need
from kidgate.proxy.coverage import HOUR_SECONDS, read, total
from kidgate.proxy.coverage_rows import row_of

LATELY = timedelta(minutes=5)
MOST = 200  # devices shown


class DeviceState(msgspec.Struct, frozen=True):
    """One device. `seen`: now (its counts grew in the last minutes), hour, day, never. `step`: what
    would help most (see `proxy.coverage_rows`); `share` of its connections whose pages were judged,
    in percent."""

    device: str
    child: str
    name: str
    seen: str
    step: str
    connections: int
    share: int


class Connected(msgspec.Struct, frozen=True):
    """`page` is what devices open to install the certificate; `strangers`: devices that came and
    that nobody has named."""

    page: str
    devices: tuple[DeviceState, ...]
    working: int
    more: int
    strangers: int


@dataclass(slots=True)
class _Lately:
    """When the counts of each device last grew, as far as somebody looked."""

    counts: dict[str, int] = field(default_factory=dict)
    grew: dict[str, datetime] = field(default_factory=dict)
    looked: bool = False

    def look(self, counts: Mapping[str, int], now: datetime) -> dict[str, datetime]:
        if self.looked:
            self.grew |= {who: now for who in counts if counts[who] > self.counts.get(who, 0)}
        self.counts, self.looked = dict(counts), True
        return self.grew


_lock = threading.Lock()
_houses: dict[str, _Lately] = {}


@act("connect.devices", Need.CHANGE)
def devices(desk: Desk, actor: Actor, asked: Nothing) -> Connected:
    """Every device of the policy, and whether it works."""
    now, files = desk.now(), [*desk.home.run.glob("coverage-*.json")]
    day = total(files, now.timestamp())
    hour = _last_hours(files, now)
    with _lock:
        lately = _houses.setdefault(str(desk.home.root), _Lately())
        grew = dict(lately.look({who: counts.total() for who, counts in day.items()}, now))
    names = {row.key: row.name or row.key for row in desk.rows.profiles}
    found = []
    for device in desk.rows.devices[:MOST]:
        counts = day.get(device.key, Counter())
        row = row_of(device.key, device, counts, None)
        when = grew.get(device.key)
        if when is not None and now - when <= LATELY:
            seen = "now"
        else:
            seen = "hour" if device.key in hour else "day" if counts else "never"
        found.append(
            DeviceState(
                device.key,
                device.of,
                names.get(device.of, device.of),
                seen,
                row.step,
                row.connections,
                round(row.decrypted + row.plain),
            )
        )
    known = {device.key for device in desk.rows.devices}
    return Connected(
        page=page_of(desk),
        devices=tuple(found),
        working=sum(one.seen in ("now", "hour") for one in found),
        more=max(0, len(desk.rows.devices) - MOST),
        strangers=sum(who not in known and who != "" for who in day),
    )


def page_of(desk: Desk) -> str:
    """Where a device that is on the house's network finds its set-up page."""
    own = desk.rows.settings.own_names
    return f"http://{own[0]}/install" if own else ""


def _last_hours(files: Iterable[Path], now: datetime) -> set[str]:
    """Who was seen in this hour or the one before."""
    this = int(now.timestamp()) // HOUR_SECONDS
    return {
        who
        for path in files
        for hour, devices in read(path).items()
        if this - 1 <= hour <= this
        for who in devices
    }
