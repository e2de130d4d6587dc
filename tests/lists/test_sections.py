"""Damaged indexes are faults, never crashes and never other errors."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.lists import layout
from kidgate.lists.faults import IndexFault
from kidgate.lists.index import from_buffer, open_index

INDEX = (Path(__file__).parents[1] / "golden" / "lists" / "index.kgx").read_bytes()
HOSTS = ["plain.example", "www.ads.example", "host.example", "github.io", "nothing.example"]


def use(content: bytes) -> None:
    """Open an index and ask it; only IndexFault may come of it."""
    try:
        index = from_buffer(memoryview(content))
        for host in HOSTS:
            index.find(host, "/path/file.js?x")
    except IndexFault as fault:
        assert str(fault)


@pytest.mark.parametrize("size", [0, 1, 20, layout.HEADER.size, len(INDEX) - 1])
def test_cut_index_is_a_fault(size: int, tmp_path: Path):
    with pytest.raises(IndexFault, match="build it again"):
        from_buffer(memoryview(INDEX[:size]))
    (tmp_path / "i").write_bytes(INDEX[:size])
    with pytest.raises(IndexFault, match="build it again"):
        open_index(tmp_path / "i")


@pytest.mark.parametrize(
    ("at", "with_", "said"),
    [
        (0, b"X", "does not start"),
        (8, b"\x63", "version 99"),
        (layout.CHECKSUM_AT, b"\0\0\0\0", "checksum"),
        (len(INDEX) - 40, b"\x07", "checksum"),
    ],
)
def test_changed_index_is_a_fault(at: int, with_: bytes, said: str):
    content = INDEX[:at] + with_ + INDEX[at + len(with_) :]
    with pytest.raises(IndexFault, match=said):
        from_buffer(memoryview(content))


def test_missing_index_is_a_fault(tmp_path: Path):
    with pytest.raises(IndexFault, match="cannot be read"):
        open_index(tmp_path / "i")


def test_longer_index_is_a_fault():
    with pytest.raises(IndexFault):
        from_buffer(memoryview(INDEX + b"\0"))


def test_buffer_of_another_shape_is_read_as_bytes():
    padded = INDEX + bytes(-len(INDEX) % 4)
    assert len(INDEX) == len(padded) or len(INDEX) % 2 == 0
    assert len(from_buffer(memoryview(INDEX).cast("H"))) > 0
    with pytest.raises(IndexFault):
        from_buffer(memoryview(INDEX)[::2])


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_change_under_a_right_checksum_is_a_fault_or_answers(data: st.DataObject):
    content = bytearray(INDEX)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(8, len(content) - 8))
        kind, value = data.draw(
            st.tuples(st.just("<B"), st.integers(0, 255))
            | st.tuples(st.just("<Q"), st.sampled_from([0, 1, 2**32, 2**63, 2**64 - 1]))
        )
        struct.pack_into(kind, content, at, value)
    use(layout.sealed(bytes(content)))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(INDEX)), st.binary(max_size=100))
def test_any_tail_under_a_right_checksum_is_a_fault_or_answers(at: int, tail: bytes):
    use(layout.sealed(INDEX[:at] + tail))


@given(st.binary(max_size=400))
def test_any_bytes_are_a_fault(content: bytes):
    with pytest.raises(IndexFault):
        from_buffer(memoryview(layout.MAGIC + content))


def test_header_has_no_gaps():
    assert layout.HEADER.size % 8 == 0
    assert len(layout.Header._fields) == len(layout.HEADER.unpack(bytes(layout.HEADER.size)))
    assert struct.calcsize("<8sII") == layout.CHECKSUM_AT
    assert layout.CHECKED_FROM == layout.CHECKSUM_AT + 8
