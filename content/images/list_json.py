"""Lists of hashes as JSON, in the words of the schemes' own interfaces.

- ThreatExchange, /threat_updates and /threat_descriptors: `{"data": [{"indicator": HEX or
  {"indicator", "type"}, "type": "HASH_PDQ", "should_delete": false}]}`;
- StopNCII, FetchHashes: `{"hashRecords": [{"signalType": "ImagePDQ", "hashValue": HEX,
  "hashStatus": "Active"}]}`;
- a bare array of such objects, or of hashes; and one object to a line (JSON Lines).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kidgate.content.images.entries import Entry, Kind, ListRefused, Skipped, kind_named
from kidgate.content.images.list_lines import NO_KIND

_ARRAYS = ("data", "hashRecords", "hashes", "entries")
_VALUES = ("indicator", "raw_indicator", "hashValue", "hash", "value")
_TYPES = ("type", "signalType", "hash_type", "signal_type")
_GONE = ("withdrawn", "deleted")


def read_json(text: str, kind: Kind | None) -> Iterator[Entry]:
    """The entries of a document. `kind` is what hashes are that do not say it.

    Raises ListRefused.
    """
    try:
        document = _parse(text)
    except (ValueError, RecursionError) as fault:
        raise ListRefused(f"this is not JSON: {fault}") from fault
    if isinstance(document, dict):
        arrays = [document[name] for name in _ARRAYS if isinstance(document.get(name), list)]
        if not arrays:
            raise ListRefused(f"there is none of {', '.join(_ARRAYS)} in this JSON")
        document = arrays[0]
    if not isinstance(document, list):
        raise ListRefused("this JSON is no array of hashes")
    return (_entry(item, kind) for item in document)


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not lines[0].startswith("{"):
            raise
        return [json.loads(line) for line in lines]


def _entry(item: Any, kind: Kind | None) -> Entry:
    if isinstance(item, str):
        if kind is None:
            raise ListRefused(NO_KIND)
        return Entry(kind, item)
    if not isinstance(item, dict):
        return Entry(kind, skipped=Skipped.NOT_A_HASH)
    if isinstance(item.get("indicator"), dict):  # a descriptor
        item = item | item["indicator"]
    if item.get("should_delete") is True or str(item.get("hashStatus")).lower() in _GONE:
        return Entry(kind, skipped=Skipped.WITHDRAWN)
    said = next((str(item[name]) for name in _TYPES if name in item), "")
    value = next((item[name] for name in _VALUES if isinstance(item.get(name), str)), None)
    named = [(kind_named(name), text) for name, text in item.items() if kind_named(name)]
    if value is None and named:
        return Entry(named[0][0], str(named[0][1]), _quality(item))
    if not said and kind is None:
        raise ListRefused(NO_KIND)
    if value is None:
        return Entry(kind, skipped=Skipped.NOT_A_HASH)
    return Entry(kind_named(said) if said else kind, value, _quality(item))


def _quality(item: dict[str, Any]) -> int | None:
    found = item.get("quality")
    return found if isinstance(found, int) and not isinstance(found, bool) else None
