"""Which files of a folder or an archive are phrase lists, and what an include names among them.

e2guardian keeps them by language and subject: `phraselists/ukenglish/gambling/weighted`; older ones
as `oldphraselists/gambling/weighted_portuguese`. `weightedphraselist` only includes some of these.
Paths are those of a tree, with `/` between; nothing is opened here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_LIST = re.compile(r"(?:^|/)(?:weighted|banned|exception)(?:_[a-z0-9_-]+)?$", re.IGNORECASE)
_CHOICE = re.compile(
    r"(?:^|/)(?:old)?(?:weighted|banned|exception)phraselist(?:\.in)?$", re.IGNORECASE
)
_OLD, _NEW = "oldphraselists/", "phraselists/"


def phrase_files(paths: Collection[str], member: str = "") -> list[str]:
    """The lists to read, in order; of a folder or file `member` alone, where one is named.

    Every list that is there; where there is none, those that include others. The old lists are
    left out where their revision is beside them: they stop far more pages that are harmless.
    """
    member = member.strip("/")
    inside = [path for path in paths if not member or f"{path}/".startswith(f"{member}/")]
    if member in inside or len(paths) == 1:
        return sorted(inside)
    found = [path for path in inside if _LIST.search(path)]
    if not member and any(_is_below(path, _NEW) for path in found):
        found = [path for path in found if not _is_below(path, _OLD)]
    return sorted(found or [path for path in inside if _CHOICE.search(path)])


def endings(target: str) -> Iterator[str]:
    """What an include may mean here, the longest first: it names a place of the box that the list
    was written for, `/etc/e2guardian/lists/phraselists/...` or `@E2CONFDIR@/...`."""
    parts = [part for part in target.replace("\\", "/").split("/") if part not in ("", ".")]
    if ".." not in parts:
        for first in range(len(parts)):
            yield "/".join(parts[first:])


def named_by(target: str, paths: Collection[str], beside: str) -> str | None:
    """The path that an include in the list `beside` means; None when it is not among them."""
    folder = beside.rpartition("/")[0]
    for ending in endings(target):
        near = f"{folder}/{ending}" if folder else ending
        for path in (ending, near):
            if path in paths:
                return path
        if "/" in ending:
            alike = [path for path in paths if path.endswith(f"/{ending}")]
            if len(alike) == 1:
                return alike[0]
    return None


def _is_below(path: str, folder: str) -> bool:
    return f"/{folder}" in f"/{path}"
