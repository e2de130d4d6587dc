"""Targets by the names that people have for services and categories: what could never match is
refused at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from kidgate.documents.builtin import category_key, load_builtin, load_categories
from kidgate.policies.edits import EditFault, canonical_target
from kidgate.policies.rows import PolicyRows
from kidgate.policies.service_edits import services_of
from kidgate.policies.service_names import ServiceNames


def known_target(rows: PolicyRows, categories: Collection[str], text: str) -> str:
    """The target in its one spelling, in keys. `categories` as `category_keys` gives them. Raises
    EditFault."""
    target = canonical_target(text)
    kind, _, name = target.partition(":")
    if kind == "category":
        return f"category:{known_category(categories, name)}"
    return f"service:{known_service(rows, name)}" if kind == "service" else target


def known_category(categories: Collection[str], name: str) -> str:
    """The key of a category by any name lists have for it. Raises EditFault."""
    key = category_key(name)
    if key not in categories:
        raise EditFault(_unknown("category", key, categories))
    return key


def known_service(rows: PolicyRows, name: str) -> str:
    """The key of a service by any of its names. Raises EditFault."""
    builtin = load_builtin()[1]
    known = services_of(rows, builtin)
    if name in known:
        return name
    found = ServiceNames.of(builtin, rows.services).key_of(name)
    if found is None:
        raise EditFault(_unknown("service", name, known))
    return found


def category_keys(brought: Iterable[str]) -> list[str]:
    """Every category of the program, and those that feeds brought."""
    return list(dict.fromkeys([*(row.key for row in load_categories()), *brought]))


def _unknown(kind: str, key: str, known: Iterable[str]) -> str:
    close = get_close_matches(key, list(known), n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"see kidgate {kind} list"
    return f"no {kind} is called `{key}`; {hint}"
