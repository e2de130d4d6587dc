"""The configuration of AdGuard Home (`AdGuardHome.yaml`): its own rules as a list.

Taken are `user_rules`, in its Adblock dialect. Filters are addresses of other lists, and services a
setting: both are counted; `kidgate move adguardhome` takes them. Source: AdguardTeam/AdGuardHome
`internal/home/config.go`, schema versions 1-32.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kidgate.documents.strict_yaml import Mapping, Sequence
from kidgate.documents.strict_yaml import read as read_yaml
from kidgate.lists.entries import Entries
from kidgate.lists.items import Item
from kidgate.lists.report import Skip
from kidgate.lists.streams import Reader
from kidgate.lists.structured.lines import rule
from kidgate.lists.structured.reading import garbage, text_of, whole

# Of these keys at the margin an AdGuard Home has several, and no list has two.
_KEYS = re.compile(
    rb"^(?:schema_version|user_rules|whitelist_filters|filters|filtering|dns|querylog|"
    rb"bind_host|http|auth_attempts|dhcp|clients):",
    re.MULTILINE,
)
_ENOUGH = 3


def looks_so(head: bytes) -> bool:
    return len(set(_KEYS.findall(head))) >= _ENOUGH


def read(reader: Reader, entries: Entries, file: str) -> Iterator[Item]:
    """Rules, filters and services; rows are the lines of the file."""
    try:
        text = whole(reader, file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise garbage(file, "is not UTF-8 text") from None
    document = read_yaml(text, file)
    if document.faults or not isinstance(document.data, Mapping):
        said = str(document.faults[0].message) if document.faults else "no mapping"
        raise garbage(file, f"is no configuration of AdGuard Home ({said})")
    return _items(document.data, entries)


def _items(data: Mapping, entries: Entries) -> Iterator[Item]:
    for row, text in _members(data.get("user_rules")):
        said = rule(text, entries) if isinstance(text, str) else (Skip.NOT_A_NAME,)
        yield Item(row, text_of(text), said)
    for key in ("filters", "whitelist_filters"):
        for row, filter_ in _members(data.get(key)):
            url = filter_.get("url") if isinstance(filter_, Mapping) else filter_
            yield Item(row, text_of(url), (Skip.ANOTHER_LIST,))
    for holder in (data, _inner(data, "dns"), _inner(data, "filtering"), *_clients(data)):
        found = holder.get("blocked_services")
        ids = found.get("ids") if isinstance(found, Mapping) else found
        for row, service in _members(ids):
            yield Item(row, text_of(service), (Skip.SETTING,))


def _members(value: Any) -> Iterator[tuple[int, Any]]:
    """The items of a list with their lines."""
    if isinstance(value, Sequence):
        yield from zip(value.lines, value, strict=True)


def _inner(data: Mapping, key: str) -> Mapping:
    found = data.get(key)
    return found if isinstance(found, Mapping) else Mapping(0)


def _clients(data: Mapping) -> list[Mapping]:
    """`clients` was a list before schema version 14."""
    found = data.get("clients")
    listed = found.get("persistent") if isinstance(found, Mapping) else found
    return [client for _, client in _members(listed) if isinstance(client, Mapping)]
