"""A file is replaced as a whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.lists.replacing import replacing


def test_file_takes_the_place_when_written(tmp_path: Path):
    (tmp_path / "x").write_bytes(b"old")
    with replacing(tmp_path / "x") as file:
        file.write(b"new")
        assert (tmp_path / "x").read_bytes() == b"old"
    assert (tmp_path / "x").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_old_file_stays_after_a_fault(tmp_path: Path):
    (tmp_path / "x").write_bytes(b"old")
    with pytest.raises(KeyError), replacing(tmp_path / "x") as file:
        file.write(b"new")
        raise KeyError
    assert (tmp_path / "x").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_remnant_of_a_crash_is_overwritten(tmp_path: Path):
    (tmp_path / ".x.new").write_bytes(b"a long remnant of a crash")
    with replacing(tmp_path / "x") as file:
        file.write(b"new")
    assert (tmp_path / "x").read_bytes() == b"new"


def test_link_in_its_place_is_not_followed(tmp_path: Path):
    (tmp_path / "other").write_bytes(b"other")
    (tmp_path / ".x.new").symlink_to(tmp_path / "other")
    with pytest.raises(OSError), replacing(tmp_path / "x"):
        pass
    assert (tmp_path / "other").read_bytes() == b"other"
