"""What stands in for a picture is a picture, of the same size, and grey."""

from __future__ import annotations

import io

import pytest

from kidgate.content.images.replace import GREY, LONGEST, UNKNOWN, grey
from kidgate.content.images.sniff import Format, Seen, Size, look

SIZES = [(1, 1), (8, 8), (17, 9), (320, 240), (7, 4000), (4096, 4096)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("format_", [Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF])
def test_replacement_has_the_size_and_type(format_: Format, size: tuple[int, int]) -> None:
    made = grey(Seen(format_, Size(*size)))
    want = Format.JPEG if format_ is Format.JPEG else Format.PNG
    assert look(made.body) == Seen(want, Size(*size))
    assert made.content_type == f"image/{want.value}"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("format_", [Format.JPEG, Format.PNG])
def test_replacement_is_grey_all_over(format_: Format, size: tuple[int, int]) -> None:
    image_module = pytest.importorskip("PIL.Image", reason="needs the extra `images`")
    with image_module.open(io.BytesIO(grey(Seen(format_, Size(*size))).body)) as image:
        image.load()
        assert image.size == size
        assert image.convert("RGB").getextrema() == ((GREY, GREY),) * 3


def test_size_nobody_knows_is_that_of_browsers() -> None:
    assert look(grey(Seen(Format.OTHER, None)).body).size == UNKNOWN


@pytest.mark.parametrize("size", [(2**31, 5), (60_000, 60_000), (0, 0)])
def test_declared_size_costs_no_memory(size: tuple[int, int]) -> None:
    for format_ in (Format.JPEG, Format.PNG):
        body = grey(Seen(format_, Size(*size))).body
        found = look(body).size
        assert found is not None and max(found) <= LONGEST
        assert len(body) < 200_000
