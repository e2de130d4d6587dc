"""Reads a structured list as the intake does, and says what came of it."""

from __future__ import annotations

import io
from collections import Counter

from kidgate.lists.entries import Entries, Entry
from kidgate.lists.items import Item, Passed
from kidgate.lists.structured import detect

ENTRIES = Entries({"example", "com", "test", "co.example", "github.io"})


def items(data: bytes | str, file: str = "list") -> list[Item]:
    """Every item; the content alone says how it is read."""
    data = data.encode() if isinstance(data, str) else data
    structured = detect(data[: 1 << 18], file)
    assert structured is not None, "not recognised"
    return list(structured(io.BytesIO(data), ENTRIES))


def entries(data: bytes | str) -> set[tuple[str, str]]:
    """The entries as (key, mode letter)."""
    said = [outcome for item in items(data) for outcome in _outcomes(item)]
    return {(entry.key, str(entry.mode)) for entry in said if isinstance(entry, Entry)}


def skipped(data: bytes | str) -> dict[str, int]:
    """How often each reason was given."""
    said = [outcome for item in items(data) for outcome in _outcomes(item)]
    return dict(Counter(str(outcome) for outcome in said if not isinstance(outcome, Entry)))


def _outcomes(item: Item) -> list[object]:
    return [item.said] if isinstance(item.said, Passed) else list(item.said)
