"""Sealed memory files: shared, unchangeable."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kidgate.lists.faults import IndexFault
from kidgate.lists.seal import from_fd, seal


@pytest.fixture
def index(golden: Path) -> Path:
    return golden / "index.kgx"


def test_sealed_index_answers_after_its_descriptor_is_closed(index: Path):
    descriptor = seal(index)
    shared = from_fd(descriptor)
    os.close(descriptor)
    assert [hit.feed for hit in shared.find("plain.example")] == ["hosts.txt", "domains.txt"]


def test_sealed_file_can_neither_be_written_nor_cut(index: Path):
    descriptor = seal(index)
    for change in (
        lambda: os.pwrite(descriptor, b"x", 0),
        lambda: os.ftruncate(descriptor, 10),
        lambda: os.ftruncate(descriptor, 10**6),
    ):
        with pytest.raises(PermissionError):
            change()
    os.close(descriptor)


def test_cut_of_the_file_on_disk_does_not_reach_the_workers(index: Path, tmp_path: Path):
    (tmp_path / "i").write_bytes(index.read_bytes())
    descriptor = seal(tmp_path / "i")
    os.truncate(tmp_path / "i", 0)
    assert from_fd(descriptor).find("plain.example")
    os.close(descriptor)


def test_other_process_reads_what_it_inherits(index: Path):
    descriptor = seal(index)
    program = (
        "import sys; from kidgate.lists.seal import from_fd;"
        "print(len(from_fd(int(sys.argv[1])).find('plain.example')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(descriptor)],
        pass_fds=[descriptor],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    os.close(descriptor)
    assert done.stdout == "2\n"


def test_damaged_index_is_not_sealed(index: Path, tmp_path: Path):
    (tmp_path / "i").write_bytes(index.read_bytes()[:-2] + b"xx")
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(IndexFault, match="checksum"):
        seal(tmp_path / "i")
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_memory_file_without_seals_is_a_fault(index: Path):
    descriptor = os.memfd_create("x", os.MFD_ALLOW_SEALING)
    os.write(descriptor, index.read_bytes())
    with pytest.raises(IndexFault, match="not sealed"):
        from_fd(descriptor)
    os.close(descriptor)


def test_other_descriptors_are_a_fault(index: Path):
    with index.open("rb") as file, pytest.raises(IndexFault):
        from_fd(file.fileno())
    with pytest.raises(IndexFault):
        from_fd(987654)


def test_lack_of_memory_is_a_fault(index: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(IndexFault, match="free memory"):
        seal(index)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
