"""Phrase lists that somebody imported: one `phrases/NAME.json` each in the home.

Written by `kidgate phrases import`, read by workers and `kidgate scan`. Two lines of JSON, an
object that tells of the list and the phrases themselves:

    version     1
    name, category ("" where the list says it), location, imported_at (ISO 8601), licence
    account     what became of each line, for `kidgate phrases show`
    sha256      of the second line without its end

    [[text, ...], weight, category, place], ...      texts are loose, see `Phrase`

A list that is damaged is left out and told; it does not take the others with it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kidgate.documents.faults import Fault
from kidgate.documents.file_mark import Mark, mark_of
from kidgate.policies.phrases import Phrase

VERSION = 1
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
LARGEST = 64 * 1024 * 1024  # bytes of a file


class BrokenList(ValueError):
    """A file of imported phrases cannot be used."""


@dataclass(frozen=True, slots=True)
class ImportedList:
    """One import."""

    name: str
    rows: tuple[Phrase, ...]
    category: str = ""
    location: str = ""
    imported_at: str = ""
    licence: str = ""
    account: Mapping[str, Any] = field(default_factory=dict)


def dump(imported: ImportedList) -> bytes:
    """The file's content."""
    phrases = [[list(row.texts), row.weight, row.category, row.source] for row in imported.rows]
    body = _text(phrases)
    head = {
        "version": VERSION,
        "name": imported.name,
        "category": imported.category,
        "location": imported.location,
        "imported_at": imported.imported_at,
        "licence": imported.licence,
        "account": imported.account,
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    return _text(head) + b"\n" + body + b"\n"


def load(data: bytes, name: str) -> ImportedList:
    """The list that a file holds. Raises BrokenList."""
    try:
        first, _, body = data.removesuffix(b"\n").partition(b"\n")
        found = json.loads(first)
        if found["version"] != VERSION:
            raise ValueError(f"version {found['version']}")
        if hashlib.sha256(body).hexdigest() != found["sha256"]:
            raise ValueError("the checksum is another")
        rows = tuple(_row(name, *phrase) for phrase in json.loads(body))
        texts = {key: str(found[key]) for key in ("category", "location", "imported_at", "licence")}
        return ImportedList(name, rows, account=dict(found["account"]), **texts)
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        message = f"is no list of phrases or damaged ({fault}); import it again"
        raise BrokenList(message) from None


def imported_lists(folder: Path) -> tuple[tuple[ImportedList, ...], tuple[Fault, ...]]:
    """Every list that can be read, and what is wrong with the others."""
    found: list[ImportedList] = []
    faults: list[Fault] = []
    for path in list_files(folder):
        try:
            found.append(load(_read(path), path.stem))
        except (OSError, BrokenList) as fault:
            faults.append(Fault(f"phrases/{path.name}", 0, str(fault)))
    return tuple(found), tuple(faults)


def list_files(folder: Path) -> list[Path]:
    """The files of imported lists, by name; none where the folder is not there."""
    return sorted(path for path in folder.glob("*.json") if NAME.fullmatch(path.stem))


def marks(folder: Path) -> tuple[tuple[str, Mark | None], ...]:
    """What changes when a list is imported, replaced or removed."""
    return tuple((path.stem, mark_of(path)) for path in list_files(folder))


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST:
            raise BrokenList(f"is larger than {LARGEST // 1024**2} MB; remove it")
        return file.read(size)  # not LARGEST: so much memory would be made ready for it


def _row(name: str, texts: list[str], weight: float, category: str, place: str) -> Phrase:
    words = (*texts, category, place)
    if not texts or not all(isinstance(word, str) for word in words):
        raise ValueError("a phrase is no text")
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not weight:
        raise ValueError("a weight is no number")
    return Phrase(tuple(texts), weight, category, f"{name}:{place}", loose=True)


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
