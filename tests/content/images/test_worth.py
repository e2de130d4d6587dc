"""Which pictures are looked at."""

from __future__ import annotations

import pytest

from kidgate.content.images.sniff import Format, Seen, Size
from kidgate.content.images.worth import (
    LARGEST_BYTES,
    SMALL_BYTES,
    SMALL_SIDE,
    is_decoration,
    why_not,
)

LARGE = 50_000


@pytest.mark.parametrize(
    ("seen", "size"),
    [
        (Seen(Format.SVG, None), LARGE),
        (Seen(Format.PNG, Size(500, 500)), SMALL_BYTES - 1),
        (Seen(Format.PNG, Size(SMALL_SIDE - 1, 900)), LARGE),
        (Seen(Format.ICO, Size(48, 48)), LARGE),
    ],
)
def test_decorations_are_left_out(seen: Seen, size: int) -> None:
    assert is_decoration(seen, size)


@pytest.mark.parametrize(
    "seen",
    [
        Seen(Format.PNG, Size(SMALL_SIDE, SMALL_SIDE)),
        Seen(Format.JPEG, None),  # a size that is not told is no reason to pass
        Seen(Format.ICO, Size(256, 256)),
    ],
)
def test_what_may_show_something_is_looked_at(seen: Seen) -> None:
    assert not is_decoration(seen, SMALL_BYTES)
    assert why_not(seen, SMALL_BYTES) == ""


@pytest.mark.parametrize(
    ("seen", "size", "why"),
    [
        (Seen(Format.OTHER, None), LARGE, "a format that is not read"),
        (Seen(Format.PNG, Size(100, 100)), LARGEST_BYTES + 1, "larger than 8 MB"),
        (Seen(Format.PNG, Size(6000, 6000)), LARGE, "more than 16 million pixels"),
        (Seen(Format.JPEG, Size(8000, 7000)), LARGE, "more than 48 million pixels"),
    ],
)
def test_why_a_picture_cannot_be_judged_is_said(seen: Seen, size: int, why: str) -> None:
    assert why_not(seen, size) == why
    assert not is_decoration(seen, size)
