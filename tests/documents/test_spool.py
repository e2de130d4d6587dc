"""The spool: whatever a writer was told is safe comes out again, once folded, and only once."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import threading
from pathlib import Path

import pytest

from kidgate.documents.spool import BATCH, FILES, Spool, SpoolFull, fold_in, waiting

EACH = 300


def folded(folder: Path) -> list[bytes]:
    """Everything in the spool, which is empty afterwards."""
    found: list[bytes] = []
    for path in sorted(folder.glob("*.jsonl")):
        fold_in(path, found.extend)
    return found


def append_many(folder: Path, name: str, prefix: str) -> None:
    spool = Spool(folder, name, 1 << 20)
    for number in range(EACH):
        while True:
            try:
                spool.append(f"{prefix}-{number}")
                break
            except SpoolFull:  # every file was being folded just then
                continue


def test_lines_come_out_in_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "worker-0", 10_000)
    for text in ("one", "hai"):
        spool.append(text)
    assert folded(tmp_path) == [b"one\n", b"hai\n"]
    assert list(tmp_path.iterdir()) == []


def test_lines_of_one_append_are_taken_together_or_not_at_all(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "worker-0", 4 * 8)
    spool.append("one", "hai")
    with pytest.raises(SpoolFull):
        spool.append("three", "four")
    assert folded(tmp_path) == [b"one\n", b"hai\n"]


def test_spool_is_for_its_owner_alone(tmp_path: Path) -> None:
    Spool(tmp_path, "worker-0", 10_000).append("x")
    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_nothing_is_lost_when_it_is_folded_while_many_append(tmp_path: Path, kind: str) -> None:
    context = multiprocessing.get_context("fork")
    make = threading.Thread if kind == "threads" else context.Process
    # Two of them share a name, as a worker and the one that takes its slot over.
    jobs = [
        make(target=append_many, args=(tmp_path, f"worker-{n // 2}", f"p{n}")) for n in range(4)
    ]
    for job in jobs:
        job.start()
    found: list[bytes] = []
    while any(job.is_alive() for job in jobs):
        found += folded(tmp_path)
    for job in jobs:
        job.join()
    found += folded(tmp_path)
    assert sorted(found) == sorted(f"p{n}-{i}\n".encode() for n in range(4) for i in range(EACH))


def test_torn_last_line_is_passed_over(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "w", 10_000)
    spool.append("whole")
    with (tmp_path / "w.0.jsonl").open("ab") as file:
        file.write(b'{"torn')
    assert folded(tmp_path) == [b"whole\n"]


def test_torn_line_does_not_swallow_the_next_one(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "w", 10_000)
    (tmp_path / "w.0.jsonl").write_bytes(b'whole\n{"torn')
    spool.append("next")
    assert folded(tmp_path) == [b"whole\n", b'{"torn\n', b"next\n"]


def test_half_a_write_is_a_fault_and_does_not_swallow_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:3]))
    spool = Spool(tmp_path, "w", 10_000)
    with pytest.raises(OSError, match="half a line"):
        spool.append("dropped")
    monkeypatch.undo()
    spool.append("next")
    assert b"next\n" in folded(tmp_path)


def test_spool_is_full_at_its_limit_and_takes_again_when_folded(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "w", 4000)
    line = "x" * 99
    taken = 0
    with pytest.raises(SpoolFull, match="the spool of w is full"):
        while True:
            spool.append(line)
            taken += 1
    assert taken == 40
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 4000
    assert len(folded(tmp_path)) == 40
    spool.append(line)


def test_spool_of_one_writer_does_not_fill_anothers(tmp_path: Path) -> None:
    full = Spool(tmp_path, "a", 400)
    with pytest.raises(SpoolFull):
        for _ in range(100):
            full.append("x" * 50)
    Spool(tmp_path, "b", 400).append("x" * 50)


def test_writer_takes_the_next_file_while_one_is_folded(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "w", 10_000)
    spool.append("one")

    def commit(lines: list[bytes]) -> None:
        spool.append("meanwhile")

    assert fold_in(tmp_path / "w.0.jsonl", commit) == 1
    assert folded(tmp_path) == [b"meanwhile\n"]


def test_file_stays_whole_when_the_commit_fails(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "w", 1 << 20)
    for number in range(BATCH + 1):
        spool.append(str(number))
    batches: list[int] = []

    def commit(lines: list[bytes]) -> None:
        batches.append(len(lines))
        if len(batches) == 2:
            raise OSError("no database")

    with pytest.raises(OSError, match="no database"):
        fold_in(tmp_path / "w.0.jsonl", commit)
    assert batches == [BATCH, 1]
    assert len(folded(tmp_path)) == BATCH + 1


def test_file_that_somebody_holds_is_left_for_later(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "w", 10_000)
    spool.append("one")
    path = tmp_path / "w.0.jsonl"
    with path.open("rb") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        assert fold_in(path, lambda lines: pytest.fail("it was held")) == 0
    assert fold_in(path, lambda lines: None) == 1


def test_disk_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        Spool(tmp_path / "gone", "w", 10_000).append("x")


def test_descriptors_are_given_back(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - no Path of a magic folder
    spool = Spool(tmp_path, "w", FILES * 10)
    for _ in range(20):
        with pytest.raises(SpoolFull):
            spool.append("x" * 50)
    folded(tmp_path)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def test_what_waits_is_counted_and_what_is_folded_meanwhile_is_not(tmp_path: Path) -> None:
    Spool(tmp_path, "w", 10_000).append("x" * 9)
    (tmp_path / "w.1.jsonl").symlink_to(tmp_path / "gone")
    assert waiting(tmp_path) == 10
