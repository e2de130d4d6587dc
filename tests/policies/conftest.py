"""A small house for the tests of the pure core: one plain tier, few built-in data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from kidgate.documents.case_index import CaseIndex
from kidgate.policies.compile import compile_snapshot
from kidgate.policies.model import Visit
from kidgate.policies.names import parse_url
from kidgate.policies.rows import Builtin, PolicyRows, ProfileRow, Settings, TierRow
from kidgate.policies.snapshot import PolicySnapshot

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
PLAIN = TierRow("plain", age_tier=True)

FRONT_ENDS = (
    {
        "name": "dich",
        "category": "translator",
        "hosts": ["dich.test"],
        "paths": ["/trang*"],
        "inner": [{"from": "query", "names": ["u", "url"]}],
    },
    {
        "name": "kho",
        "category": "archive",
        "hosts": ["kho.test"],
        "paths": [],
        "inner": [{"from": "path", "after": "/web/*/"}, {"from": "path", "after": "/web/"}],
    },
    {
        "name": "nhan",
        "category": "translator",
        "hosts": ["nhan.test"],
        "paths": [],
        "inner": [{"from": "label"}],
    },
    {
        "name": "dem",
        "category": "cache",
        "hosts": ["dem.test"],
        "paths": ["/search"],
        "inner": [{"from": "query", "names": ["q"], "form": "cache"}],
    },
)
EMPTY_CHANGE = {"query": {}, "headers": {}, "cookies": {}}
SAFE_SEARCH = (
    {
        "engine": "tim",
        "hosts": ["tim.test"],
        "paths": ["/search*"],
        "terms": ["q", "p"],
        "path_terms": ["/tu/"],
        "set": {"query": {"safe": "active"}, "headers": {}, "cookies": {}},
        "moderate": EMPTY_CHANGE,
        "strict": EMPTY_CHANGE,
    },
    {
        "engine": "phim",
        "hosts": ["phim.test"],
        "paths": ["/results"],
        "terms": ["q"],
        "path_terms": [],
        "set": EMPTY_CHANGE,
        "moderate": {"query": {}, "headers": {"Restrict": "Moderate"}, "cookies": {}},
        "strict": {"query": {}, "headers": {"Restrict": "Strict"}, "cookies": {"r": "1"}},
    },
)
SMALL = Builtin(
    safe_harbour=("giup.test",),
    never_decrypt=("bank.test",),
    safe_search=SAFE_SEARCH,
    front_ends=FRONT_ENDS,
    suffixes=("test", "example", "pages.test"),
    shared_hosting=("pages.test", "blog.test"),
)

House = Callable[..., PolicySnapshot]


@pytest.fixture(scope="session")
def small() -> Builtin:
    return SMALL


@pytest.fixture(scope="session")
def house() -> House:
    """`house(tier=..., index=..., rules=..., ...)`: a policy whose child `mai` is in `tier`."""

    def build(
        *,
        tier: TierRow = PLAIN,
        index: dict[str, tuple[str, ...]] | None = None,
        builtin: Builtin = SMALL,
        **rows: Any,
    ) -> PolicySnapshot:
        rows.setdefault("settings", Settings(unknown_tier="plain"))
        rows.setdefault("profiles", (ProfileRow("mai", tier=tier.key),))
        tiers = tuple({row.key: row for row in (PLAIN, tier)}.values())
        snapshot = compile_snapshot(PolicyRows(**rows), builtin, tiers=tiers, services=(), id="1")
        return snapshot.with_index(CaseIndex.of(index or {}))

    return build


@pytest.fixture(scope="session")
def visit() -> Callable[..., Visit]:
    """`visit("a.test/b", child=..., at=..., ...)`: at noon, of mai, when nothing else is said."""

    def make(url: str, **known: Any) -> Visit:
        return replace(Visit(parse_url(url), NOON, child="mai"), **known)

    return make
