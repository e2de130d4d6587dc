"""A list of the house: its settings, and how it fares. Kept by `store/feeds.py`; plain, so that the
process that fetches lists needs no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

LIST = "list"
REFERENCE = "reference"  # never blocks; the line of a name is its rank


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A list, and what became of its lines: lines = accepted + duplicate + sum(skipped).

    The counts are those of the version in force; `imported_at` is None until there is one.
    """

    name: str
    category: str
    location: str  # path, URL or `builtin:NAME`
    imported_at: datetime | None = None  # aware
    format: str = ""  # as it was read
    licence: str = ""
    lines: int = 0
    accepted: int = 0
    duplicate: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    names: int = 0
    urls: int = 0
    sha256: str = ""  # of the file as it came
    exceptions: int = 0
    rules: int = 0
    networks: int = 0
    content: str = ""  # checksum of the names file in force

    # What the owner says of it.
    kind: str = LIST
    member: str = ""  # of an archive or folder
    read_as: str = ""  # a format; empty: told by content
    interval: int = 0  # hours between updates; 0: only when asked
    checksum: str = ""  # where a sha256 of it stands
    signature: str = ""  # where its minisign or Ed25519 signature stands
    public_key: str = ""  # that it is signed with
    enabled: bool = True  # False: neither fetched nor in force
    overrides: Mapping[str, str] = field(default_factory=dict)  # what may be -> why
    top_hosts: int = 1000  # none of so many may be named whole; 0: not looked at

    # How the last tries went.
    most: int = 0  # entries at the highest lately: a list that is cut again and again shows
    most_at: datetime | None = None
    tried_at: datetime | None = None
    checked_at: datetime | None = None  # when it was last known to be fresh
    etag: str = ""
    modified: str = ""  # Last-Modified, as the server spelled it
    failures: int = 0  # since then
    overdue: int = 0  # seconds that it has failed for, jumps of the clock left out
    fault: str = ""
    fault_reason: str = ""
    fault_since: datetime | None = None
    retry_at: datetime | None = None  # not before, said the server

    @property
    def in_force(self) -> bool:
        """Whether its names belong into the index."""
        return self.enabled and self.kind == LIST and self.imported_at is not None
