"""One writer at a time, and files that are whole."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from kidgate.documents.home import Home
from kidgate.keeper import writer as module
from kidgate.keeper.writer import WriterBusy, own_writer, replace_file, writer_lock
from kidgate.policies.rows import PolicyRows
from tests.keeper.stand import home_in, now, url, write, writer_of


def test_second_writer_is_refused_until_the_first_is_done(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    with (
        writer_lock(home),
        pytest.raises(WriterBusy, match="wait for it, or stop it"),
        writer_lock(home),
    ):
        pass
    with writer_lock(home):
        pass


def hold_and_die(home: Home) -> None:
    with writer_lock(home):
        os._exit(1)


def test_lock_of_a_dead_process_is_free(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    process = multiprocessing.get_context("fork").Process(target=hold_and_die, args=(home,))
    process.start()
    process.join()
    with writer_lock(home):
        pass


def test_own_writer_frees_the_lock_after_a_fault(tmp_path: Path) -> None:
    home = home_in(tmp_path)
    with pytest.raises(RuntimeError), own_writer(home, url(home), now, create=True):
        raise RuntimeError
    with writer_lock(home):
        pass


def test_snapshot_of_before_stays_when_the_new_one_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writer_of(home_in(tmp_path)) as writer:
        write(writer, PolicyRows())
        before = writer.home.snapshot.read_bytes()

        def full(fd: int) -> None:
            raise OSError(28, "no space left on device")

        monkeypatch.setattr(module.os, "fsync", full)
        with pytest.raises(OSError):
            writer.publish()
        assert writer.home.snapshot.read_bytes() == before


def test_file_is_replaced_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    with path.open("rb") as old:
        replace_file(path, b"new")
        assert old.read() == b"old"
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
