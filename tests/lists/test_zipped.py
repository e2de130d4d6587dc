"""Zip archives as trees, and the traps that are in some."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.streams import Limits
from kidgate.lists.trees import open_tree

LIMITS = Limits()


def archive(path: Path, files: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path / "list.zip", "w", packing) as made:
        for name, data in files.items():
            made.writestr(zipfile.ZipInfo(name), data, packing)
    return path / "list.zip"


def read(path: Path, name: str, limits: Limits = LIMITS) -> bytes:
    with open_tree(path, limits).opened(name) as reader:
        return b"".join(iter(lambda: reader.read(1000), b""))


@pytest.mark.parametrize(
    "packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_files_are_read_in_place(tmp_path: Path, packing: int) -> None:
    data = b"a.example\n" * 1000
    path = archive(tmp_path, {"adult/domains": data, "adult/": b""}, packing)
    assert open_tree(path, LIMITS).files == {"adult/domains"}
    assert read(path, "adult/domains") == data
    assert [p.name for p in tmp_path.iterdir()] == ["list.zip"]


@pytest.mark.parametrize(
    "name", ["../../etc/list", "/etc/list", "a/../../b", "..\\..\\list", "C:\\list", "c:/list"]
)
def test_archive_is_refused_when_a_path_leads_out(tmp_path: Path, name: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        open_tree(archive(tmp_path, {"list": b"a.example", name: b"b.example"}), LIMITS)
    assert refused.value.reason is Refusal.PATHS


def test_member_is_refused_when_encrypted(tmp_path: Path) -> None:
    path = archive(tmp_path, {"list": b"a.example"})
    data = bytearray(path.read_bytes())
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + flags] |= 1
    path.write_bytes(data)
    with pytest.raises(ImportRefused, match="encrypted") as refused:
        read(path, "list")
    assert refused.value.reason is Refusal.PACKED


def test_member_is_refused_when_a_bomb(tmp_path: Path) -> None:
    path = archive(tmp_path, {"list": bytes(4_000_000)})
    with pytest.raises(ImportRefused) as refused:
        read(path, "list", Limits(ratio_from=1_000_000))
    assert refused.value.reason is Refusal.RATIO
    with pytest.raises(ImportRefused) as refused:
        read(path, "list", Limits(unpacked=1_000_000))
    assert refused.value.reason is Refusal.TOO_LARGE


def test_archive_is_refused_when_it_has_too_many_members(tmp_path: Path) -> None:
    path = archive(tmp_path, {f"list{n}": b"" for n in range(11)})
    with pytest.raises(ImportRefused) as refused:
        open_tree(path, Limits(members=10))
    assert refused.value.reason is Refusal.TOO_LARGE


def test_archive_is_refused_when_its_directory_is_huge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kidgate.lists.zipped.LARGEST_DIRECTORY", 100_000)
    path = archive(tmp_path, {f"{n:05}" + "x" * 200: b"" for n in range(1000)})
    with pytest.raises(ImportRefused, match="directory is too large"):
        open_tree(path, LIMITS)


@pytest.mark.parametrize("at", ["start", "middle", "end"])
def test_archive_is_refused_when_damaged(tmp_path: Path, at: str) -> None:
    path = archive(tmp_path, {"list": bytes(range(256)) * 100})
    data = bytearray(path.read_bytes())
    where = {"start": 26, "middle": len(data) // 2, "end": len(data) - 60}[at]
    data[where : where + 20] = b"\xff" * 20
    path.write_bytes(data)
    with pytest.raises(ImportRefused):
        read(path, "list")


def test_archive_is_refused_when_cut(tmp_path: Path) -> None:
    path = archive(tmp_path, {"list": b"a.example\n" * 1000})
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ImportRefused) as refused:
        open_tree(path, LIMITS)
    assert refused.value.reason is Refusal.TRUNCATED


def test_header_cannot_lie_about_the_size(tmp_path: Path) -> None:
    path = archive(tmp_path, {"list": bytes(100_000)})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 50)
    path.write_bytes(data)
    with pytest.raises(ImportRefused) as refused:
        read(path, "list")
    assert refused.value.reason is Refusal.TRUNCATED


def test_faults_of_the_reader_stay_what_they_are(tmp_path: Path) -> None:
    path = archive(tmp_path, {"list": b"a.example"})
    with pytest.raises(OSError, match="disk full"), open_tree(path, LIMITS).opened("list"):
        raise OSError("disk full")


def test_links_stay_links(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("adult/domains", "a.example")
        for name, target in {"porn": "adult", "out": "../../etc"}.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            made.writestr(info, target)
    (tmp_path / "list.zip").write_bytes(buffer.getvalue())
    tree = open_tree(tmp_path / "list.zip", LIMITS)
    assert tree.files == {"adult/domains", "porn/domains"}
    assert read(tmp_path / "list.zip", "porn/domains") == b"a.example"
