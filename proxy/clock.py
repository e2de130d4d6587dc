"""The time of the gateway. `KIDGATE_CLOCK` sets it to another moment, for tests and replays."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime


def clock() -> Callable[[], datetime]:
    """A function that tells the time; with KIDGATE_CLOCK=2026-03-10T16:30+07:00, from then on."""
    text = os.environ.get("KIDGATE_CLOCK")
    if not text:
        return lambda: datetime.now(UTC)
    start = datetime.fromisoformat(text)
    if start.tzinfo is None:
        raise ValueError(f"KIDGATE_CLOCK `{text}` has no zone; write one like +07:00")
    shift = start - datetime.now(UTC)
    return lambda: datetime.now(UTC) + shift
