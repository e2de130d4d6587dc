"""A snapshot on disk: the rows of one policy version, whole, with a checksum.

One line `kidgate-snapshot FORMAT SHA256`, then JSON. Workers read it whole and compile it: a torn
or foreign file is refused before anything of it is believed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from kidgate.policies.compile import compile_snapshot
from kidgate.policies.rows import Builtin, PolicyRows, ServiceRow, TierRow
from kidgate.policies.rows_json import from_json, to_json
from kidgate.policies.snapshot import PolicySnapshot

MAGIC = "kidgate-snapshot"
FORMAT = "1"


class SnapshotFault(ValueError):
    """The bytes are not a whole snapshot of this format."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a snapshot is compiled from."""

    version: str
    rows: PolicyRows
    builtin: Builtin
    tiers: tuple[TierRow, ...]
    services: tuple[ServiceRow, ...]

    def compile(self) -> PolicySnapshot:
        return compile_snapshot(
            self.rows, self.builtin, tiers=self.tiers, services=self.services, id=self.version
        )


def dump_snapshot(document: Document) -> bytes:
    body = json.dumps(to_json(document), separators=(",", ":"), ensure_ascii=False).encode()
    digest = hashlib.sha256(body).hexdigest()
    return f"{MAGIC} {FORMAT} {digest}\n".encode() + body


def load_snapshot(data: bytes) -> Document:
    """The document in these bytes; `SnapshotFault` when they are torn, altered or foreign."""
    head, _, body = data.partition(b"\n")
    match head.decode("ascii", "replace").split(" "):
        case [magic, form, digest] if magic == MAGIC:
            if form != FORMAT:
                raise SnapshotFault(f"the snapshot has format {form}, this program reads {FORMAT}")
            if hashlib.sha256(body).hexdigest() != digest:
                raise SnapshotFault("the snapshot is damaged: its checksum does not match")
        case _:
            raise SnapshotFault("the file is no kidgate snapshot")
    try:
        return from_json(Document, json.loads(body))
    except (ValueError, TypeError, KeyError) as fault:
        raise SnapshotFault(f"the snapshot cannot be read: {fault}") from fault
