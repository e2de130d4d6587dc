"""STIX 2.1 bundles: what indicators and observables say about sites (OASIS, 10 June 2021).

Patterns are read by the library `stix2` with its ANTLR grammar. Taken are equalities (`=`, `IN`) of
`domain-name:value`, `url:value`, `ipv4-addr:value` and `ipv6-addr:value` that suffice alone: joined
by OR. One that holds only together with others (AND, FOLLOWEDBY) would stop sites for which nobody
said so. Observables that stand in the bundle count as listed: a bundle is made to be acted on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kidgate.lists.entries import Entries, Outcome
from kidgate.lists.items import Item
from kidgate.lists.report import Skip
from kidgate.lists.structured.reading import text_of
from kidgate.lists.structured.threat_intel import library

SITES = frozenset({"domain-name", "url", "ipv4-addr", "ipv6-addr"})
LONGEST = 4096  # characters of a pattern; the parser's time and depth grow with it
_HARMLESS = "benign"  # of the vocabulary indicator-type-ov
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'")
_NEGATED = re.compile(r"\bNOT\b")
_ESCAPED = re.compile(r"\\(.)")  # `\'` and `\\` in a pattern's text


def is_bundle(document: Mapping[str, Any]) -> bool:
    return document.get("type") == "bundle" and isinstance(document.get("objects"), list)


def read(objects: list[Any], entries: Entries, file: str) -> Iterator[Item]:
    """The objects of a bundle, each one item."""
    patterns = library("stix2.pattern_visitor", file, "a STIX bundle")
    return _items(objects, entries, patterns)


def _items(objects: list[Any], entries: Entries, patterns: Any) -> Iterator[Item]:
    for row, found in enumerate(objects, 1):
        kind = str(found.get("type")) if isinstance(found, dict) else ""
        if kind == "indicator":
            yield Item(row, str(found.get("pattern", "")), _indicator(found, entries, patterns))
        elif kind == "observed-data" and isinstance(found.get("objects"), dict):
            yield Item(row, text_of(found), _observed(found["objects"], entries))
        elif kind in SITES and isinstance(found.get("value"), str):
            yield Item(row, found["value"], (entries.name_or_url(found["value"]),))
        else:
            yield Item(row, text_of(found), (Skip.NOT_INDICATOR,))


def _indicator(found: Mapping[str, Any], entries: Entries, patterns: Any) -> Sequence[Outcome]:
    pattern, kinds = found.get("pattern"), found.get("indicator_types")
    if found.get("revoked") is True:
        return (Skip.DISABLED,)
    if isinstance(kinds, list) and _HARMLESS in kinds:
        return (Skip.NOT_INDICATOR,)
    if found.get("pattern_type", "stix") != "stix" or not isinstance(pattern, str):
        return (Skip.PATTERN,)  # Snort, YARA, Sigma...
    if len(pattern) > LONGEST:
        return (Skip.TOO_LONG,)
    if _NEGATED.search(_QUOTED.sub("''", pattern)):
        return (Skip.PATTERN,)  # stix2 3.0.2 reads `NOT IN` as `IN`: the harmless would be stopped
    try:
        values = [*_values(patterns.create_pattern_object(pattern, version="2.1"))]
    except Exception:  # the parser, its recursion and the library's checks raise of all kinds
        return (Skip.PATTERN,)
    return [entries.name_or_url(v) if v is not None else Skip.PATTERN for v in values]


def _values(node: Any) -> Iterator[str | None]:
    """What each alternative of a pattern names; None for one that names no site by itself."""
    match type(node).__name__:
        case "ObservationExpression":
            yield from _values(node.operand)
        case "OrBooleanExpression" | "OrObservationExpression":
            for operand in node.operands:
                yield from _values(operand)
        case "ParentheticalExpression":
            yield from _values(node.expression)
        case "EqualityComparisonExpression" if _names_site(node):
            yield _text(node.rhs)
        case "InComparisonExpression" if _names_site(node):
            for constant in node.rhs.value:
                yield _text(constant)
        case _:
            yield None


def _names_site(node: Any) -> bool:
    path = node.lhs
    parts = [part.property_name for part in path.property_path]
    return path.object_type_name in SITES and parts == ["value"] and not node.negated


def _text(constant: Any) -> str | None:
    value = constant.value
    return _ESCAPED.sub(r"\1", value) if isinstance(value, str) else None


def _observed(objects: Mapping[str, Any], entries: Entries) -> Sequence[Outcome]:
    """The observables inside an `observed-data` object, as STIX 2.0 and many still write them."""
    values = [
        found["value"]
        for found in objects.values()
        if isinstance(found, dict)
        and str(found.get("type")) in SITES
        and isinstance(found.get("value"), str)
    ]
    return [entries.name_or_url(value) for value in values] or (Skip.NOT_INDICATOR,)
