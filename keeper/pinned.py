"""Pinned apps: failures are counted here, over all workers; what is learned lives in one file.

The workers say only what the policy would pass (`proxy.pinned.refusals`), and ask it again for each
connection: what stands in the file opens no door by itself.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from kidgate.documents import watched
from kidgate.keeper.writer import Writer, replace_file
from kidgate.policies.names import canonical_host
from kidgate.proxy.pinned.learned import Pin, dump, load
from kidgate.store.alerts import put_alert
from kidgate.store.policy import read_policy

FAILURES, WINDOW = 3, 600.0  # refusals of one name by one device in so many seconds
HOLDS = timedelta(days=7)
PER_DEVICE = 64  # names; who refuses more has not installed our CA well
COUNTED = 4096  # pairs of device and name


@dataclass(slots=True)
class Failures:
    """When each device refused each name."""

    monotonic: Callable[[], float] = time.monotonic
    _times: OrderedDict[tuple[str, str], list[float]] = field(default_factory=OrderedDict)

    def enough(self, device: str, name: str) -> bool:
        """Count one; whether it is time to learn. Counting then begins anew."""
        now = self.monotonic()
        times = [at for at in self._times.pop((device, name), ()) if now - at < WINDOW] + [now]
        if len(times) >= FAILURES:
            return True
        self._times[device, name] = times
        while len(self._times) > COUNTED:
            self._times.popitem(last=False)
        return False


def learn(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Let a device have a name unopened for a week; an adult is told once. Raises ValueError."""
    device, name, now = str(args["device"]), canonical_host(str(args["name"])), writer.now()
    with writer.database.reading() as session:
        if device not in {row.key for row in read_policy(session).devices}:
            raise ValueError(f"no device is called `{device}`")
    others = [pin for pin in held(writer) if (pin.device, pin.name) != (device, name)]
    if sum(pin.device == device for pin in others) >= PER_DEVICE:
        return {"learned": False}
    _write(writer, (*others, Pin(device, name, now, now + HOLDS)))
    with writer.database.writing() as session:
        put_alert(session, kind="pinned", facts={"device": device, "host": name}, at=now)
    return {"learned": True, "until": (now + HOLDS).isoformat()}


def forget(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Open a name again, on one device or on all; how many were forgotten. Raises ValueError."""
    name, device = canonical_host(str(args["name"])), str(args.get("device") or "")
    found = held(writer)
    kept = [p for p in found if p.name != name or (device and p.device != device)]
    _write(writer, kept)
    return {"forgotten": len(found) - len(kept)}


def held(writer: Writer) -> tuple[Pin, ...]:
    """What was learned and holds now."""
    nothing: tuple[Pin, ...] = ()
    pins = watched.held(writer.home.pinned, load, nothing, "pinned apps are forgotten")
    now = writer.now()
    return tuple(pin for pin in pins if now < pin.until)


def _write(writer: Writer, pins: Iterable[Pin]) -> None:
    replace_file(writer.home.pinned, dump(sorted(pins, key=lambda pin: (pin.device, pin.name))))
