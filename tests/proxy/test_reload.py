"""A new snapshot is taken whole; whatever else lies there changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kidgate.documents.policy_file import load_builtin
from kidgate.lists.build import build_index
from kidgate.lists.seal import seal
from kidgate.policies.model import Action
from kidgate.policies.rows import GroupRow, PolicyRows, RuleRow
from kidgate.policies.snapshot_file import Document, dump_snapshot
from kidgate.proxy.reload import Watch, index_of


def data(version: str, rows: PolicyRows | None = None) -> bytes:
    tiers, services, builtin = load_builtin()
    rows = rows or PolicyRows(groups=(GroupRow("8A"),))
    return dump_snapshot(Document(version, rows, builtin, tiers, services))


def put(path: Path, found: bytes) -> None:
    part = path.with_name("part")
    part.write_bytes(found)
    part.replace(path)


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path / "snapshot.json")


def test_new_snapshot_is_taken_once(watch: Watch) -> None:
    put(watch.path, data("1"))
    assert watch.load().id == "1"  # type: ignore[union-attr]
    assert watch.load() is None
    put(watch.path, data("2"))
    assert watch.load().id == "2"  # type: ignore[union-attr]
    assert watch.fault == ""


def test_new_snapshot_tells_look_alikes(watch: Watch) -> None:
    put(watch.path, data("1"))
    snapshot = watch.load()
    assert snapshot is not None
    found = snapshot.site("vietcombank-vn.com").likeness
    assert found is not None and found.site == "www.vietcombank.com.vn"


def test_missing_snapshot_is_told_in_health_and_not_logged(
    watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    assert watch.load() is None
    assert "No such file" in watch.fault
    assert caplog.text == ""
    put(watch.path, data("1"))
    assert watch.load() is not None
    assert watch.fault == ""


BAD_RULE = PolicyRows(rules=(RuleRow(1, "group:nobody", "x.example", Action.BLOCK),))


@pytest.mark.parametrize(
    "found",
    [data("2")[:-100], b"", b"{}", b"\xff", data("2").replace(b"8A", b"8B"), data("2", BAD_RULE)],
    ids=["torn", "empty", "object", "binary", "changed", "does not compile"],
)
def test_unsound_snapshot_changes_nothing_and_is_logged_once(
    watch: Watch, caplog: pytest.LogCaptureFixture, found: bytes
) -> None:
    put(watch.path, data("1"))
    watch.load()
    put(watch.path, found)
    assert watch.load() is None
    assert watch.fault
    assert watch.load() is None
    assert caplog.text.count("the old one stays") == 1
    put(watch.path, data("3"))
    assert watch.load().id == "3"  # type: ignore[union-attr]
    assert watch.fault == ""


def memory(content: bytes) -> int:
    fd = os.memfd_create("index")
    os.write(fd, content)
    return fd


@pytest.mark.parametrize("count", [1, 2, 3])
def test_unsound_index_is_none_and_its_descriptors_are_closed(
    caplog: pytest.LogCaptureFixture, count: int
) -> None:
    fds = [memory(b"no index") for _ in range(count)]
    assert index_of(fds) is None
    for fd in fds:
        with pytest.raises(OSError):
            os.fstat(fd)
    assert "the old one stays" in caplog.text


def test_index_is_taken_and_its_descriptors_are_closed(tmp_path: Path) -> None:
    build_index(tmp_path / "index.kgx", [])
    fds = seal(tmp_path / "index.kgx")
    index = index_of(fds)
    assert index is not None
    assert index.find("a.example") == ()
    for fd in fds:
        with pytest.raises(OSError):
            os.fstat(fd)
