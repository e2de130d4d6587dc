"""Journal entries made fit to store: cleaned, cut to length, repeats folded. Pure: no database.

Nothing here interprets what an entry says: a host is text, and text that could steer a terminal, a
web page or a log file is written as an escape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from kidgate.policies.journal import Entry
from kidgate.store.columns import EPOCH

BUCKET = timedelta(minutes=15)  # repeats within one are one line
MOST = 2**31 - 1  # a count beyond it is a fault of the sender, not a number of visits

# What makes two entries the same attempt.
FOLDED_BY = (
    "kind",
    "child",
    "device",
    "tier",
    "verdict",
    "reason",
    "category",
    "host",
    "url",
    "source",
)
LENGTHS: Mapping[str, int] = {
    "id": 64,
    "child": 100,
    "device": 100,
    "tier": 100,
    "verdict": 20,
    "reason": 40,
    "category": 100,
    "host": 255,
    "url": 2048,
    "source": 500,
    "version": 100,
    "kind": 20,
    "address": 64,
}
# Control characters, line and paragraph separators, direction marks that reorder what is read, and
# halves of surrogate pairs, which have no UTF-8.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


@dataclass(frozen=True, slots=True)
class Fold:
    """One attempt with its repeats, ready to store."""

    first: Entry  # cleaned
    bucket: int  # quarters of an hour since 1970
    key: bytes
    first_at: datetime
    last_at: datetime
    count: int

    def joined(self, other: Fold) -> Fold:
        """Both as one; the earlier one's details stay."""
        return replace(
            self if self.first_at <= other.first_at else other,
            first_at=min(self.first_at, other.first_at),
            last_at=max(self.last_at, other.last_at),
            count=min(self.count + other.count, MOST),
        )


def clean(entry: Entry) -> Entry:
    """The entry as it is stored; ValueError for a naive time or a value of a wrong type."""
    if not isinstance(entry.at, datetime) or entry.at.tzinfo is None:
        raise ValueError(f"the journal entry `{entry.id}` needs a time with its zone")
    if not (entry.rule_id is None or _is_number(entry.rule_id)) or not _is_number(entry.count):
        raise ValueError(f"the journal entry `{entry.id}` needs whole numbers as rule_id and count")
    changed: dict[str, Any] = {}
    for name, length in LENGTHS.items():
        value = getattr(entry, name)
        if type(value) is not str:
            raise ValueError(f"the journal entry `{entry.id}` needs text as {name}")
        if not (value.isascii() and value.isprintable() and len(value) <= length):
            changed[name] = safe_text(value, length)
    if not 1 <= entry.count <= MOST:
        changed["count"] = min(max(entry.count, 1), MOST)
    return replace(entry, **changed) if changed else entry


def safe_text(text: str, length: int) -> str:
    """Text without anything that acts when it is shown, at most `length` characters."""
    text = _UNSAFE.sub(_escape, text[: length + 1])
    return text if len(text) <= length else text[: length - 1] + "…"


def fold(entries: Iterable[Entry]) -> list[Fold]:
    """Cleaned entries as attempts, in one order for all writers, so that none waits in a circle."""
    found: dict[tuple[int, bytes], Fold] = {}
    for entry in entries:
        bucket = bucket_of(entry.at)
        key = _key(entry)
        new = Fold(entry, bucket, key, entry.at, entry.at, entry.count)
        old = found.get((bucket, key))
        found[bucket, key] = new if old is None else old.joined(new)
    return [found[place] for place in sorted(found)]


def bucket_of(at: datetime) -> int:
    """The quarter of an hour since 1970 that a time falls in."""
    return (at - EPOCH) // BUCKET


def _key(entry: Entry) -> bytes:
    # NUL is escaped in cleaned text, so no two different entries can spell the same.
    spelled = "\0".join([getattr(entry, name) for name in FOLDED_BY])
    return blake2b(spelled.encode(), digest_size=16).digest()


def _escape(match: re.Match[str]) -> str:
    number = ord(match.group())
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


def _is_number(value: object) -> bool:
    return type(value) is int and -(2**63) <= value < 2**63
