"""MISP events: the attributes that name sites (MISP core format, draft-dulaunoy-misp-core-format).

Attributes are checked by the library `pymisp`. Taken are those flagged for detection (`to_ids`)
that no warning list of that MISP knows as harmless; `ip-src` is where an attack came from, not
where a browser goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kidgate.lists.entries import Entries, Outcome
from kidgate.lists.items import Item
from kidgate.lists.report import Skip
from kidgate.lists.structured.reading import text_of
from kidgate.lists.structured.threat_intel import library

_PLAIN = frozenset({"domain", "hostname", "url", "ip-dst"})
_JOINED = {"domain|ip": "", "hostname|port": ":", "ip-dst|port": ":"}  # what joins both parts
TYPES = _PLAIN | _JOINED.keys()
_DEEPEST = 2  # an answer holds events, an event attributes


def is_misp(document: Mapping[str, Any]) -> bool:
    """An event, what a search answers, or attributes alone."""
    if isinstance(document.get("response"), (list, dict)):
        return True
    return any(isinstance(document.get(key), (dict, list)) for key in ("Event", "Attribute"))


def read(documents: list[Any], entries: Entries, file: str) -> Iterator[Item]:
    """Each attribute of the events in the documents, objects' attributes too."""
    pymisp = library("pymisp", file, "a MISP event")
    found = (attribute for document in documents for attribute in _attributes(document))
    return (
        Item(row, _shown(attribute), _outcomes(attribute, entries, pymisp))
        for row, attribute in enumerate(found, 1)
    )


def _attributes(document: Any, depth: int = 0) -> Iterator[Any]:
    if not isinstance(document, dict) or depth > _DEEPEST:
        yield document  # something else among the events: one record that names nothing
        return
    for key in ("response", "Event"):
        inner = document.get(key)
        for part in inner if isinstance(inner, list) else [inner]:
            if part is not None:
                yield from _attributes(part, depth + 1)
    for holder in (document, *_listed(document.get("Object"))):
        yield from _listed(holder.get("Attribute") if isinstance(holder, dict) else holder)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _outcomes(attribute: Any, entries: Entries, pymisp: Any) -> Sequence[Outcome]:
    if not isinstance(attribute, dict):
        return (Skip.NOT_A_NAME,)
    if str(attribute.get("type")) not in TYPES:
        return (Skip.NOT_INDICATOR,)  # before the check: hashes and mail addresses are most of it
    checked = pymisp.MISPAttribute()
    try:
        checked.from_dict(**attribute)
    except Exception:  # PyMISPError, and what odd values raise inside of it
        return (Skip.NOT_A_NAME,)
    if checked.get("deleted"):
        return (Skip.DISABLED,)
    if not checked.to_ids or attribute.get("warnings"):
        return (Skip.NOT_INDICATOR,)
    return (entries.name_or_url(_site(checked.type, str(checked.value).strip())),)


def _site(kind: str, value: str) -> str:
    if kind not in _JOINED:
        return value
    first, _, second = value.partition("|")
    colon = _JOINED[kind]
    return first + (colon + second if colon and second else "")


def _shown(attribute: Any) -> str:
    value = attribute.get("value") if isinstance(attribute, dict) else attribute
    return value if isinstance(value, str) else text_of(attribute)
