"""Registries for tests: the shipped one, and small ones of made-up brands."""

from __future__ import annotations

from functools import cache
from typing import Any

from kidgate.content.lookalike_brands import Brands
from kidgate.documents.builtin import load_builtin
from kidgate.policies.rows import BrandRow, LookalikeRow
from kidgate.policies.suffixes import Suffixes

WORDS = LookalikeRow(
    bait=("login", "tangqua"),
    hints=("check",),
    fillers=("online", "app"),
    risky=("top",),
    vouched=("vn",),
    closed=("edu", "gov.vn"),
    carriers=("carrier.test",),
    accounts=("pages.test",),
)
SUFFIXES = Suffixes(("com", "vn", "com.vn", "gov.vn", "top", "edu", "test", "pages.test", "de"))
HOSTING = frozenset(["pages.test", "free.test"])


@cache
def shipped() -> Brands:
    _, _, builtin = load_builtin()
    return Brands(
        builtin.brands,
        builtin.lookalike,
        Suffixes(builtin.suffixes),
        frozenset(builtin.shared_hosting),
    )


def brand(key: str, **fields: Any) -> BrandRow:
    fields = {"title": key.title(), "kind": "shop", "hosts": (f"{key}.vn",)} | fields
    if "tokens" not in fields and "common" not in fields:
        fields["tokens"] = (key,)
    return BrandRow(key, **fields)


def small(*rows: BrandRow) -> Brands:
    return Brands(rows, WORDS, SUFFIXES, HOSTING)
