"""Lists as lines and as CSV."""

from __future__ import annotations

import pytest

from kidgate.content.images.entries import Entry, Kind, ListRefused, Skipped
from kidgate.content.images.list_lines import read_lines

A, B = "a1" * 32, "b2" * 32


def entries(text: str, kind: Kind | None = None) -> list[Entry]:
    return list(read_lines(text.splitlines(), kind))


def test_plain_lines_are_of_the_kind_that_is_said() -> None:
    text = f"# a comment\n\n{A}\r\n  {B}  \nnonsense\n"
    assert entries(text, Kind.SHA256) == [
        Entry(Kind.SHA256, A),
        Entry(Kind.SHA256, B),
        Entry(Kind.SHA256, "nonsense"),
    ]


def test_plain_lines_that_nobody_says_the_kind_of_are_refused() -> None:
    with pytest.raises(ListRefused, match="--kind sha256 or --kind pdq"):
        entries(A)


def test_lines_of_the_pdq_tools_carry_a_quality() -> None:
    text = (
        f"hash={A},norm=128,delta=0,quality=87,filename=x.jpg\n"
        f"{B},12345678901234,2021-05-07T18:07:52+0000,some tags\n{A},42\n"
    )
    assert entries(text, Kind.PDQ) == [
        Entry(Kind.PDQ, A, 87),
        Entry(Kind.PDQ, B),
        Entry(Kind.PDQ, A, 42),
    ]


def test_named_columns_are_read_wherever_they_stand() -> None:
    text = f'FilePath,Hash,Quality\n"a, b.jpg",{A},100\nc.jpg,{B},30\n'
    assert entries(text, Kind.PDQ) == [Entry(Kind.PDQ, A, 100), Entry(Kind.PDQ, B, 30)]


def test_columns_named_by_kind_need_no_kind() -> None:
    text = f"md5\tsha256\tpdq\nx\t{A}\t{B}\ny\t\t{A}\n"
    assert entries(text) == [Entry(Kind.SHA256, A), Entry(Kind.PDQ, B), Entry(Kind.PDQ, A)]


def test_type_column_tells_each_kind() -> None:
    text = f"type,value\nHASH_PDQ,{A}\nHASH_SHA256,{B}\nHASH_MD5,abcd\n"
    assert entries(text) == [Entry(Kind.PDQ, A), Entry(Kind.SHA256, B), Entry(None, "abcd")]


def test_column_of_hashes_without_a_kind_is_refused() -> None:
    with pytest.raises(ListRefused, match="--kind"):
        entries(f"hash,quality\n{A},100\n")


def test_endless_line_is_no_hash() -> None:
    (entry,) = entries(A + "x" * 1_000_000, Kind.PDQ)
    assert entry.skipped is Skipped.NOT_A_HASH


def test_empty_text_has_no_entries() -> None:
    assert entries("# nothing\n\n") == []
