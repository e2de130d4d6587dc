"""Every phrase list of e2guardian's archive: 17 languages, and the old lists."""

from __future__ import annotations

import tarfile
from collections import Counter
from pathlib import Path

import pytest

from kidgate.content.phrases.account import Account, Skip
from kidgate.content.phrases.automaton import Automaton
from kidgate.content.phrases.e2guardian import Reader
from kidgate.content.phrases.list_files import phrase_files
from kidgate.policies.phrases import EVERY, Phrase

pytestmark = pytest.mark.shared
LANGUAGES = 17


@pytest.fixture(scope="module")
def files(shared: Path) -> dict[str, bytes]:
    found = {}
    with tarfile.open(shared / "data/phrases/e2guardian-lists.tar.gz") as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None:
                found[member.name.removeprefix("lists/")] = stream.read()
    return found


def read(files: dict[str, bytes], member: str) -> tuple[list[Phrase], Account]:
    account = Account()
    reader = Reader(account, lambda name, _: (name, files[name]) if name in files else None)
    for name in phrase_files(files, member):
        assert reader.read(name)
    assert account.lines == (
        account.comments
        + account.blank
        + account.directives
        + account.accepted
        + account.duplicate
        + sum(account.skipped.values())
    )
    assert account.lines == sum(len(files[name].splitlines()) for name in account.files)
    assert account.accepted == len(reader.phrases)
    return reader.phrases, account


@pytest.fixture(scope="module")
def revised(files: dict[str, bytes]) -> tuple[list[Phrase], Account]:
    return read(files, "")


def test_every_language_gives_phrases(revised: tuple[list[Phrase], Account]) -> None:
    phrases, account = revised
    languages = Counter(phrase.source.split("/")[1] for phrase in phrases)
    # The two Chinese folders hold the same file: what the second says is there already.
    assert len({file.split("/")[1] for file in account.files}) == LANGUAGES
    assert len(languages) >= LANGUAGES - 2
    assert len(phrases) > 9000


def test_next_to_no_line_is_lost(revised: tuple[list[Phrase], Account]) -> None:
    _, account = revised
    assert set(account.skipped) <= {Skip.MALFORMED, Skip.TOO_GENERAL, Skip.DISGUISE}
    assert account.skipped.total() < 60


def test_text_is_read_in_its_charset(revised: tuple[list[Phrase], Account]) -> None:
    texts = {text.strip() for phrase in revised[0] for text in phrase.texts}
    assert {"секс форум", "胸", "美女明星", "gratuit", "dojrzałe"} & texts >= {"секс форум", "胸"}
    assert not any("\ufffd" in text for text in texts)


def test_categories_are_ours(revised: tuple[list[Phrase], Account]) -> None:
    found = {phrase.category for phrase in revised[0]}
    assert {"adult", "gambling", "drugs", "hate", "violence", "weapons", "gore", "proxy"} <= found
    assert all(phrase.weight < 0 for phrase in revised[0] if phrase.category == EVERY)


def test_all_are_sought_by_one_automaton(revised: tuple[list[Phrase], Account]) -> None:
    assert len(Automaton.build(revised[0]).phrases) == len(revised[0])


@pytest.mark.deep
def test_old_lists_are_read_too(files: dict[str, bytes]) -> None:
    phrases, account = read(files, "oldphraselists")
    assert len(phrases) > 6000
    assert account.skipped.total() < 90


@pytest.mark.parametrize("name", ["weightedphraselist.in", "bannedphraselist.in"])
def test_list_that_includes_others_brings_them(files: dict[str, bytes], name: str) -> None:
    start = f"example.group/{name}"
    account = Account()

    def opened(target: str, beside: str) -> tuple[str, bytes] | None:
        path = target.removeprefix("@E2CONFDIR@/lists/")
        return (path, files[path]) if path in files else None

    reader = Reader(account, opened)
    assert reader.read(start)
    assert reader.phrases
    assert Skip.INCLUDE not in account.skipped
