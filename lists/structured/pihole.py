"""Rows of Pi-hole's tables: `domainlist` with its four types, and `adlist`.

The same rows come from a Teleporter archive of version 5 (JSON, one file a table and type) and from
the database `gravity.db`, which version 6 packs. Source: pi-hole/FTL `gravity-db.h`, pi-hole/web
`teleporter.php`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kidgate.documents.moving.regexes import host_name, without_options
from kidgate.lists.entries import Entries, Entry, Outcome, exempted
from kidgate.lists.items import Item
from kidgate.lists.report import Skip
from kidgate.lists.rules.dialects import host_regex, pihole_regex
from kidgate.lists.structured.reading import text_of

ALLOWED, DENIED, ALLOWED_REGEX, DENIED_REGEX = range(4)  # values of `domainlist.type`
_REGEX = (ALLOWED_REGEX, DENIED_REGEX)
_ALLOW = (ALLOWED, ALLOWED_REGEX)


def is_row(record: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a row of one of these tables."""
    return {"id", "enabled", "date_added"} <= record.keys() and (
        ("domain" in record and "type" in record) or "address" in record
    )


def read_rows(records: Iterable[Any], entries: Entries) -> Iterator[Item]:
    """Each row as one item."""
    for row, record in enumerate(records, 1):
        text = record.get("domain", record.get("address")) if isinstance(record, dict) else None
        if not isinstance(text, str):
            yield Item(row, text_of(record), (Skip.NOT_A_NAME,))
        elif "domain" not in record:
            yield Item(row, text, (Skip.ANOTHER_LIST,))
        else:
            yield Item(row, text, _outcomes(text, record, entries))


def _outcomes(text: str, record: Mapping[str, Any], entries: Entries) -> Sequence[Outcome]:
    kind = record.get("type")
    if not isinstance(kind, int) or kind not in range(4):
        return (Skip.NOT_A_NAME,)
    if not record.get("enabled"):
        return (Skip.DISABLED,)
    say = _regex if kind in _REGEX else _exact
    return (say(text.strip(), entries, exception=kind in _ALLOW),)


def _exact(text: str, entries: Entries, *, exception: bool) -> Outcome:
    """A name that stands for itself alone, without what is below it."""
    outcome = entries.exact(text)
    if not exception or not isinstance(outcome, Entry):
        return outcome
    return host_regex(rf"^{re.escape(outcome.key)}$", exception=True)


def _regex(text: str, entries: Entries, *, exception: bool) -> Outcome:
    """An expression; those that say no more than a name become that name, which is found faster."""
    expression, limits = without_options(text)
    name = None if limits else host_name(expression)
    if name is None:
        return pihole_regex(text, exception=exception)
    if not name.below:
        return _exact(name.name, entries, exception=exception)
    outcome = entries.name_or_url(name.name)
    return exempted(outcome) if exception else outcome
