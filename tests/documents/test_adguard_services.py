"""AdGuard's table of blocked services."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from kidgate.documents.adguard_services import GROUPS, read_adguard
from kidgate.documents.builtin import load_categories
from kidgate.documents.faults import Faults


def read(*entries: dict[str, Any], key: str = "blocked_services") -> dict[str, Any]:
    return read_adguard(json.dumps({key: entries}).encode(), "services.json")


@pytest.mark.parametrize("key", ["blocked_services", "services"])
def test_a_service_is_its_rules_hosts_and_its_group(key: str) -> None:
    rules = ["||A.test^", "||b.test", "|c.test^"]
    entry = {"id": "vui", "name": "Vui", "group": "gaming", "rules": rules, "icon_svg": "<svg/>"}
    draft = read(entry, key=key)["vui"]
    assert (draft.name, draft.title, draft.categories) == ("vui", "Vui", ("games",))
    assert list(draft.hosts) == ["a.test", "b.test", "c.test"]
    assert draft.unmapped == []


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("||a*.test^", "wildcard"),
        ("*vod.test^", "wildcard"),
        ("/_x._tcp/", "regexp"),
        ("||a.test^$dnstype=~CNAME", "modifier"),
        ("@@||a.test^", "exception"),
        ("||a.test ^", "invalid"),
        ("||a..test^", "invalid"),
        ("a.test", "invalid"),
        ("", "invalid"),
    ],
)
def test_a_rule_that_says_no_host_is_told(rule: str, reason: str) -> None:
    draft = read({"id": "vui", "name": "Vui", "rules": [rule]})["vui"]
    assert (dict(draft.hosts), [one.reason for one in draft.unmapped]) == ({}, [reason])


def test_groups_are_categories_of_ours() -> None:
    assert set(GROUPS.values()) <= {category.key for category in load_categories()}
    assert read({"id": "a", "name": "A", "group": "cdn", "rules": []})["a"].categories == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no table"),
        (b"[]", "is no table"),
        (b"\xff{", "is no table"),
        (b"{}", "names no service"),
        (b'{"blocked_services": [{"id": "", "name": "", "rules": []}]}', "is no table"),
        (b'{"blocked_services": [{"id": "a", "name": "A"}]}', "is no table"),
    ],
)
def test_what_is_no_table_is_refused_with_its_name(data: bytes, said: str) -> None:
    with pytest.raises(Faults, match=r"services\.json: " + said):
        read_adguard(data, "services.json")


def test_every_rule_of_the_real_table_is_a_host_or_told(shared: Path) -> None:
    data = gzip.decompress((shared / "data/services/adguard-blocked-services.json.gz").read_bytes())
    found = read_adguard(data, "services.json")
    for entry in json.loads(data)["services"]:
        draft = found[entry["id"]]
        taken = len(draft.hosts) + len(draft.unmapped)
        assert taken == len(set(entry["rules"])), entry["id"]
