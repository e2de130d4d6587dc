"""Whatever happens to a build, at any moment: the old index stays, or the new one is whole."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kidgate.lists.build import FeedSource, build_index
from kidgate.lists.entries import Mode
from kidgate.lists.index import open_index
from kidgate.lists.replacing import sweep
from kidgate.lists.seal import from_fds, seal

NAMES = 60_000


@pytest.fixture
def stand(names_file: Callable[..., Path], tmp_path: Path) -> Path:
    """A folder `out` with an index of one name, and what is needed for one of many."""
    (tmp_path / "out").mkdir()
    old = names_file(tmp_path / "old.names", ("old.example", Mode.TREE))
    build_index(tmp_path / "out" / "index.kgx", [FeedSource("old", "c", old)])
    names_file(tmp_path / "new.names", *((f"n{n}.example", Mode.TREE) for n in range(NAMES)))
    feeds = {"feeds": [{"name": "new", "category": "c", "path": "new.names"}]}
    (tmp_path / "spec.json").write_text(json.dumps(feeds))
    return tmp_path


def building(stand: Path, **more: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kidgate.lists.build"]
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        [*command, str(stand / "out" / "index.kgx"), str(stand / "spec.json")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def entries(stand: Path) -> int:
    """How many entries the index has; asked by way of the workers, too."""
    sealed = seal(stand / "out" / "index.kgx")
    shared = from_fds(sealed)
    sealed.close()
    assert shared.find("www.old.example" if len(shared) == 1 else f"n{NAMES - 1}.example")
    assert len(open_index(stand / "out" / "index.kgx")) == len(shared)
    return len(shared)


def kill_at_random(stand: Path, times: int) -> None:
    with building(stand) as whole:
        started = time.monotonic()
        whole.communicate()
    lasts = time.monotonic() - started
    assert entries(stand) == NAMES
    spent = random.Random(times)
    for _ in range(times):
        with building(stand) as process:
            time.sleep(spent.uniform(0.2, 1.0) * lasts)
            process.kill()
        assert entries(stand) == NAMES
        sweep(stand / "out")
        assert [path.name for path in (stand / "out").iterdir()] == ["index.kgx"]


def test_killed_build_changes_nothing_and_leaves_nothing(stand: Path):
    kill_at_random(stand, 5)


@pytest.mark.deep
def test_build_killed_often_changes_nothing_and_leaves_nothing(stand: Path):
    kill_at_random(stand, 60)


@pytest.mark.parametrize("size", [0, 5_000, 400_000, 900_000, 1_500_000])
def test_full_disk_changes_nothing_and_is_told(size: int, stand: Path):
    """No file may become larger than `size`, as on a disk that has no room for more."""

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    with building(stand, preexec_fn=small) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "check the disk and its room" in said
    assert "Traceback" not in said
    assert entries(stand) == 1
    assert [path.name for path in (stand / "out").iterdir()] == ["index.kgx"]


def test_index_serves_while_another_is_built(stand: Path):
    sealed = seal(stand / "out" / "index.kgx")
    serving = from_fds(sealed)
    with building(stand) as process:
        process.communicate(timeout=60)
    assert serving.find("www.old.example")
    assert not serving.find("n1.example")
    sealed.close()
    assert entries(stand) == NAMES
