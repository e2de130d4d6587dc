"""One spelling for what is written in many ways, and nothing done to what is only everyday."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.content.vietnamese.disguises import odd_lines, undisguised
from kidgate.content.vietnamese.letters import latinised, lowered, placed
from kidgate.content.vietnamese.views import encoded_views, folded, normal, views

SPELLINGS = {
    "cá độ bóng đá": [
        "CÁ ĐỘ BÓNG ĐÁ",
        unicodedata.normalize("NFD", "cá độ bóng đá"),
        unicodedata.normalize("NFKD", "Cá độ bóng đá"),
        "cá \u200bđ\u200dộ bó\u00adng đá",
        "ｃá độ ｂóng đá",
        "ca\u0301 d9o65 bong1 d9a1",
        "cas ddooj bongs ddas",
        "c.á đ.ộ bóng đá",
        "cá độộộ bóng đááá",
    ],
    "phim sex": [
        "phim s e x",
        "phim s.e.x",
        "phim S-E-X",
        "phim s_e_x",
        "phim s . e . x",
        "phim sexxxxx",
        "phim s3x",
        "phim $ex",
        "phim s\u200be\u200bx",
        "phim 𝐬𝐞𝐱",
        "phim 🆂🅴🆇",
        "phim ⓢⓔⓧ",
        "phim ѕеx",  # two of them Cyrillic
        "fim xex",
        "phim s\u0336e\u0336x\u0336",
    ],
    "casino": ["c@sino", "cas1no", "c4s1n0", "CASINO", "c.a.s.i.n.o", "саsino"],
    "hoà khoẻ thuý": ["hòa khỏe thúy", "HÒA KHỎE THÚY", "ho\u0300a khoẻ thuy\u0301"],
    "ma tuý": ["ma túy", "ma t.úy", "ma t.uý", "MA TÚY"],
    "chết": ["ch.ết", "chế.t", "ch*ết"],
    "không nói với ai được": ["ko nói vs ai đc", "k nói vs ai dc", "hok nói với ai dc"],
    "phim người lớn": [
        "fim ng lớn",
        "phim nguoif lowns",
        "phim nguwowif lowns",
        "phim ngu7o7i2 lo71n",
        "phim nguoi72 lo71n",
    ],
}


@pytest.mark.parametrize(
    ("plain", "written"), [(plain, text) for plain, texts in SPELLINGS.items() for text in texts]
)
def test_disguised_text_reads_as_the_plain_one(plain: str, written: str) -> None:
    assert normal(written) == plain


@pytest.mark.parametrize(
    "text",
    [
        "các má lồng lon cu",
        "đ/c: 12 lê lợi, q.1, tp.hcm",
        "v.v. ths. ks. tr.5, số 3a",
        "i see rooms and doors, the beer is his",
        "she loves six cars, boots and trees",
        "mp3, h264, covid19, iphone15, b52, m88, go88",
        "www.trang.vn xxx iii",
        "e.g. a b, i.e. c",
        "một hai ba, không phải bốn",
        "việt nam, đà nẵng, tất cả các em",
        "полиция и дети",
        "αβγ δεζ",
        "学校 と 子供",
    ],
)
def test_everyday_text_stays_as_it_is(text: str) -> None:
    assert normal(text) == text


def test_names_with_initials_stay_apart_when_dots_differ() -> None:
    assert normal("p. v. a. nói") == "pva. nói"
    assert normal("e.g. a nói") == "e.g. a nói"


def test_short_english_words_are_no_telex_without_a_sure_one() -> None:
    assert normal("this is his car, the box has six bars") == (
        "this is his car, the box has six bars"
    )


def test_neighbours_are_read_as_telex_beside_a_sure_one() -> None:
    assert normal("ddanhs bacj as") == "đánh bạc á"


def test_telex_is_not_read_across_lines() -> None:
    assert normal("ddanhs bacj\nhis car") == "đánh bạc\nhis car"


@pytest.mark.parametrize("word", ["sex", "porn", "guns", "beer", "boobs"])
def test_english_words_of_phrases_stay_beside_telex(word: str) -> None:
    assert normal(f"phim {word} ddooj") == f"phim {word} độ"


def test_page_without_marks_has_a_folded_view() -> None:
    assert views("Danh bac online").folded == "danh bac online"


def test_page_with_marks_has_no_folded_view() -> None:
    assert views("Cái lồng, các má, lon nước").folded is None


def test_teencode_gives_a_page_no_marks() -> None:
    assert views("ko noi vs ai").folded == "khong noi voi ai"


def test_one_marked_name_does_not_hide_a_long_page() -> None:
    found = views("danh bac online " * 400 + "Đà Nẵng")
    assert found.folded is not None
    assert found.folded.endswith("da nang")


def test_many_marked_letters_make_a_page_one_with_marks() -> None:
    assert views("danh bac online " * 400 + "cà phê sữa đá " * 10).folded is None


def test_phrase_is_folded_as_a_page_without_marks() -> None:
    assert folded("Nổ hũ đổi thưởng, hòa") == "no hu doi thuong, hoa"


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "\x00\x1e\x7f", "\ud800", "\u0301", "a\u0301" * 99]
)
def test_any_text_has_views(text: str) -> None:
    found = views(text)
    assert found.accented == normal(text)


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_normal_never_raises_and_keeps_lines(text: str) -> None:
    found = normal(text)
    assert found.count("\n") == text.count("\n")
    assert found.count("\x1e") == text.count("\x1e")


@settings(max_examples=60)
@given(st.text(alphabet="abdeiostuxáộđư .\n-39", max_size=40))
def test_composed_and_decomposed_are_one(text: str) -> None:
    assert normal(unicodedata.normalize("NFD", text)) == normal(text)


@pytest.mark.parametrize(
    "text",
    ["s e x " * 20_000, "aaaa" * 25_000, "p.0" * 30_000, "ddooj " * 17_000, "\u0336" * 60_000],
)
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    assert normal(text + "\ncá độ").endswith("\ncá độ")


PIECES = st.sampled_from(
    [
        *" \n.-0aeoxĐòá",
        "\n",
        "\u200b",
        "\u0336",
        "học ",
        "ddooj ",
        "hòa",
        "s e x",
        "p0rn",
        "ko",
        "sехy",
    ]
)


@given(st.lists(PIECES).map("".join))
@settings(max_examples=300, deadline=None)
def test_lines_that_are_passed_over_are_those_that_no_rule_changes(text: str) -> None:
    every_rule = placed(undisguised(latinised(lowered(text))))
    assert encoded_views(text).accented == every_rule


def test_odd_lines_are_told_whole_and_once() -> None:
    text = "một\nko s3x ko\n\nhai\nko".encode()
    assert [text[start:end] for start, end in odd_lines(text)] == [b"ko s3x ko", b"ko"]
