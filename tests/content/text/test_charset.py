from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from kidgate.content.text.charset import charset_of, text_of
from kidgate.content.text.vietnamese_bytes import TABLES
from tests.content.text.vectors import members

TEXT = unicodedata.normalize(
    "NFC",
    "Chữ Quốc ngữ là hệ chữ viết của tiếng Việt. Những người học sinh đã đọc quyển sách ấy, "
    "rồi trở về nhà với mẹ; trời mưa to và gió thổi mạnh.",
)


def in_one_byte(text: str, table: str) -> bytes:
    return bytes(table.index(letter) for letter in text)


def in_windows_1258(text: str) -> bytes:
    """Tone marks stand behind their letter where the letter with its tone has no byte."""
    out = bytearray()
    for letter in unicodedata.normalize("NFC", text):
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            base, *marks = unicodedata.normalize("NFD", letter)
            tone = next(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
            kept = "".join(mark for mark in marks if mark != tone)
            out += (unicodedata.normalize("NFC", base + kept) + tone).encode("cp1258")
    return bytes(out)


VIETNAMESE = {
    "windows-1258": in_windows_1258(TEXT),
    "viscii": in_one_byte(TEXT, TABLES["viscii"]),
    "tcvn3": in_one_byte(TEXT, TABLES["tcvn3"]),
    "utf-16le": TEXT.encode("utf-16-le"),
    "utf-16be": TEXT.encode("utf-16-be"),
    "utf-8": TEXT.encode(),
}


@pytest.mark.parametrize("charset", VIETNAMESE)
@pytest.mark.parametrize("label", ["", "viscii", "x-viet-tcvn5712", "utf-7", "cp037", "nonsense"])
def test_text_of_when_nothing_known_is_declared(charset: str, label: str) -> None:
    found = text_of(VIETNAMESE[charset], label)
    assert found == (TEXT, charset)


@pytest.mark.parametrize("charset", ["tcvn3", "viscii"])
@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "x-user-defined", "us-ascii"])
def test_text_of_when_the_font_is_vietnamese(charset: str, label: str) -> None:
    assert text_of(VIETNAMESE[charset], label) == (TEXT, charset)


@pytest.mark.parametrize("name", ["utf-16", "utf-8-sig"])
def test_text_of_when_a_mark_contradicts_the_header(name: str) -> None:
    found = text_of(TEXT.encode(name), "windows-1252")
    assert found.text == TEXT
    assert found.charset in ("utf-16le", "utf-8")


def test_text_of_when_the_header_contradicts_meta() -> None:
    body = b'<meta charset="utf-16le"><p>forbidden-phrase'
    assert text_of(body, "utf-8", markup=True).text == body.decode()
    assert charset_of(body, markup=True) == "utf-8"  # who can read it does not read UTF-16
    assert charset_of(b'<meta charset="koi8-r">', "nonsense", markup=True) == "koi8-r"


def test_charset_of_when_xml_says_it() -> None:
    body = b'<?xml version="1.0" encoding="koi8-r"?><p/>'
    assert charset_of(body, xml=True) == "koi8-r"
    assert charset_of(body, markup=True) == "koi8-r"
    assert charset_of(body) == "utf-8"


def test_text_of_when_the_last_letter_is_cut() -> None:
    body = TEXT.encode()
    cut = body[: body.rindex("ạ".encode()) + 1]
    assert text_of(cut) == (TEXT[: TEXT.rindex("ạ")] + "\ufffd", "utf-8")


@pytest.mark.parametrize("lead", [b"\x81", b"\xff", b"\x80", b"\xfe", b"\x8f\xff"])
@pytest.mark.parametrize(
    "label",
    ["utf-8", "gbk", "big5", "shift_jis", "euc-kr", "euc-jp", "windows-1252", "windows-874"],
)
def test_text_of_when_a_broken_letter_precedes_a_tag(label: str, lead: bytes) -> None:
    assert "<p>forbidden" in text_of(lead + b"<p>forbidden", label).text


def test_text_of_when_windows_1252_has_holes() -> None:
    assert text_of(b"a\x81b\x93", "latin1").text == "a\x81b\u201c"


def test_text_of_when_the_encoding_shows_nothing() -> None:
    assert text_of(b"forbidden", "hz-gb-2312") == ("\ufffd", "replacement")
    assert text_of(b"", "hz-gb-2312").text == ""


def test_text_of_when_user_defined() -> None:
    assert text_of(b"a\x80\xff", "x-user-defined").text == "a\uf780\uf7ff"


SAMPLES = {
    "test/de/iso-8859-1.txt": "windows-1252",
    "test/de/windows-1252.txt": "windows-1252",
    "test/en/ascii.txt": "utf-8",
    "test/fr/iso-8859-1.txt": "windows-1252",
    "test/fr/utf-16.be": "utf-16be",
    "test/fr/utf-8.txt": "utf-8",
    "test/fr/windows-1252.txt": "windows-1252",
    "test/ko/uhc.smi": "euc-kr",
    "test/ko/utf-16.le": "utf-16le",
    "test/ko/utf-8.txt": "utf-8",
    "test/th/iso-8859-11.txt": "windows-874",
    "test/th/tis-620.txt": "windows-874",
    "test/th/utf-8.txt": "utf-8",
    "test/vi/utf-8.txt": "utf-8",
    "test/vi/viscii.txt": "viscii",
    "test/vi/windows-1258.txt": "windows-1258",
    "test/zh/big5.txt": "big5",
    "test/zh/gb18030.txt": "gb18030",
    "test/zh/utf-8.txt": "utf-8",
}


@pytest.mark.shared
@pytest.mark.parametrize("sample", SAMPLES)
def test_charset_of_when_a_sample_says_nothing(shared: Path, sample: str) -> None:
    """All of uchardet's samples in encodings that browsers know (UTF-32 and EUC-TW are not)."""
    archive = shared / "data/vectors/charset/uchardet-a.tar.gz"
    assert charset_of(members(archive)[sample]) == SAMPLES[sample]


@pytest.mark.shared
def test_text_of_when_three_vietnamese_samples_say_the_same(shared: Path) -> None:
    files = members(shared / "data/vectors/charset/uchardet-a.tar.gz")
    texts = [
        text_of(files[f"test/vi/{name}.txt"]).text.split()
        for name in ("utf-8", "viscii", "windows-1258")
    ]
    assert texts[0] == texts[1] == texts[2]


@pytest.mark.parametrize(
    "text", ["1990–2000, a “century” of naïve plans", "— Émile’s café – 20 °C", "5 € or £4 … ©2026"]
)
def test_charset_of_when_english_has_a_few_marks(text: str) -> None:
    assert charset_of(text.encode("cp1252")) == "windows-1252"


OTHERS = {
    "windows-1251": "Сегодня утром мы пошли в школу, потому что там был праздник.",
    "koi8-r": "Сегодня утром мы пошли в школу, потому что там был праздник.",
    "shift_jis": "きょうはがっこうへいきました。せんせいがほんをよんでくれました。",
    "euc-jp": "きょうはがっこうへいきました。せんせいがほんをよんでくれました。",
    "windows-1252": "Le café était très agréable, où l'élève a mangé une crêpe à midi.",
}


@pytest.mark.parametrize("charset", OTHERS)
def test_charset_of_when_other_languages_say_nothing(charset: str) -> None:
    assert charset_of(OTHERS[charset].encode(charset)) == charset
