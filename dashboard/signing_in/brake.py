"""How often somebody may try to prove who they are, by name and by address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kidgate.dashboard.faults import KeeperBusy

if TYPE_CHECKING:
    from kidgate.dashboard.desk import Desk

WINDOW = 900  # seconds
# Of one name from one address; of one name from anywhere: so high that nobody can keep an adult out
# by guessing from another device; from one address; of a code.
BY_BOTH, BY_NAME, BY_ADDRESS, BY_CODE = 10, 100, 40, 10


def may_try(desk: Desk, name: str, address: str) -> bool:
    """Count one try at a password. A name that is nobody's counts like one that is."""
    by_address = take(desk, f"sign-in:address:{address}", BY_ADDRESS)
    by_both = take(desk, f"sign-in:both:{address} {name}", BY_BOTH)
    return by_address and by_both and take(desk, f"sign-in:name:{name}", BY_NAME)


def take(desk: Desk, key: str, limit: int, window: float = WINDOW) -> bool:
    """One of `limit` in `window` seconds. The keeper counts for all; without one, this process."""
    try:
        return bool(desk.do("limit", key=key, limit=limit, window=window)["allowed"])
    except (ValueError, KeeperBusy, OSError):  # without a keeper nobody knows this command
        return desk.buckets.take(key, limit, window)
