"""Folders and archives as trees: links stay inside."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.streams import Limits
from kidgate.lists.trees import open_tree

LIMITS = Limits()


def as_folder(path: Path, files: dict[str, str], links: dict[str, str]) -> Path:
    root = path / "tree"
    root.mkdir()
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for name, target in links.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(target)
    return root


def as_archive(path: Path, files: dict[str, str], links: dict[str, str]) -> Path:
    archive = path / "tree.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
        for name, target in links.items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            tar.addfile(entry)
    return archive


def as_zip(path: Path, files: dict[str, str], links: dict[str, str]) -> Path:
    archive = path / "tree.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
        for name, target in links.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            made.writestr(entry, target)
    return archive


@pytest.mark.parametrize("make", [as_folder, as_archive, as_zip])
def test_links_lead_to_files_of_the_tree_alone(make, tmp_path: Path):
    (tmp_path / "secret").write_text("out.example")
    files = {"adult/domains": "a.example", "adult/urls": "a.example/x", "deep/er/list": "b.example"}
    links = {
        "porn": "adult",
        "sex": "porn",
        "one": "adult/domains",
        "deep/up": "../adult",
        "deep/two": "er/list",
        "out": "../secret",
        "absolute": "/etc",
        "loop": "loop2",
        "loop2": "loop",
        "nowhere": "nothing",
        "deep/far": "../../../etc",
    }
    tree = open_tree(make(tmp_path, files, links), LIMITS)
    assert tree.files == set(files) | {
        "porn/domains",
        "porn/urls",
        "sex/domains",
        "sex/urls",
        "one",
        "deep/up/domains",
        "deep/up/urls",
        "deep/two",
    }
    with tree.opened("sex/domains") as reader:
        assert reader.read(100) == b"a.example"
    with tree.opened("deep/two") as reader:
        assert reader.read(100) == b"b.example"


def test_hard_links_of_an_archive_are_followed(tmp_path: Path):
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        entry = tarfile.TarInfo("folder/list")
        entry.size = 9
        tar.addfile(entry, io.BytesIO(b"a.example"))
        entry = tarfile.TarInfo("other")
        entry.type, entry.linkname = tarfile.LNKTYPE, "folder/list"
        tar.addfile(entry)
    tree = open_tree(tmp_path / "x.tar", LIMITS)
    with tree.opened("other") as reader:
        assert reader.read(100) == b"a.example"


@pytest.mark.parametrize("make", [as_folder, as_archive])
def test_too_many_files_are_refused(make, tmp_path: Path):
    path = make(tmp_path, {f"f{n}": "" for n in range(12)}, {})
    with pytest.raises(ImportRefused) as caught:
        open_tree(path, Limits(members=10))
    assert caught.value.reason is Refusal.TOO_LARGE


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/x", "a/../x"])
def test_archive_with_path_tricks_is_refused(name: str, tmp_path: Path):
    with pytest.raises(ImportRefused) as caught:
        open_tree(as_archive(tmp_path, {name: "a.example"}, {}), LIMITS)
    assert caught.value.reason is Refusal.PATHS


@pytest.mark.parametrize("make", [as_folder, as_archive, as_zip])
def test_files_are_read_in_one_go(make, tmp_path: Path):
    files = {"data/a": "one", "data/b": "two" * 1000, "data/c": "", "d": "four"}
    tree = open_tree(make(tmp_path, files, {}), LIMITS)
    names = ["d", "data/c", "data/b", "data/a", "gone"]
    read = {name: reader.read(5000).decode() for name, reader in tree.each(names)}
    assert read == files
    assert {name: reader.read(1) for name, reader in tree.each(["data/b", "d"])} == {
        "data/b": b"t",
        "d": b"f",
    }
