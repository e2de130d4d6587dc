"""The feeds: one row each, settings and state; their names lie in files beside the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kidgate.store.columns import Base
from kidgate.store.schema import Feed

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


_TABLE = Base.metadata.tables[Feed.__tablename__]
_COLUMNS = tuple(_TABLE.c[f.name] for f in fields(FeedRow))


def all_feeds(session: Session) -> list[FeedRow]:
    """Every feed, by name."""
    rows = session.execute(select(*_COLUMNS).order_by(_TABLE.c.name))
    return [FeedRow(**row._mapping) for row in rows]


def put_feed(session: Session, row: FeedRow) -> None:
    """Add a feed, or replace the one of that name."""
    remove_feed(session, row.name)
    session.execute(insert(_TABLE), [asdict(row)])


def find_feed(session: Session, name: str) -> FeedRow | None:
    """The feed of a name."""
    row = session.execute(select(*_COLUMNS).where(_TABLE.c.name == name)).first()
    return None if row is None else FeedRow(**row._mapping)


def remove_feed(session: Session, name: str) -> bool:
    """Whether there was one."""
    found = session.scalar(select(_TABLE.c.name).where(_TABLE.c.name == name))
    session.execute(delete(_TABLE).where(_TABLE.c.name == name))
    return found is not None
