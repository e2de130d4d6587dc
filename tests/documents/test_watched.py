"""A watched file: read when it is another one, as if it said nothing when it cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.documents.watched import Watched


def test_file_is_read_anew_only_when_it_is_another_one(tmp_path: Path) -> None:
    path, reads = tmp_path / "file", []

    def load(data: bytes) -> int:
        reads.append(data)
        return int(data)

    watched = Watched(path, load, 0, "trouble")
    assert (watched.look(), watched.value) == (False, 0)
    path.write_text("1")
    assert (watched.look(), watched.value) == (True, 1)
    assert (watched.look(), watched.value) == (False, 1)
    path.write_text("12")
    assert (watched.look(), watched.value) == (True, 12)
    path.unlink()
    assert (watched.look(), watched.value) == (True, 0)
    assert reads == [b"1", b"12"]


def test_broken_file_says_nothing_and_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "file"
    path.write_text("1")
    watched = Watched(path, int, 0, "the number is not known")
    watched.look()
    path.write_text("one")
    assert (watched.look(), watched.value) == (True, 0)
    assert "the number is not known" in caplog.text


def test_nothing_is_watched_where_there_is_no_file() -> None:
    assert not Watched(None, int, 0, "trouble").look()
