"""Sealed memory files: shared, unchangeable."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kidgate.lists.faults import IndexFault
from kidgate.lists.layout import HEADER
from kidgate.lists.seal import Sealed, from_fds, seal
from kidgate.lists.sections import read_header


@pytest.fixture
def index(golden: Path) -> Path:
    return golden / "index.kgx"


@pytest.fixture
def sealed(index: Path) -> Iterator[Sealed]:
    made = seal(index)
    yield made
    made.close()


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_sealed_index_answers_after_its_descriptors_are_closed(index: Path):
    before = descriptors()
    sealed = seal(index)
    shared = from_fds(sealed)
    sealed.close()
    assert [hit.feed for hit in shared.find("plain.example")] == ["hosts.txt", "domains.txt"]
    del shared
    assert descriptors() == before


def test_memory_holds_the_resident_part_alone(sealed: Sealed, index: Path):
    header = read_header(index.read_bytes()[: HEADER.size])
    assert os.fstat(sealed.memory).st_size == header.resident < index.stat().st_size


def test_sealed_file_can_neither_be_written_nor_cut(sealed: Sealed):
    for change in (
        lambda: os.pwrite(sealed.memory, b"x", 0),
        lambda: os.ftruncate(sealed.memory, 10),
        lambda: os.ftruncate(sealed.memory, 10**6),
    ):
        with pytest.raises(PermissionError):
            change()


def test_cut_of_the_file_on_disk_opens_nothing(index: Path, tmp_path: Path):
    (tmp_path / "i").write_bytes(index.read_bytes())
    sealed = seal(tmp_path / "i")
    os.truncate(tmp_path / "i", 0)
    assert from_fds(sealed).find("plain.example")
    sealed.close()


def test_texts_are_those_of_the_sealed_index_after_its_file_was_replaced(
    index: Path, tmp_path: Path
):
    (tmp_path / "i").write_bytes(index.read_bytes())
    sealed = seal(tmp_path / "i")
    (tmp_path / "new").write_bytes(bytes(100_000))
    (tmp_path / "new").replace(tmp_path / "i")
    shared = from_fds(sealed)
    sealed.close()
    assert shared.find("www.plain.example")
    assert not shared.find("other.example")


def test_other_process_reads_what_it_inherits(sealed: Sealed):
    program = (
        "import sys; from kidgate.lists.seal import Sealed, from_fds;"
        "print(len(from_fds(Sealed(*map(int, sys.argv[1:]))).find('plain.example')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, sealed)],
        pass_fds=sealed,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "2\n"


def test_damaged_index_is_not_sealed(index: Path, tmp_path: Path):
    content = bytearray(index.read_bytes())
    content[HEADER.size + 3] ^= 1
    (tmp_path / "i").write_bytes(content)
    before = descriptors()
    with pytest.raises(IndexFault, match="checksum"):
        seal(tmp_path / "i")
    assert descriptors() == before


def test_memory_file_without_seals_is_a_fault(index: Path, sealed: Sealed):
    descriptor = os.memfd_create("x", os.MFD_ALLOW_SEALING)
    os.write(descriptor, index.read_bytes())
    with pytest.raises(IndexFault, match="not sealed"):
        from_fds(Sealed(descriptor, sealed.file))
    os.close(descriptor)


def test_other_descriptors_are_a_fault(index: Path, sealed: Sealed):
    with index.open("rb") as file, pytest.raises(IndexFault):
        from_fds(Sealed(file.fileno(), sealed.file))
    for wrong in (Sealed(987654, sealed.file), Sealed(sealed.memory, 987654)):
        with pytest.raises(IndexFault):
            from_fds(wrong)


def test_lack_of_memory_is_a_fault(index: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "sendfile", full)
    before = descriptors()
    with pytest.raises(IndexFault, match="free memory"):
        seal(index)
    assert descriptors() == before
