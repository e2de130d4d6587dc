"""JSON lines: one record on each line, of any length in all.

A list that is one JSON document is read by `json_lists.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kidgate.lists.entries import Entries
from kidgate.lists.items import Item, Passed
from kidgate.lists.report import Skip
from kidgate.lists.streams import Reader, lines
from kidgate.lists.structured.reading import json_value
from kidgate.lists.structured.records import item

LONGEST = 64 * 1024  # bytes of a record


def read(reader: Reader, entries: Entries, file: str) -> Iterator[Item]:
    """The records; a line that is no JSON is one that names nothing."""
    for row, raw in enumerate(lines(reader, LONGEST), 1):
        yield _line(row, raw, entries)


def _line(row: int, raw: bytes | None, entries: Entries) -> Item:
    if raw is None:
        return Item(row, f"(more than {LONGEST} bytes)", (Skip.TOO_LONG,))
    if not raw.strip():
        return Item(row, "", Passed.BLANK)
    try:
        return item(row, json_value(raw), entries)
    except UnicodeDecodeError:
        return Item(row, raw.decode("latin-1"), (Skip.NOT_UTF8,))
    except (ValueError, RecursionError):
        return Item(row, raw.decode("utf-8", "replace"), (Skip.NOT_A_NAME,))
