"""Lines with bounds. Bombs and cut files are tested with whole imports."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.lists import streams
from kidgate.lists.streams import Content, Limits, lines


@given(st.binary(max_size=200), st.integers(1, 9))
def test_lines_are_those_of_split(content: bytes, chunk: int):
    expected = content.split(b"\n")
    if not expected[-1]:
        expected.pop()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "CHUNK", chunk)
        assert list(lines(io.BytesIO(content), 1000)) == expected


@given(st.lists(st.integers(0, 12), max_size=12), st.integers(1, 20), st.booleans())
def test_too_long_lines_are_none_wherever_they_are_cut(sizes: list[int], chunk: int, end: bool):
    content = b"\n".join(b"x" * size for size in sizes) + (b"\n" if end else b"")
    expected = [None if size > 6 else b"x" * size for size in sizes]
    if expected and not end and not sizes[-1]:
        expected.pop()
    if not sizes and end:
        expected = [b""]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "CHUNK", chunk)
        assert list(lines(io.BytesIO(content), 6)) == expected


def test_read_gives_all_that_was_asked_for(tmp_path: Path):
    (tmp_path / "list").write_bytes(b"x" * (3 * streams.CHUNK))
    with Content(tmp_path / "list", Limits()) as content:
        assert len(content.read(2 * streams.CHUNK + 5)) == 2 * streams.CHUNK + 5
        assert len(content.read(2 * streams.CHUNK)) == streams.CHUNK - 5
        assert content.read(1) == b""
