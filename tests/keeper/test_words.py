"""The lists of words: written once, and again when a list is imported or removed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kidgate.documents.imported_phrases import ImportedList, dump
from kidgate.documents.phrases import own_phrases
from kidgate.documents.words import load
from kidgate.keeper import commands
from kidgate.keeper.writer import Writer
from kidgate.policies.phrases import Phrase
from kidgate.proxy.content.house import WordsFile
from tests.keeper.stand import home_in, writer_of


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(home_in(tmp_path)) as found:
        yield found


def publish(writer: Writer) -> bool:
    return bool(commands.run(writer, "words.publish", {})["written"])


def test_lists_are_written_when_they_are_others_than_before(writer: Writer) -> None:
    assert publish(writer)
    assert not publish(writer)
    own = len(own_phrases())
    assert len(load(writer.home.words.read_bytes()).phrases) == own
    folder = writer.home.phrases
    folder.mkdir()
    row = Phrase(("zzz yyy",), 40, "adult", "e2g:1", loose=True)
    (folder / "e2g.json").write_bytes(dump(ImportedList("e2g", (row,))))
    (folder / "broken.json").write_text("{")
    assert publish(writer)
    assert len(load(writer.home.words.read_bytes()).phrases) == own + 1
    (folder / "e2g.json").unlink()
    assert publish(writer)
    assert len(load(writer.home.words.read_bytes()).phrases) == own


def test_worker_reads_the_lists_anew_when_they_change(writer: Writer) -> None:
    words = WordsFile(writer.home.words)
    assert words.changed()  # nobody has looked yet: there are none, which is told
    with pytest.raises(OSError, match="words"):
        words.load()
    assert not words.changed()
    publish(writer)
    assert words.changed()
    assert words.load().talks is not None
    assert not words.changed()


def test_damaged_file_is_written_anew(writer: Writer) -> None:
    publish(writer)
    writer.home.words.write_bytes(writer.home.words.read_bytes()[40:])
    assert publish(writer)
    load(writer.home.words.read_bytes())
