from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kidgate.lists.entries import Mode
from kidgate.lists.faults import NamesFault
from kidgate.lists.overlap import Overlap, overlaps
from tests.lists.conftest import write_feed


def trees(*names: str) -> list[tuple[str, Mode]]:
    return [(name, Mode.TREE) for name in names]


def test_entries_are_shared_when_lists_hold_the_same_key(tmp_path: Path) -> None:
    paths = {
        "a": write_feed(tmp_path / "a", *trees("x.example", "y.example", "z.example")),
        "b": write_feed(tmp_path / "b", *trees("y.example"), ("z.example/path", Mode.URL)),
        "c": write_feed(tmp_path / "c", ("y.example", Mode.IMPORTANT), ("x.example", Mode.EXCEPT)),
        "d": write_feed(tmp_path / "d"),
    }
    steps: list[tuple[int, int]] = []
    found = overlaps(paths, lambda done, total: steps.append((done, total)))
    assert found == {
        "a": Overlap(3, 2, Counter({"b": 1, "c": 1})),
        "b": Overlap(2, 1, Counter({"a": 1, "c": 1})),
        "c": Overlap(1, 0, Counter({"a": 1, "b": 1})),
        "d": Overlap(),
    }
    assert steps[0][1] == 7


def test_name_that_one_list_gives_twice_counts_once(tmp_path: Path) -> None:
    twice = [("x.example", Mode.TREE), ("x.example", Mode.IMPORTANT)]
    found = overlaps({"a": write_feed(tmp_path / "a", *twice)})
    assert found == {"a": Overlap(1, 1)}


def test_damaged_list_is_a_fault(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "a", *trees("x.example"))
    path.write_bytes(path.read_bytes() + b"more\n")
    with pytest.raises(NamesFault):
        overlaps({"a": path})
