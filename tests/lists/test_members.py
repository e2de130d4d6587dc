"""Which list of a tree is meant."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.members import (
    Member,
    beside,
    choose,
    members,
    read_usage,
    usage_by_name,
)


@dataclass
class Tree:
    files: frozenset[str]
    path: Path = field(default=Path("lists.tar"))
    texts: dict[str, bytes] = field(default_factory=dict)

    def opened(self, name: str, progress: object = None):
        raise NotImplementedError

    def each(self, names: Collection[str]) -> Iterator[tuple[str, io.BytesIO]]:
        return ((name, io.BytesIO(self.texts[name])) for name in names)


CATEGORIES = Tree(
    frozenset(
        {"b/README", "b/adult/urls", "b/adult/domains", "b/adult/usage", "b/ads/expressions"}
        | {"c/adult/domains", "b/global_usage"}
    )
)
TOPICS = Tree(frozenset({"README.md", "LICENSE", ".git", "tor", "vpn", "proxies/list"}))


def test_category_folders_are_members_and_nothing_else():
    assert members(CATEGORIES) == {
        "b/ads": Member("b/ads", ("b/ads/expressions",)),
        "b/adult": Member("b/adult", ("b/adult/domains", "b/adult/urls"), "b/adult/usage"),
        "c/adult": Member("c/adult", ("c/adult/domains",)),
    }


def test_files_are_members_without_category_folders():
    assert list(members(TOPICS)) == ["proxies/list", "tor", "vpn"]


def test_category_at_the_root_is_called_as_the_tree():
    tree = Tree(frozenset({"domains", "usage"}), Path("gambling"))
    assert choose(tree, "") == Member("gambling", ("domains",), "usage")


@pytest.mark.parametrize("wanted", ["b/adult", "/b/adult/"])
def test_member_is_chosen_by_path(wanted: str):
    assert choose(CATEGORIES, wanted).name == "b/adult"


def test_member_is_chosen_by_its_last_part():
    assert choose(CATEGORIES, "ads").name == "b/ads"


@pytest.mark.parametrize(
    ("tree", "wanted", "reason", "said"),
    [
        (TOPICS, "", Refusal.SEVERAL_LISTS, "`proxies/list`, `tor`, `vpn`"),
        (TOPICS, "dns", Refusal.NO_SUCH_LIST, "`proxies/list`, `tor`, `vpn`"),
        (CATEGORIES, "adult", Refusal.NO_SUCH_LIST, "name one of `b/adult`, `c/adult`"),
        (Tree(frozenset({"README"})), "", Refusal.NO_SUCH_LIST, "holds no list"),
        (Tree(frozenset({"a\x1b[2J", "b"})), "", Refusal.SEVERAL_LISTS, r"`a\?\[2J`, `b`"),
        (Tree(frozenset(map(str, range(50)))), "", Refusal.SEVERAL_LISTS, "and 30 more"),
    ],
)
def test_choice_is_refused_with_the_members_named(tree, wanted, reason, said):
    with pytest.raises(ImportRefused, match=said) as caught:
        choose(tree, wanted)
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("text", "usage"),
    [
        (b"# comment\nblack\nadult\n", ("block",)),
        (b"white\nblack\n", ("allow", "block")),
        (b"White\r\nwhite", ("allow",)),
        (b"\xff\xfe", ()),
        (b"", ()),
    ],
)
def test_usage_file(text: bytes, usage: tuple[str, ...]):
    assert read_usage(io.BytesIO(text)) == usage


def test_attributes_follow_the_name_of_a_list():
    chosen = choose(TOPICS, "tor@cn@-ads")
    assert (chosen.name, chosen.attributes) == ("tor", ("cn", "-ads"))


def test_name_with_an_at_sign_of_its_own_is_found_first():
    tree = Tree(frozenset({"tor@home", "tor"}))
    assert choose(tree, "tor@home").attributes == ()


@pytest.mark.parametrize(
    ("file", "usage"),
    [
        ("lists/example.group/exceptionsitelist", ("allow",)),
        ("localgreysslsiteiplist", ("allow",)),
        ("semiexceptionsitelist.in", ("allow",)),
        ("exceptionregexpurllist", ("allow",)),
        ("bannedsitelist", ()),
        ("exceptionphraselist", ()),
        ("exceptionsitelist.bak", ()),
    ],
)
def test_usage_by_the_names_of_e2guardian(file: str, usage: tuple[str, ...]):
    assert usage_by_name(file) == usage


def test_files_beside_a_list_are_those_of_its_folder():
    texts = {"data/one": b"1", "data/two": b"2", "other/three": b"3", "four": b"4"}
    tree = Tree(frozenset(texts), texts=texts)
    assert beside(tree, "data/one") == {"one": b"1", "two": b"2"}
    assert beside(tree, "other/three") == {}
    assert beside(CATEGORIES, "b/adult/domains") == {}


def test_nothing_is_beside_a_list_among_large_ones(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kidgate.lists.members._MOST_BESIDE", 3)
    texts = {"one": b"12", "two": b"34"}
    assert beside(Tree(frozenset(texts), texts=texts), "one") == {}
