"""A mark changes with its file."""

from __future__ import annotations

from pathlib import Path

from kidgate.documents.file_mark import mark_of


def test_mark_is_another_when_the_file_is_written_anew_or_replaced(tmp_path: Path) -> None:
    file, other = tmp_path / "file", tmp_path / "other"
    file.write_text("a")
    first = mark_of(file)
    assert first == mark_of(file)
    file.write_text("ab")
    second = mark_of(file)
    other.write_text("ab")
    other.replace(file)
    assert len({first, second, mark_of(file)}) == 3


def test_missing_file_has_no_mark(tmp_path: Path) -> None:
    assert mark_of(None) is mark_of(tmp_path / "gone") is None
