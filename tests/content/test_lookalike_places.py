"""Where a brand is named, and the one slip."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from kidgate.content.lookalike_places import name_of, one_slip, places
from tests.content.registry import brand, small

BRANDS = small(
    brand("nhada", hosts=("nhada.com.vn",)),
    brand("momo", common=("momo",), tokens=()),
    brand("x", hosts=("x.com", "line.me"), tokens=("xvideo",)),
)


def named(host: str) -> list[tuple[str, str, tuple[str, ...], bool]]:
    found = places(name_of(host, BRANDS), BRANDS)
    return [(place.how, place.said, place.rest, place.own) for place in found]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("nhada.top", ("exact", "nhada", (), True)),
        ("www.nhada.top", ("exact", "nhada", (), True)),
        ("shop-nhada.top", ("word", "nhada", ("shop",), True)),
        ("shopnhadavip.top", ("glued", "nhada", ("shop", "vip"), True)),
        ("nha-da.top", ("split", "nhada", (), True)),
        ("nhada.other.top", ("exact", "nhada", ("other",), False)),
        ("nhada.com.vn.other.top", ("host", "nhada.com.vn", ("other",), True)),
        ("nhada-com.vn.top", ("host", "nhada.com.vn", (), True)),
        ("momovip.top", ("common_glued", "momo", ("vip",), True)),
        ("chanlemomo.top", ("common_glued", "momo", ("chanle",), True)),
        ("nh4da.top", ("shape_exact", "nh4da", (), True)),
        ("my-nh4da.top", ("shape_word", "nh4da", ("my",), True)),
    ],
)
def test_place_is_found(host: str, expected: tuple[str, str, tuple[str, ...], bool]) -> None:
    assert expected in named(host)


@pytest.mark.parametrize(
    "host", ["x-com.top", "line-me-up.top", "space-x.com.top", "promomo-x.top"]
)
def test_short_hosts_and_chance_letters_are_no_place(host: str) -> None:
    assert not [place for place in named(host) if place[0] in ("host", "exact", "word", "glued")]


LETTERS = st.text("abc", max_size=7)


@given(LETTERS, LETTERS)
def test_one_slip_is_an_alignment_of_at_most_one(left: str, right: str) -> None:
    assert one_slip(left, right) == (OSA.distance(left, right) <= 1)
