"""The strip stands at the bottom of a picture that stays what it was."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import pytest

pytest.importorskip("PIL", reason="needs the extra `images`")

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kidgate.content.images.banner import HIGHEST, LOWEST, with_strip
from kidgate.content.images.decode import Undecodable
from kidgate.content.images.labels import label_of
from kidgate.content.images.verdict import Label
from tests.content.images.claims import MADE, attribute, in_jpeg, in_png, manifest, store, xmp
from tests.content.images.drawn import animated, saved, waves

WORDS = Image.new("L", (300, 56), 0)
WORDS.paste(255, (10, 10, 290, 46))
PICTURE = waves(200, 320)


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


def pixels(body: bytes) -> Any:
    return np.asarray(opened(body).convert("RGB")).astype(int)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_size_and_format_stay_and_the_rest_of_the_picture_too(format_: str) -> None:
    before = saved(PICTURE, format_)
    after = with_strip(before, WORDS)
    assert opened(after).format == format_ and opened(after).size == (320, 200)
    assert after == with_strip(before, WORDS)
    old, new = pixels(before), pixels(after)
    assert np.abs(old[:176] - new[:176]).max() < 40  # within what a codec changes beside an edge
    strip = new[-LOWEST:]
    assert strip.min() < 60 and strip.max() > 200  # black, and words on it
    assert (old[-LOWEST:] != strip).mean() > 0.9


def test_lossless_pictures_lose_nothing_above_the_strip() -> None:
    for before in (saved(PICTURE, "PNG"), saved(PICTURE, "WEBP", lossless=True)):
        after = with_strip(before, WORDS)
        assert (pixels(before)[:-LOWEST] == pixels(after)[:-LOWEST]).all()


@pytest.mark.parametrize(
    ("size", "height"), [((90, 90), LOWEST), ((800, 640), 40), ((2000, 3000), HIGHEST)]
)
def test_strip_grows_with_the_picture(size: tuple[int, int], height: int) -> None:
    after = pixels(with_strip(saved(waves(*size), "PNG"), WORDS))
    assert (after[-height:, :3] == 0).all() and after[-height - 1, :3].any()


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1"])
def test_pictures_of_other_colours_get_it(mode: str) -> None:
    file = io.BytesIO()
    Image.fromarray(PICTURE).convert(mode).save(file, "PNG")
    after = opened(with_strip(file.getvalue(), WORDS)).convert("RGBA")
    assert after.getpixel((1, 199)) == (0, 0, 0, 255)


def test_strip_is_at_the_bottom_of_what_a_child_sees() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6  # shown a quarter turned to the right
    after = opened(with_strip(saved(PICTURE, "JPEG", exif=turned.tobytes()), WORDS))
    assert after.size == (200, 320)
    assert after.getexif().get(0x0112, 1) == 1
    assert max(after.convert("RGB").getpixel((2, 317))) < 40  # type: ignore[arg-type]


@pytest.mark.parametrize("put", [in_jpeg, in_png])
def test_what_it_says_of_itself_stays_with_it(put: Any) -> None:
    plain = saved(PICTURE, "JPEG" if put is in_jpeg else "PNG")
    after = with_strip(put(plain, packet=xmp(attribute(MADE))), WORDS)
    assert label_of(after) is Label.AI_MADE
    signed = put(plain, c2pa=store(manifest(("c2pa.created", MADE))))
    assert label_of(signed) is Label.AI_MADE
    assert b"c2pa" not in with_strip(signed, WORDS)  # its signature holds no more


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no picture",
        saved(PICTURE, "PNG")[:20],
        saved(PICTURE, "GIF"),
        animated([PICTURE, PICTURE[::-1]], "WEBP"),
    ],
    ids=["nothing", "nonsense", "cut short", "gif", "animated"],
)
def test_what_cannot_be_drawn_on_says_so(body: bytes) -> None:
    with pytest.raises(Undecodable):
        with_strip(body, WORDS)


@settings(max_examples=30, deadline=None)
@given(at=st.integers(0, 1500), value=st.integers(0, 255))
def test_damaged_pictures_raise_nothing_else(at: int, value: int) -> None:
    body = bytearray(saved(waves(60, 90), "JPEG"))
    body[at % len(body)] = value
    with contextlib.suppress(Undecodable):
        with_strip(bytes(body), WORDS)
