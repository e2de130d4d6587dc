"""Which files are phrase lists, and which an include means."""

from __future__ import annotations

import pytest

from kidgate.content.phrases.list_files import endings, named_by, phrase_files

TREE = [
    "lists/README",
    "lists/example.group/bannedsitelist.in",
    "lists/example.group/weightedphraselist.in",
    "lists/oldphraselists/gambling/weighted_portuguese",
    "lists/phraselists/ukenglish/gambling/banned",
    "lists/phraselists/ukenglish/gambling/weighted",
    "lists/phraselists/ukenglish/goodphrases/exception_email",
    "lists/phraselists/ukenglish/pornography/regexpurls",
]


def test_revised_lists_are_taken_and_old_ones_left() -> None:
    assert phrase_files(TREE) == TREE[4:7]


def test_old_lists_are_taken_when_asked_for_or_alone() -> None:
    assert phrase_files(TREE, "lists/oldphraselists/") == [TREE[3]]
    assert phrase_files(TREE[:4]) == [TREE[3]]


def test_choosing_lists_are_read_where_nothing_else_is_there() -> None:
    assert phrase_files(TREE[:3]) == [TREE[2]]


def test_member_names_any_file() -> None:
    assert phrase_files(TREE, TREE[7]) == [TREE[7]]
    assert phrase_files(TREE, "lists/nowhere") == []
    assert phrase_files(["my words.txt"]) == ["my words.txt"]


@pytest.mark.parametrize(
    "target",
    [
        "@E2CONFDIR@/lists/phraselists/ukenglish/gambling/weighted",
        "/etc/e2guardian/lists/phraselists/ukenglish/gambling/weighted",
        "phraselists/ukenglish/gambling/weighted",
        "../phraselists/ukenglish/gambling/weighted",
    ],
)
def test_include_is_found_by_the_end_of_its_path(target: str) -> None:
    found = named_by(target, TREE, TREE[2])
    assert found == (None if ".." in target else TREE[5])


def test_include_without_a_folder_means_a_file_beside() -> None:
    assert named_by("banned", TREE, TREE[5]) == TREE[4]
    assert named_by("banned", TREE, TREE[2]) is None


def test_path_that_climbs_has_no_ending() -> None:
    assert list(endings("a/./b")) == ["a/b", "b"]
    assert list(endings("../secret")) == []
