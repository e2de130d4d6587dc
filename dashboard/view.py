"""The policy and the lists as the workers have them now; read anew when they change."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from kidgate.documents.file_mark import Mark, mark_of
from kidgate.documents.home import Home
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.proxy.view import worker_snapshot


@dataclass
class View:
    """Call it for the snapshot. Raises FileNotFoundError before the first policy."""

    home: Home
    web_ports: tuple[int, ...] = ()
    _marks: tuple[Mark | None, ...] = ()
    _held: PolicySnapshot | None = None
    _lock: Lock = field(default_factory=Lock)

    def __call__(self) -> PolicySnapshot:
        files = (self.home.snapshot, self.home.index, self.home.first_seen)
        with self._lock:
            marks = tuple(mark_of(path) for path in files)
            if self._held is None or marks != self._marks:
                self._held, _ = worker_snapshot(self.home, self.web_ports)
                self._marks = marks
            return self._held
