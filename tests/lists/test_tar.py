"""The directory of a tar stream, against Python's own."""

from __future__ import annotations

import io
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.lists.faults import ImportRefused
from kidgate.lists.tar import Kind, TarEntry, entries, is_tar


def packed(names: list[str], form: int) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as tar:
        for at, name in enumerate(names):
            entry = tarfile.TarInfo(name)
            entry.size = at * 300
            tar.addfile(entry, io.BytesIO(bytes(entry.size)))
    return file.getvalue()


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_entries_are_those_of_tarfile(form: int):
    names = ["a", "folder/b", "x" * 90 + "/" + "y" * 90 + "/" + "z" * 90, "Tiếng Việt"]
    content = packed(names, form)
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        expected = [TarEntry(m.name, Kind.FILE, m.size, m.offset_data) for m in tar.getmembers()]
    assert is_tar(content)
    assert list(entries(io.BytesIO(content), "x")) == expected


def test_links_and_devices_have_no_data():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE):
            entry = tarfile.TarInfo("name")
            entry.type, entry.linkname = kind, "t" * 120
            tar.addfile(entry)
    found = list(entries(io.BytesIO(file.getvalue()), "x"))
    assert [entry.kind for entry in found] == [Kind.LINK, Kind.HARD_LINK, Kind.OTHER, Kind.OTHER]
    assert found[0].target == "t" * 120


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_huge_extended_header_is_refused_unread(kind: bytes):
    entry = tarfile.TarInfo("name")
    entry.type, entry.size = kind, 2**33

    class Endless:
        asked = 0
        header = entry.tobuf(tarfile.GNU_FORMAT)

        def read(self, size: int) -> bytes:
            self.asked += size
            return self.header[:size] if self.asked == 512 else bytes(size)

    endless = Endless()
    with pytest.raises(ImportRefused):
        list(entries(endless, "x"))
    assert endless.asked == 512


@pytest.mark.parametrize(
    "record", [b"x", b"0 path=a\n", b"99 path=a\n", b"11 path=abc", b"8 patha\n", b"-5 path=a\n"]
)
def test_bad_pax_records_are_refused(record: bytes):
    entry = tarfile.TarInfo("name")
    entry.type, entry.size = tarfile.XHDTYPE, len(record)
    content = entry.tobuf() + record.ljust(512, b"\0") + bytes(1024)
    with pytest.raises(ImportRefused):
        list(entries(io.BytesIO(content), "x"))


@settings(max_examples=300)
@given(st.data())
def test_damage_is_refused_or_read(data: st.DataObject):
    content = bytearray(packed(["a", "b" * 150], tarfile.PAX_FORMAT))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(0, len(content))) :]
    try:
        for entry in entries(io.BytesIO(bytes(content)), "x"):
            assert entry.size >= 0
    except ImportRefused as refused:
        assert str(refused)


@given(st.binary(max_size=600))
def test_other_bytes_are_no_tar(content: bytes):
    assert not is_tar(content)
