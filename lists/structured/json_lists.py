"""JSON lists: one document, told apart by its shape.

    ["a.example", "http://b.example/x"]           names, addresses, URLs, or objects that hold one
    {"allow": [...], "deny": [...]}               polkadot-js/phishing: `allow` exempts
    {"type": "hostname", "list": [...]}           MISP warning lists
    {"123": [{"url": ...}], "124": ...}           URLhaus and ThreatFox dumps: number -> records
    {"type": "bundle", "objects": [...]}          STIX 2.1, see `stix.py`
    {"Event": {...}}                              MISP, see `misp.py`

Nothing in a document is executed, fetched or expanded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kidgate.lists.entries import Entries
from kidgate.lists.items import Item
from kidgate.lists.report import Skip
from kidgate.lists.streams import Reader
from kidgate.lists.structured import misp, pihole, stix
from kidgate.lists.structured.reading import garbage, json_document, text_of, whole
from kidgate.lists.structured.records import item

LISTED = frozenset(
    {
        *("list", "block", "blocked", "blocklist", "blacklist", "deny", "denylist", "phishing"),
        *("domains", "hosts", "hostnames", "urls", "sites", "ips", "addresses"),
        *("data", "results", "items", "entries", "records", "indicators", "iocs"),
    }
)
EXEMPTED = frozenset({"allow", "allowlist", "whitelist", "exceptions", "exclude"})

# MISP warning lists whose entries are no names: what they hold is counted, never taken.
_UNREAD_TYPES = {"regex": Skip.REGEX, "substring": Skip.PATTERN}


def read(reader: Reader, entries: Entries, file: str) -> Iterator[Item]:
    """The records of a JSON document."""
    document = json_document(whole(reader, file), file)
    if isinstance(document, list):
        return _array(document, entries, file)
    if not isinstance(document, dict):
        raise garbage(file, "is JSON but no list")
    if stix.is_bundle(document):
        return stix.read(document["objects"], entries, file)
    if misp.is_misp(document):
        return misp.read([document], entries, file)
    unread = _UNREAD_TYPES.get(str(document.get("type")))
    if unread and isinstance(document.get("list"), list):
        return _skipped(document["list"], unread)
    return _named(document, entries, file)


def _array(records: list[Any], entries: Entries, file: str) -> Iterator[Item]:
    first = records[0] if records else None
    if isinstance(first, dict) and misp.is_misp(first):
        return misp.read(records, entries, file)
    if isinstance(first, dict) and pihole.is_row(first):
        return pihole.read_rows(records, entries)
    return _items([(record, False) for record in records], entries)


def _named(document: Mapping[str, Any], entries: Entries, file: str) -> Iterator[Item]:
    """A mapping with known names for its lists, or one from numbers to records."""
    lists = [
        (value, key.lower() in EXEMPTED)
        for key, value in document.items()
        if key.lower() in LISTED | EXEMPTED and isinstance(value, list)
    ]
    if not lists and document and all(_is_numbered(*pair) for pair in document.items()):
        lists = [(value, False) for value in document.values()]
    if not lists:
        known = "an array of names, or an object with `list`, `domains`, `deny` or `allow`"
        raise garbage(file, f"is JSON of a shape that is not known here ({known} would be)")
    records = ((record, exempt) for values, exempt in lists for record in values)
    return _items(records, entries)


def _is_numbered(key: str, value: object) -> bool:
    return key.isdecimal() and isinstance(value, list)


def _items(records: Iterable[tuple[Any, bool]], entries: Entries) -> Iterator[Item]:
    for row, (record, exempt) in enumerate(records, 1):
        yield item(row, record, entries, exempt=exempt)


def _skipped(records: list[Any], reason: Skip) -> Iterator[Item]:
    for row, record in enumerate(records, 1):
        yield Item(row, text_of(record), (reason,))
