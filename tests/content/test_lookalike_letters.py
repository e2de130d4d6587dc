"""How labels read: punycode, marks, letters of other scripts, shapes."""

from __future__ import annotations

import pytest

from kidgate.content.lookalike_letters import Reading, read, shape
from kidgate.policies.names import canonical_host


def reading(text: str) -> Reading:
    return read(canonical_host(f"{text}.test").partition(".")[0])


@pytest.mark.parametrize(
    ("text", "looks", "how"),
    [
        ("vietcombank", "vietcombank", ""),
        ("ngân-hàng", "ngan-hang", "marks"),
        ("điện", "dien", "marks"),
        ("vıetcombank", "vietcombank", "letters"),  # dotless i: `confusable_homoglyphs` lets it by
        ("аррӏе", "apple", "letters"),  # all Cyrillic
        ("gооgle", "google", "letters"),  # Cyrillic o
        ("paypаl", "paypal", "letters"),
        ("łotte", "lotte", "letters"),
        ("møbel", "mobel", "letters"),
        ("ɢarena", "garena", "letters"),  # small capital, in no table
        ("ｖｉｅｔ", "viet", ""),  # full width: the host is ASCII
        ("日本", "??", "letters"),
        ("fächer", "facher", "letters"),  # a mark that Vietnamese has not
    ],
)
def test_label_reads_as_it_looks(text: str, looks: str, how: str) -> None:
    found = reading(text)
    assert (found.text, found.how) == (looks, how)


def test_what_was_ascii_before_is_told() -> None:
    assert reading("cafégoogle").ascii_parts == "caf google"


def test_label_stays_when_it_encodes_nothing() -> None:
    assert read("xn--\u00fc").text == "xn--\u00fc"


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("vietc0mbank", shape("vietcombank")),
        ("vletcombank", shape("vietcombank")),
        ("vietcornbank", shape("vietcombank")),
        ("paypa1", shape("paypal")),
        ("vvindows", shape("windows")),
        ("5h0p33", shape("shopee")),
    ],
)
def test_shapes_are_one_when_they_are_taken_for_each_other(text: str, bare: str) -> None:
    assert shape(text) == bare


def test_shape_keeps_what_nobody_confuses() -> None:
    assert shape("vietcombank") != shape("vietinbank")
