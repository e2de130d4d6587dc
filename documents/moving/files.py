"""The files of another filter's configuration: inside of one folder, whatever paths it names.

A configuration says where its files lie on the machine it ran on. Here they are looked for in the
folder that was given, by as much of their path as is there; nothing outside of it is ever opened,
so that `.Include</etc/shadow>` shows nobody a password.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

LARGEST = 4 * 1024 * 1024  # bytes of a file that is read line by line
MOST_FILES = 20_000


@dataclass
class Files:
    """The regular files below a folder, by relative path with `/` between."""

    root: Path

    @cached_property
    def paths(self) -> frozenset[str]:
        """Every file; links are not followed."""
        found: list[str] = []
        for folder, _, names in os.walk(self.root, followlinks=False):
            inside = Path(folder).relative_to(self.root).as_posix()
            found += [name if inside == "." else f"{inside}/{name}" for name in names]
            if len(found) > MOST_FILES:
                break
        return frozenset(path for path in found[:MOST_FILES] if self._is_regular(path))

    def find(self, path: str) -> str | None:
        """The file that a configuration means by `path`: the longest end of it that is there."""
        parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
        if ".." in parts:
            return None
        ends = ("/".join(parts[at:]) for at in range(len(parts)))
        return next((end for end in ends if end in self.paths), None)

    def text(self, path: str) -> str | None:
        """What a file of `paths` says; None when it is too large to be read by line."""
        with (self.root / path).open("rb") as file:
            data = file.read(LARGEST + 1)
        return None if len(data) > LARGEST else data.decode("utf-8", "replace")

    def named(self, *names: str) -> Iterator[str]:
        """The files of these names, wherever they lie."""
        return (path for path in sorted(self.paths) if path.rpartition("/")[2] in names)

    def _is_regular(self, path: str) -> bool:
        try:
            return stat.S_ISREG((self.root / path).lstat().st_mode)
        except OSError:
            return False
