"""Backups of Pi-hole's Teleporter: which of its files say something, and all of it as tables.

Version 5 packs tables as JSON into a .tar.gz, version 6 the database into a .zip; a bare
`gravity.db` will do as well. Sources: pi-hole/web `teleporter.php`, pi-hole/FTL `teleporter.c`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.streams import Limits, first_bytes
from kidgate.lists.structured import gravity
from kidgate.lists.structured.gravity import TABLES, Tables
from kidgate.lists.structured.pihole import ALLOWED, ALLOWED_REGEX, DENIED, DENIED_REGEX
from kidgate.lists.structured.reading import garbage, json_document, whole
from kidgate.lists.trees import Tree, open_tree

DATABASE = "gravity.db"
LISTS = {
    "blacklist.exact.json": DENIED,
    "blacklist.regex.json": DENIED_REGEX,
    "whitelist.exact.json": ALLOWED,
    "whitelist.regex.json": ALLOWED_REGEX,
}
ADLISTS = "adlist.json"


def files_of(paths: Iterable[str]) -> tuple[str, ...]:
    """The files of a backup that hold lists, in the order to read them; none: it is no backup."""
    by_name = {path.rpartition("/")[2]: path for path in sorted(paths)}
    if DATABASE in by_name:
        return (by_name[DATABASE],)
    if ADLISTS not in by_name and not LISTS.keys() & by_name.keys():
        return ()
    return tuple(by_name[name] for name in (*LISTS, ADLISTS) if name in by_name)


def read_tables(path: Path, limits: Limits) -> Tables:
    """All that a backup says, whichever version wrote it. Raises ImportRefused."""
    if _is_database(path):
        with open_tree(path, limits).opened(path.name) as reader:
            return gravity.tables(reader, str(path))
    tree = open_tree(path, limits)
    files = files_of(tree.files)
    if not files:
        message = f"`{path}` is no backup of Pi-hole: give what its Teleporter exports"
        raise ImportRefused(Refusal.NO_SUCH_LIST, message)
    if files[0].endswith(DATABASE):
        with tree.opened(files[0]) as reader:
            return gravity.tables(reader, f"{path}:{files[0]}")
    return _from_json(tree, files[0].rpartition("/")[0])


def others(path: Path, limits: Limits) -> list[str]:
    """The files of a backup that `read_tables` does not read."""
    if _is_database(path):
        return []
    read = {DATABASE, *LISTS, *(f"{table}.json" for table in TABLES)}
    paths = open_tree(path, limits).files
    return sorted(path for path in paths if path.rpartition("/")[2] not in read)


def _is_database(path: Path) -> bool:
    return not path.is_dir() and first_bytes(path, len(gravity.MAGIC)) == gravity.MAGIC


def _from_json(tree: Tree, folder: str) -> Tables:
    prefix = f"{folder}/" if folder else ""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for table in TABLES:
        found[table] += _rows(tree, f"{prefix}{table}.json")
    for name, kind in LISTS.items():
        found["domainlist"] += [{**row, "type": kind} for row in _rows(tree, prefix + name)]
    return found


def _rows(tree: Tree, path: str) -> list[dict[str, Any]]:
    if path not in tree.files:
        return []
    with tree.opened(path) as reader:
        rows = json_document(whole(reader, path), path)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise garbage(path, "holds no rows of a table")
    return rows
