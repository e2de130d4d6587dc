"""The workers' words: read as they were written, told when they are damaged."""

from __future__ import annotations

import json

import pytest

from kidgate.documents.chats import load_chats
from kidgate.documents.words import BrokenWords, dump, load, made_of
from kidgate.policies.phrases import Phrase

ROWS = (
    Phrase(("tài xỉu",), 30.0, "gambling", "own:1"),
    Phrase(("a", "b"), -5.0, "", "e2g:2", loose=True),
)


def test_words_are_read_as_they_were_written() -> None:
    data = dump(ROWS, load_chats(), "ab12")
    words = load(data)
    assert words.phrases == ROWS
    assert words.chats == load_chats()
    assert made_of(data) == "ab12"


@pytest.mark.parametrize("data", [b"", b"[]", b'{"version": 1}', b"{", b"[" * 100_000])
def test_damaged_words_are_told(data: bytes) -> None:
    assert made_of(data) == ""
    with pytest.raises(BrokenWords):
        load(data)


def test_words_of_another_version_are_told() -> None:
    document = json.loads(dump(ROWS, load_chats(), "x")) | {"version": 99}
    with pytest.raises(BrokenWords, match="version 99"):
        load(json.dumps(document).encode())
