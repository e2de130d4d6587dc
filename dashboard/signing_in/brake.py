"""How often somebody may try to prove who they are, by name and by address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kidgate.dashboard.faults import KeeperBusy

if TYPE_CHECKING:
    from kidgate.dashboard.desk import Desk

WINDOW = 900  # seconds
BY_NAME, BY_ADDRESS, BY_CODE = 10, 40, 10


def may_try(desk: Desk, name: str, address: str) -> bool:
    """Count one try at a password. A name that is nobody's counts like one that is."""
    by_address = take(desk, f"sign-in:address:{address}", BY_ADDRESS)
    return take(desk, f"sign-in:name:{name}", BY_NAME) and by_address


def take(desk: Desk, key: str, limit: int, window: float = WINDOW) -> bool:
    """One of `limit` in `window` seconds. The keeper counts for all; without one, this process."""
    try:
        return bool(desk.do("limit", key=key, limit=limit, window=window)["allowed"])
    except (ValueError, KeeperBusy, OSError):  # without a keeper nobody knows this command
        return desk.buckets.take(key, limit, window)
