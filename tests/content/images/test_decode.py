"""Decoding stays within limits and raises one error only, whatever the bytes are."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("PIL", reason="needs the extra `images`")

from kidgate.content.images.decode import (
    FORMATS,
    FRAMES,
    SIDE,
    Undecodable,
    frames,
    hashable,
)
from tests.content.images.drawn import animated, field, saved, waves

PICTURE = waves(96, 128)
FILES = {
    "jpeg": saved(PICTURE),
    "progressive": saved(PICTURE, progressive=True),
    "png": saved(PICTURE, "PNG"),
    "gif": saved(PICTURE, "GIF"),
    "webp": saved(PICTURE, "WEBP"),
    "bmp": saved(PICTURE, "BMP"),
    "animation": animated([waves(70, 80, seed) for seed in range(1, 6)]),
    **({"avif": saved(PICTURE, "AVIF")} if "AVIF" in FORMATS else {}),
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_is_decoded(name: str) -> None:
    found = list(frames(FILES[name]))
    assert found[0].mode == "RGB"
    assert found[0].size == ((80, 70) if name == "animation" else (128, 96))


def test_frames_of_an_animation_are_spread_over_it() -> None:
    colours = [(n * 20, 255 - n * 20, 40) for n in range(12)]
    body = animated([field(70, 80, colour) for colour in colours], "PNG")
    found = [frame.getpixel((40, 35)) for frame in frames(body)]
    assert len(found) == FRAMES
    reds = [pixel[0] // 20 for pixel in found if isinstance(pixel, tuple)]
    assert reds == sorted(reds) and reds[-1] >= 8


@pytest.mark.parametrize("name", FILES)
def test_cut_file_is_judged_as_far_as_it_goes_or_refused(name: str) -> None:
    body = FILES[name]
    for part in range(1, 12):
        try:
            for frame in frames(body[: len(body) * part // 12]):
                assert max(frame.size) <= 128
        except Undecodable as fault:
            assert str(fault)


@given(
    st.sampled_from(sorted(FILES)),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=12),
)
@settings(max_examples=80, deadline=None)
def test_changed_bytes_raise_nothing_else(name: str, changes: list[tuple[float, int]]) -> None:
    body = bytearray(FILES[name])
    for place, value in changes:
        body[int(place * len(body))] = value
    try:
        for frame in frames(bytes(body)):
            assert max(hashable(frame).shape) <= SIDE
    except Undecodable as fault:
        assert str(fault)


def png(width: int, height: int, data: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_bomb_is_refused_by_its_head() -> None:
    for side in (5000, 60_000, 2**31 - 1):
        with pytest.raises(Undecodable, match="pixels"):
            list(frames(png(side, side, zlib.compress(bytes(1_000_000)))))


def test_animation_that_grows_is_refused() -> None:
    """The first frame has the declared size, a later one says that it is larger."""
    body = bytearray(animated([waves(70, 80, seed) for seed in (1, 2)]))
    second = body.rindex(b"\x2c\0\0\0\0")  # where it stands on the canvas
    body[second + 5 : second + 9] = struct.pack("<HH", 6000, 6000)
    with pytest.raises(Undecodable, match="million pixels"):
        list(frames(bytes(body)))


def test_text_that_unpacks_without_end_is_refused() -> None:
    body = saved(PICTURE, "PNG")
    text = b"zTXt" + b"Comment\0\0" + zlib.compress(bytes(20_000_000))
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    try:
        assert [frame.size for frame in frames(body[:33] + chunk + body[33:])] == [(128, 96)]
    except Undecodable as fault:
        assert str(fault)


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"\xff\xd8\xff", b"II*\0" + bytes(100), b"%!PS-Adobe-3.0 EPSF-3.0\n"]
)
def test_what_is_no_browser_picture_is_refused(body: bytes) -> None:
    with pytest.raises(Undecodable):
        list(frames(body))


def test_wide_picture_is_squeezed_for_the_hash() -> None:
    (frame,) = frames(saved(waves(100, 1500), "PNG"))
    assert frame.size == (1500, 100)
    assert hashable(frame).shape == (100, SIDE, 3)


def test_large_jpeg_is_decoded_small() -> None:
    (frame,) = frames(saved(field(1104, 1472, (90, 120, 60))))
    assert frame.size == (736, 552)
