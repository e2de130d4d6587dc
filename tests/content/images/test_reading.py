"""Files of hashes, whatever their format."""

from __future__ import annotations

import pytest

from kidgate.content.images.entries import Kind, ListRefused
from kidgate.content.images.reading import TELLING, read_list
from tests.content.images.hash_lists import digests, perceptual

A = "a1" * 32


@pytest.mark.parametrize(
    "text",
    [
        f"{A}\n",
        f"\ufeff{A}\r\n",
        f"hash,quality\n{A},100\n",
        f' [{{"type": "HASH_PDQ", "indicator": "{A}"}}]',
        f"\n<r><image><fingerprints><pdq>{A}</pdq></fingerprints></image></r>",
    ],
)
def test_format_is_known_by_its_beginning(text: str) -> None:
    read = read_list(text.encode(), Kind.PDQ)
    assert read.near == {bytes.fromhex(A)}
    assert not read.exact


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "no text"),
        (b"<r><image><fingerprints><md5>aa</md5></fingerprints></image></r>", "other_kind"),
        (b"one\ntwo\n" + A.encode(), "most of its 3 entries"),
        (f'[{{"pdq": "{A}", "quality": 10}}]'.encode(), "1 low_quality"),
    ],
)
def test_file_with_nothing_to_look_for_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(ListRefused, match=why):
        read_list(data, Kind.PDQ)


def lines(hashes: list[bytes]) -> bytes:
    return "\n".join(one.hex() for one in hashes).encode()


def test_list_of_the_other_kind_is_refused() -> None:
    """Taken for the wrong kind it would be in force and find nothing."""
    exact, near = lines(digests(TELLING, 1)), lines(perceptual(TELLING, 2))
    with pytest.raises(ListRefused, match="say --kind sha256"):
        read_list(exact, Kind.PDQ)
    with pytest.raises(ListRefused, match="say --kind pdq"):
        read_list(near, Kind.SHA256)
    assert len(read_list(exact, Kind.SHA256).exact) == TELLING
    assert len(read_list(near, Kind.PDQ).near) == TELLING
