"""The catalogue, the starter lists and the guarded hosts, as they are shipped."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from kidgate.documents.builtin import load_builtin, load_categories
from kidgate.documents.feed_data import (
    BUILTIN,
    load_catalogue,
    load_guards,
    starter_categories,
    starter_text,
)
from kidgate.documents.suffixes import registry_suffixes
from kidgate.policies.names import canonical_host
from kidgate.policies.suffixes import Suffixes

CATEGORIES = {category.key for category in load_categories()}


def test_catalogue_has_the_feeds_people_ask_for() -> None:
    found = load_catalogue()
    assert len([row for row in found.values() if not row.url.startswith(BUILTIN)]) >= 40
    assert {"ut1-adult", "oisd-nsfw", "hagezi-gambling", "chongluadao", "tranco"} <= set(found)
    assert [row.key for row in found.values() if row.kind == "reference"] == ["tranco"]


@pytest.mark.parametrize("key", load_catalogue())
def test_catalogue_s_entry_is_whole(key: str) -> None:
    row = load_catalogue()[key]
    assert row.title.vi and row.title.en and row.licence and row.entries
    assert row.category in CATEGORIES
    assert set(row.tiers) <= {tier.key for tier in load_builtin()[0]}
    if not row.url.startswith(BUILTIN):
        for url in (row.url, row.homepage):
            assert urlsplit(url).scheme == "https"
            assert canonical_host(urlsplit(url).hostname or "")


def test_addresses_of_the_catalogue_are_all_different() -> None:
    rows = load_catalogue().values()
    assert len({(row.url, row.member) for row in rows}) == len(rows)


@pytest.mark.parametrize("category", starter_categories())
def test_starter_list_holds_sites_and_nothing_else(category: str) -> None:
    """No public suffix, no name in two spellings, none below another of the same list."""
    suffixes = Suffixes(load_builtin()[2].suffixes)
    lines = starter_text(BUILTIN + category).decode().splitlines()
    names = [line for line in lines if not line.startswith("#")]
    assert names == sorted(set(names))
    for name in names:
        assert canonical_host(name) == name
        assert not suffixes.is_suffix(name)
        above = name.partition(".")[2]
        assert above not in names, f"{name} is stopped with {above}"


def test_unknown_starter_list_is_no_file_of_the_system() -> None:
    for location in ("builtin:../feeds", "builtin:", "builtin:no"):
        with pytest.raises(KeyError):
            starter_text(location)


def test_guarded_hosts_are_hosts_and_their_categories_exist() -> None:
    guards = load_guards()
    endings = frozenset(registry_suffixes())
    for hosts in (guards.never, guards.top):
        for host, natural in hosts.items():
            assert canonical_host(host) == host
            assert natural <= CATEGORIES, host
            assert host not in endings
    assert len(guards.never) >= 400
    assert len(guards.top) >= 900
    assert guards.exempt <= CATEGORIES
    assert not guards.exempt & {"malware", "phishing", "scam", "adult", "gambling"}
