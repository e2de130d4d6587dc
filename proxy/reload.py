"""Hot reload: a new snapshot or index is compiled beside the old one and swapped by one assignment.

A snapshot that cannot be read or compiled changes nothing: the old one stays and health says why.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kidgate.content.lookalike import with_lookalikes
from kidgate.lists.faults import IndexFault
from kidgate.lists.seal import Sealed, from_fds
from kidgate.policies.compile import PolicyFaults
from kidgate.policies.model import CategoryIndex
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.snapshot_file import SnapshotFault, load_snapshot

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Watch:
    """Looks whether the snapshot file is another than the one in use."""

    path: Path
    seen: tuple[int, int, int] = (0, 0, 0)
    fault: str = ""

    def load(self) -> PolicySnapshot | None:
        """The new snapshot; None when nothing changed or the new file is not sound."""
        try:
            stat = self.path.stat()
            now = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if now == self.seen:
                return None
            self.seen = now
            snapshot = with_lookalikes(load_snapshot(self.path.read_bytes()).compile())
        except (OSError, SnapshotFault, PolicyFaults) as fault:
            missing = isinstance(fault, FileNotFoundError)
            if str(fault) != self.fault and not missing:
                logger.error("the policy was not reloaded, the old one stays: %s", fault)
            self.fault = str(fault)
            return None
        self.fault = ""
        return snapshot


def index_of(fds: Sequence[int]) -> CategoryIndex | None:
    """The index that descriptors of a `Sealed` share, which are closed; None when it is not
    sound."""
    try:
        if len(fds) != len(Sealed._fields):
            raise IndexFault(f"it came with {len(fds)} descriptors")
        return from_fds(Sealed(*fds))
    except IndexFault as fault:
        logger.error("the category index was not reloaded, the old one stays: %s", fault)
        return None
    finally:
        for fd in fds:
            os.close(fd)
