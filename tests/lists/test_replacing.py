"""A file is replaced as a whole or not at all."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kidgate.lists.replacing import replacing, sweep


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


WRITER = """
import sys, time
from pathlib import Path
from kidgate.lists.replacing import replacing
with replacing(Path(sys.argv[1])) as file:
    file.write(b"first")
    print("writing", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process in the middle of writing `x`; it goes on when its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path / "x")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()


def test_second_writer_waits_for_the_first(writer: subprocess.Popen[str], tmp_path: Path):
    seen = []

    def second() -> None:
        with replacing(tmp_path / "x") as file:
            seen.append((tmp_path / "x").read_bytes())
            file.write(b"second")

    thread = threading.Thread(target=second)
    thread.start()
    assert writer.stdin is not None
    writer.stdin.close()
    thread.join(60)
    assert seen == [b"first"]
    assert (tmp_path / "x").read_bytes() == b"second"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_sweep_removes_what_nobody_writes(writer: subprocess.Popen[str], tmp_path: Path):
    (tmp_path / ".other.new").write_bytes(b"remnant")
    (tmp_path / "y.new").write_bytes(b"no remnant")
    (tmp_path / ".link.new").symlink_to(tmp_path / "y.new")
    assert sweep(tmp_path) == [tmp_path / ".other.new"]
    assert (tmp_path / ".x.new").exists()
    writer.kill()
    writer.wait()
    assert sweep(tmp_path) == [tmp_path / ".x.new"]
    assert (tmp_path / "y.new").exists()
