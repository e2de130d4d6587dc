"""What a list of hashes says, entry by entry, and an account of all of it.

The formats are read by `list_lines.py`, `list_json.py` and `list_xml.py`; which one a file has is
`reading.py`'s.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from kidgate.content.images.pdq_words import QUALITY

_HEX = re.compile("[0-9a-fA-F]{64}")


class Kind(StrEnum):
    """Of a hash. Both have 64 hexadecimal digits, so that no hash tells its kind by itself."""

    SHA256 = "sha256"
    PDQ = "pdq"


class Skipped(StrEnum):
    """Why an entry is not looked for. Stable strings."""

    NOT_A_HASH = "not_a_hash"
    OTHER_KIND = "other_kind"  # MD5, SHA-1, PhotoDNA, of videos, of texts: not looked for here
    LOW_QUALITY = "low_quality"  # too little to see: other pictures would have the same hash
    WITHDRAWN = "withdrawn"  # by the list itself


class Entry(NamedTuple):
    """One entry as it stands in a list: a hash with its kind, or why it is none for us."""

    kind: Kind | None
    text: str = ""
    quality: int | None = None  # of a PDQ, where the list tells it
    skipped: Skipped | None = None


class ListRefused(Exception):
    """A file that is no list of hashes; nothing of it is taken. The message says what to do."""


@dataclass(slots=True)
class Read:
    """The hashes of a list by kind, and what became of each entry.

    `entries` is the sum of `duplicate`, all of `skipped`, and the hashes.
    """

    exact: set[bytes] = field(default_factory=set)  # SHA-256
    near: set[bytes] = field(default_factory=set)  # PDQ
    entries: int = 0
    duplicate: int = 0
    skipped: Counter[Skipped] = field(default_factory=Counter)

    def take(self, entries: Iterable[Entry]) -> Read:
        for entry in entries:
            self.entries += 1
            why = entry.skipped or _fault(entry)
            if why is not None:
                self.skipped[why] += 1
                continue
            found = self.near if entry.kind is Kind.PDQ else self.exact
            before = len(found)
            found.add(bytes.fromhex(entry.text))
            self.duplicate += len(found) == before
        return self


def _fault(entry: Entry) -> Skipped | None:
    if entry.kind is None:
        return Skipped.OTHER_KIND
    if not _HEX.fullmatch(entry.text):
        return Skipped.NOT_A_HASH
    if entry.kind is Kind.PDQ and entry.quality is not None and entry.quality < QUALITY:
        return Skipped.LOW_QUALITY
    return None


# What the schemes call them, in lower case without signs between the words.
_NAMES = {
    "sha256": Kind.SHA256,
    "hashsha256": Kind.SHA256,
    "pdq": Kind.PDQ,
    "hashpdq": Kind.PDQ,
    "imagepdq": Kind.PDQ,
    "pdqhash": Kind.PDQ,
}


def kind_named(name: str) -> Kind | None:
    """The kind that `HASH_PDQ`, `ImagePDQ`, `sha-256` and the like mean; None for any other."""
    return _NAMES.get(re.sub("[^a-z0-9]", "", name.lower()))
