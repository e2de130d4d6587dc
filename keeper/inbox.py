"""Unknown devices that workers tell of: kept until an adult says whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from kidgate.keeper.writer import Writer
from kidgate.policies.macs import canonical_mac, is_made_up
from kidgate.policies.names import canonical_address
from kidgate.store.alerts import alerts_since, put_alert
from kidgate.store.inbox import Seen, forget, put_seen

ALERTS_A_DAY = 20  # who makes up MAC addresses fills the inbox, not the adult's phone
LONGEST_NAME = 64
WAYS = ("explicit", "socks", "transparent", "dns", "wireguard")


def report(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Note that a device was seen; an adult is told when it is new. Raises ValueError."""
    now = writer.now()
    seen = _seen(args, now)
    with writer.database.writing() as session:
        new = put_seen(session, seen)
        if new:
            _alert(session, seen, now)
    return {"new": new}


def drop(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Take a device from the inbox."""
    with writer.database.writing() as session:
        return {"dropped": forget(session, str(args["key"]))}


def _seen(args: Mapping[str, Any], now: datetime) -> Seen:
    mac = canonical_mac(args["mac"]) if args["mac"] else ""
    address = canonical_address(args["address"])
    name = "".join(c for c in str(args["name"]) if c.isprintable())[:LONGEST_NAME]
    if args["way"] not in WAYS:
        raise ValueError(f"`{args['way']}` is no way in")
    return Seen(mac or address, mac, address, name, args["way"], now, now)


def _alert(session: Session, seen: Seen, now: datetime) -> None:
    if alerts_since(session, "new_device", now - timedelta(days=1)) >= ALERTS_A_DAY:
        return
    made_up = bool(seen.mac) and is_made_up(seen.mac)
    facts = {"device": seen.key, "called": seen.name, "made_up": made_up}
    put_alert(session, kind="new_device", facts=facts, at=now)
