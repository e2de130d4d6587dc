"""Which lists a tree holds, and which one is meant.

A list is a squidGuard / UT1 category folder (`domains`, `urls`, `expressions`, `usage`), all of a
Pi-hole backup (`structured/teleporter.py`) or, in another tree, any one file; v2fly's include
others of their folder. Its lines are read elsewhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.streams import MIB, Reader
from kidgate.lists.structured import teleporter
from kidgate.lists.trees import Tree

EXPRESSIONS = "expressions"
CATEGORY_FILES = ("domains", "urls", EXPRESSIONS)  # also the order in which they are read
USAGE = "usage"
BACKUP = "teleporter"  # all of Pi-hole's lists in a backup

_USES = {"black": "block", "white": "allow"}
_ALLOWING = re.compile(
    r"(?:^|/)(?:local)?(?:semi)?(?:exception|grey)(?:ssl)?(?:regexp)?(?:site|url)(?:ip)?list"
    r"(?:\.in)?$"
)
_LONGEST_USAGE = 4096  # bytes
_MOST_BESIDE = 16 * MIB
_SHOWN = 20  # lists named in a message
_NOT_LISTS = ("readme", "license", "licence", "copying", "changelog", "authors")


@dataclass(frozen=True, slots=True)
class Member:
    """One list in a tree."""

    name: str
    files: tuple[str, ...]  # paths, in the order to read them
    usage: str = ""  # path of the `usage` file
    attributes: tuple[str, ...] = ()  # of a v2fly list: those its entries must have


def members(tree: Tree) -> dict[str, Member]:
    """Every list of a tree by its path there."""
    categories: dict[str, set[str]] = defaultdict(set)
    for path in tree.files:
        folder, _, base = path.rpartition("/")
        if base in CATEGORY_FILES:
            categories[folder].add(base)
    if categories:
        return {m.name: m for m in (_category(tree, *item) for item in sorted(categories.items()))}
    if backup := teleporter.files_of(tree.files):
        return {BACKUP: Member(BACKUP, backup)}
    names = sorted(path for path in tree.files if _may_be_list(path))
    return {name: Member(name, (name,)) for name in names}


def choose(tree: Tree, wanted: str) -> Member:
    """The member called `wanted` (its path or the last part of it), or the only one for "".

    What follows an `@`, as in `google@ads`, are attributes that the entries of a v2fly list must
    have. Raises ImportRefused and names the members there are.
    """
    found = members(tree)
    if not found:
        message = f"`{tree.path}` holds no list: give a list file or a folder with `domains` in it"
        raise ImportRefused(Refusal.NO_SUCH_LIST, message)
    if not wanted:
        if len(found) == 1:
            return next(iter(found.values()))
        message = f"`{tree.path}` holds {len(found)} lists: name one of {_named(found)}"
        raise ImportRefused(Refusal.SEVERAL_LISTS, message)
    wanted = wanted.strip("/")
    if wanted in found:
        return found[wanted]
    wanted, *attributes = wanted.split("@")
    if attributes:
        return replace(choose(tree, wanted), attributes=tuple(filter(None, attributes)))
    alike = [member for name, member in found.items() if name.rpartition("/")[2] == wanted]
    if len(alike) == 1:
        return alike[0]
    what = f"{len(alike)} lists" if alike else "no list"
    choice = {member.name: member for member in alike} or found
    message = f"`{tree.path}` holds {what} called `{wanted}`: name one of {_named(choice)}"
    raise ImportRefused(Refusal.NO_SUCH_LIST, message)


def usage_by_name(file: str) -> tuple[str, ...]:
    """What e2guardian's name of a file says: `exceptionsitelist`, `greyurllist` allow."""
    return ("allow",) if _ALLOWING.search(file) else ()


def read_usage(reader: Reader) -> tuple[str, ...]:
    """What a `usage` file says its list is for: `block`, `allow` or both, in its order."""
    words = reader.read(_LONGEST_USAGE).decode("utf-8", "replace").lower().split()
    return tuple(dict.fromkeys(_USES[word] for word in words if word in _USES))


def beside(tree: Tree, file: str) -> dict[str, bytes]:
    """The files of the same folder by their last part; none when they are more than lists' notes.

    Only small files include one another: what is larger in all is not read to its end.
    """
    folder, _, base = file.rpartition("/")
    if base in CATEGORY_FILES:
        return {}
    names = [path for path in tree.files if path.rpartition("/")[0] == folder]
    if len(names) < 2:
        return {}
    found: dict[str, bytes] = {}
    left = _MOST_BESIDE
    for name, reader in tree.each(names):
        text = reader.read(left)
        left -= len(text)
        if left <= 0:
            return {}
        found[name.rpartition("/")[2]] = text
    return found


def _category(tree: Tree, folder: str, bases: set[str]) -> Member:
    prefix = f"{folder}/" if folder else ""
    files = tuple(prefix + base for base in CATEGORY_FILES if base in bases)
    usage = prefix + USAGE if prefix + USAGE in tree.files else ""
    return Member(folder or tree.path.name, files, usage)


def _may_be_list(path: str) -> bool:
    base = path.rpartition("/")[2].lower()
    return not base.startswith((".", *_NOT_LISTS)) and not base.endswith(".md")


def _named(found: dict[str, Member]) -> str:
    names = ["`" + "".join(c if c.isprintable() else "?" for c in name) + "`" for name in found]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
