"""What every reader of a structured list has in common: its shape, whole documents, refusals.

What the documents mean is in a file per format.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kidgate.lists.entries import Entries
from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.items import Item
from kidgate.lists.streams import CHUNK, MIB, Reader

LARGEST = 64 * MIB  # bytes of a document that must be held as a whole
SHOWN = 200  # characters of a record that has no one value to show

Read = Callable[[Reader, Entries, str], Iterator[Item]]


@dataclass(frozen=True, slots=True)
class Structured:
    """A way to read a list whose records are not lines. `file` is named in refusals."""

    format: str
    file: str
    read: Read

    def __call__(self, reader: Reader, entries: Entries) -> Iterator[Item]:
        """Each record as one item, rows counting from 1. Raises ImportRefused."""
        return self.read(reader, entries, self.file)


class _TwiceThere(ValueError):
    """A key of a JSON object is there twice: one of its values would be lost unseen."""


def whole(reader: Reader, file: str) -> bytes:
    """All of a document."""
    parts: list[bytes] = []
    size = 0
    while part := reader.read(CHUNK):
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            message = (
                f"`{file}` holds more than {LARGEST // MIB} MB in one document: take the list in "
                "its plain text form, one name on a line"
            )
            raise ImportRefused(Refusal.TOO_LARGE, message)
    return b"".join(parts)


def json_document(data: bytes, file: str) -> Any:
    """The value of a JSON text (RFC 8259). Raises ImportRefused."""
    try:
        return json_value(data)
    except json.JSONDecodeError as fault:
        cut = fault.pos >= len(fault.doc.rstrip()) or fault.msg.startswith("Unterminated")
        reason = Refusal.TRUNCATED if cut else Refusal.GARBAGE
        said = "ends in the middle" if cut else f"is no valid JSON (line {fault.lineno})"
        raise ImportRefused(reason, f"`{file}` {said}: fetch it again") from fault
    except RecursionError as fault:
        raise garbage(file, "is nested too deeply") from fault
    except ValueError as fault:
        raise garbage(file, f"is no JSON that can be read ({fault})") from fault


def json_value(data: bytes) -> Any:
    """As `json_document`, for one record among many: raises ValueError or RecursionError."""
    return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_mapping)


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _TwiceThere(f"the key `{twice[:40]}` is there twice")
    return found


def garbage(file: str, said: str) -> ImportRefused:
    """The refusal of a document that cannot be a list."""
    message = f"`{file}` {said}: take the list in its hosts, domains or Adblock form"
    return ImportRefused(Refusal.GARBAGE, message)


def text_of(record: object) -> str:
    """A record as a report shows it."""
    if isinstance(record, str):
        return record
    try:
        return json.dumps(record, ensure_ascii=False, default=str)[:SHOWN]
    except (ValueError, RecursionError):
        return f"({type(record).__name__})"
