"""Damaged indexes are faults, never crashes and never other errors."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.lists import layout
from kidgate.lists.faults import IndexFault
from kidgate.lists.index import CategoryIndex, open_index
from kidgate.lists.sections import Sections, read_header
from kidgate.policies.model import Asked

INDEX = (Path(__file__).parents[1] / "golden" / "lists" / "index.kgx").read_bytes()
HOSTS = ["plain.example", "www.ads.example", "host.example", "github.io", "nothing.example"]


def opened(content: bytes) -> CategoryIndex:
    """The index in a file that holds this."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return open_index(Path(file.name))


def use(content: bytes) -> None:
    """Open an index and ask it; only IndexFault may come of it."""
    try:
        index = opened(content)
        for host in HOSTS:
            index.find(host, "/path/file.js?x", Asked(addresses=("192.0.2.77", "2001:db8::7")))
            index.may_depend_on_url(host)
    except IndexFault as fault:
        assert str(fault)


RESIDENT = read_header(INDEX).resident


@pytest.mark.parametrize("size", [0, 1, 20, layout.HEADER.size, RESIDENT, len(INDEX) - 1])
def test_cut_index_is_a_fault(size: int, tmp_path: Path):
    (tmp_path / "i").write_bytes(INDEX[:size])
    with pytest.raises(IndexFault, match="build it again"):
        open_index(tmp_path / "i")


@pytest.mark.parametrize(
    ("at", "with_", "said"),
    [
        (0, b"X", "does not start"),
        (8, b"\x63", "version 99"),
        (layout.CHECKSUM_AT, b"\0\0\0\0", "checksum"),
        (RESIDENT - 40, b"\x07", "checksum"),
    ],
)
def test_changed_index_is_a_fault(at: int, with_: bytes, said: str):
    content = INDEX[:at] + with_ + INDEX[at + len(with_) :]
    with pytest.raises(IndexFault, match=said):
        opened(content)


def test_index_of_the_version_before_says_how_to_get_this_one():
    """Its header was shorter, and a small index was shorter than ours."""
    with pytest.raises(IndexFault, match=r"version 1 .* `kidgate feed rebuild`"):
        opened(layout.MAGIC + struct.pack("<II", 1, 96) + bytes(80))


def test_missing_index_is_a_fault(tmp_path: Path):
    with pytest.raises(IndexFault, match="cannot be read"):
        open_index(tmp_path / "i")


def test_longer_index_is_a_fault(tmp_path: Path):
    (tmp_path / "i").write_bytes(INDEX + b"\0")
    with pytest.raises(IndexFault):
        open_index(tmp_path / "i")
    with pytest.raises(IndexFault):
        Sections(memoryview(INDEX))  # with its texts


def test_buffer_of_another_shape_is_read_as_bytes():
    resident = memoryview(INDEX[:RESIDENT])
    assert Sections(resident.cast("Q")).keys > 0
    with pytest.raises(IndexFault):
        Sections(resident[::2])


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
        opened(layout.MAGIC + content)


def test_header_has_no_gaps():
    assert layout.HEADER.size % 8 == 0
    assert len(layout.Header._fields) == len(layout.HEADER.unpack(bytes(layout.HEADER.size)))
    assert struct.calcsize("<8sII") == layout.CHECKSUM_AT
    assert layout.CHECKED_FROM == layout.CHECKSUM_AT + 8
