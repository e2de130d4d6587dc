"""Which URL entries of a host cover an address: the ends of their keys, most specific first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kidgate.lists.entries import DEEPEST_PATH

_ESCAPE = re.compile(r"%[0-9a-f]{2}")


def url_keys(target: str) -> Iterator[str]:
    """The ends of the URL entries that cover a canonical target, most specific first.

    The path with its query, the path, each folder above it with and without its last slash, as in
    Safe Browsing (without its limit of four). Then the same in lower case, as squidGuard compares:
    its lists are written so, and children learn that `/Games/` often leads where `/games/` does.
    """
    yield from _covering(target)
    lower = target.lower()
    if lower != target:
        yield from _covering(_ESCAPE.sub(lambda escape: escape[0].upper(), lower))


def _covering(target: str) -> Iterator[str]:
    path, mark, _ = target.partition("?")
    if mark:
        yield target
    if path == "/":
        return
    yield path
    if path.endswith("/"):
        yield path[:-1]
    for end in reversed(_folder_ends(path)):
        yield path[: end + 1]
        yield path[:end]


def _folder_ends(path: str) -> list[int]:
    """Where the folders above a path end; no entry is deeper than DEEPEST_PATH."""
    ends: list[int] = []
    at = path.find("/", 1)
    while 0 < at < len(path) - 1 and len(ends) < DEEPEST_PATH:
        ends.append(at)
        at = path.find("/", at + 1)
    return ends
