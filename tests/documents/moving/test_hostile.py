"""Whatever a configuration holds, a plan is made or its faults are told."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kidgate.documents.faults import Faults
from kidgate.documents.moving import adguard_home, e2guardian, pihole, squidguard
from kidgate.documents.moving.files import Files
from kidgate.lists.structured.gravity import TABLES
from tests.documents.moving.ground import ground

WORDS = st.sampled_from(
    [
        *("filters", "user_rules", "clients", "persistent", "filtering", "dns", "ids", "name"),
        *("blocked_services", "schedule", "mon", "start", "end", "safe_search", "enabled", "url"),
        *("tiktok", "192.0.2.1", "||a.example^", "@@||b.example^$client=x", "8h", "time_zone"),
        *("domain", "type", "id", "address", "ip", "comment", "group_id", "domainlist_id"),
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(WORDS | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)
ROWS = st.lists(st.dictionaries(WORDS, VALUES, max_size=5), max_size=3)
LINES = st.lists(
    st.sampled_from(
        [
            *("src a {", "dest b {", "acl {", "time t {", "default {", "a {", "} else {", "}", "{"),
            *("ip 192.0.2.1-192.0.2.3", "user x", "pass !b any", "pass b none", "weekly * 00:00"),
            *("domainlist x/domains", "within t", "a within t {", "redirect x", "date 1-2-3"),
        ]
    )
    | st.text(max_size=20),
    max_size=15,
)
SETTINGS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(VALUES)
@SETTINGS
def test_adguard_home(value: object) -> None:
    try:
        adguard_home.plan(json.dumps(value), "f", ground())
    except Faults:
        return


@given(st.fixed_dictionaries(dict.fromkeys(TABLES, ROWS)))
@SETTINGS
def test_pihole(tables: dict[str, list[dict[str, object]]]) -> None:
    pihole.plan(tables, "f", ground(category="ads"))


@given(LINES)
@SETTINGS
def test_squidguard(tmp_path: Path, lines: list[str]) -> None:
    (tmp_path / "x").mkdir(exist_ok=True)
    (tmp_path / "x/domains").write_text("a.example\n")
    try:
        squidguard.plan("\n".join(lines), "f", Files(tmp_path), ground(tier="9-12"))
    except Faults:
        return


@given(st.text(max_size=200), st.text(max_size=200))
@SETTINGS
def test_e2guardian(tmp_path: Path, conf: str, listed: str) -> None:
    conf = "bannedsitelist = '/a/list'\nbannedtimelist = '/a/list'\n" + conf
    (tmp_path / "e2guardianf1.conf").write_bytes(conf.encode("utf-8", "replace"))
    (tmp_path / "list").write_bytes(listed.encode("utf-8", "replace"))
    e2guardian.plan(Files(tmp_path), ground())
