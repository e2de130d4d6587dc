"""Words written so that filters miss them, and what only looks like it."""

from __future__ import annotations

import pytest

from kidgate.content.vietnamese.disguises import undisguised


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("sexxxxx", "sex"),
        ("xxx", "xxx"),
        ("www.trang", "www.trang"),
        ("gái gọiiii", "gái gọi"),
        ("s e x", "sex"),
        ("(s.e.x)", "(sex)"),
        ("s . e . x", "sex"),
        ("s.e x", "s.e x"),
        ("a b", "a b"),
        ("ab c d e", "ab cde"),
        ("p0rn", "porn"),
        ("c@s1n0", "casino"),
        ("$ex", "sex"),
        ("$100", "$100"),
        ("m88", "m88"),
        ("ma t.uý", "ma tuý"),
        ("gi.ết", "giết"),
        ("đ.ánh", "đánh"),
        ("tp.hcm", "tp.hcm"),
        ("abc.vn", "abc.vn"),
        ("ko, k, hok", "không, không, không"),
        ("kola kem", "kola kem"),
        ("5kg", "5kg"),
    ],
)
def test_word_is_written_out_where_it_is_disguised(written: str, read: str) -> None:
    assert undisguised(written.encode()).decode() == read


def test_text_without_disguise_comes_back_unchanged() -> None:
    plain = "một trang bình thường, an ordinary page.\n".encode() * 50
    assert undisguised(plain) == plain
