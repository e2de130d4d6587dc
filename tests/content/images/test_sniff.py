"""Formats and sizes from the first bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.content.images.sniff import Format, Seen, Size, look


@pytest.mark.parametrize(
    ("format_", "how", "want"),
    [
        ("JPEG", {}, Format.JPEG),
        ("JPEG", {"progressive": True}, Format.JPEG),
        ("PNG", {}, Format.PNG),
        ("GIF", {}, Format.GIF),
        ("WEBP", {}, Format.WEBP),
        ("WEBP", {"lossless": True}, Format.WEBP),
        ("BMP", {}, Format.BMP),
        ("ICO", {"sizes": [(16, 16), (48, 40)]}, Format.ICO),
    ],
)
def test_size_is_the_one_the_file_declares(
    format_: str, how: dict[str, object], want: Format
) -> None:
    pytest.importorskip("PIL", reason="needs the extra `images`")
    from tests.content.images.drawn import saved, waves

    size = Size(48, 40) if want is Format.ICO else Size(200, 120)
    body = saved(waves(size.height, size.width), format_, **how)
    assert look(body) == Seen(want, size)


def test_animated_webp_tells_its_canvas() -> None:
    pytest.importorskip("PIL", reason="needs the extra `images`")
    from tests.content.images.drawn import animated, waves

    body = animated([waves(90, 80, seed) for seed in (1, 2)], "WEBP")
    assert look(body) == Seen(Format.WEBP, Size(80, 90))


@pytest.mark.parametrize(
    "body",
    [b"<svg xmlns='...'/>", b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x -->\n<svg>', b" \n<svg>"],
)
def test_svg_is_known_by_its_root(body: bytes) -> None:
    assert look(body).format is Format.SVG


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"\xff\x0a", b"II*\0", b"hello <svg>", b"RIFF1234WAVE"]
)
def test_what_is_no_known_picture_is_other(body: bytes) -> None:
    assert look(body) == Seen(Format.OTHER, None)


def test_avif_is_known_by_its_brand() -> None:
    assert look(b"\0\0\0\x1cftypavif\0\0\0\0mif1miaf").format is Format.AVIF
    assert look(b"\0\0\0\x1cftypisom\0\0\0\0mp41").format is Format.OTHER


STARTS = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"RIFF\0\0\0\0WEBPVP8 ",
    b"BM",
    b"\0\0\1\0",
)


@given(st.sampled_from(STARTS), st.binary(max_size=200))
def test_any_bytes_are_looked_at_without_an_error(start: bytes, rest: bytes) -> None:
    seen = look(start + rest)
    assert seen.format is not Format.OTHER
    assert seen.size is None or min(seen.size) >= 0


def test_jpeg_of_empty_segments_ends() -> None:
    assert look(b"\xff\xd8" + b"\xff\xe0\0\2" * 100_000).size is None
    assert look(b"\xff\xd8" + b"\xff" * 100_000).size is None
