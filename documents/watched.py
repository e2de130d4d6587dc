"""A small file that one process writes whole and others watch.

A file that is missing or broken is as if it said nothing: whoever watches says what that means.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kidgate.documents.file_mark import Mark, mark_of

logger = logging.getLogger(__name__)


def held[T](path: Path, load: Callable[[bytes], T], nothing: T, trouble: str) -> T:
    """What a file says now, for the process that writes it. Arguments as in `Watched`."""
    try:
        return load(path.read_bytes())
    except FileNotFoundError:
        return nothing
    except (OSError, ValueError) as fault:
        logger.error("%s: %s", trouble, fault)
        return nothing


@dataclass(slots=True)
class Watched[T]:
    """What a file says; `look` reads it anew when it is another one.

    `load` raises ValueError for bytes that are no such file; `trouble` is logged then.
    """

    path: Path | None
    load: Callable[[bytes], T]
    nothing: T
    trouble: str
    value: T = field(init=False)
    _seen: Mark | None = None

    def __post_init__(self) -> None:
        self.value = self.nothing

    def look(self) -> bool:
        """Whether the file is another one than before. Never raises."""
        seen = mark_of(self.path)
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            self.value = self.load(self.path.read_bytes()) if self.path and seen else self.nothing
        except (OSError, ValueError) as fault:
            logger.error("%s: %s", self.trouble, fault)
            self.value = self.nothing
        return True
