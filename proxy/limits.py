"""The limits of one worker: everything that waits or grows has one (DESIGN 8, promise 7)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times as named; `documents.config.Limits` has the defaults."""

    header_bytes: int
    header_seconds: float
    idle_seconds: float
    url_bytes: int
    connections: int
    connections_per_device: int
    journal_wait_ms: int
    spool_bytes: int
    held_bytes: int
    held_at_once: int
