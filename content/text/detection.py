"""The likely encoding of bytes that say nothing about it and are not UTF-8.

Vietnamese by its syllables; other languages by the letters and signs that they use most. Only a
sample is looked at. What the page declares is `charset.py`'s business and comes first.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from functools import cache

from kidgate.content.text.labels import codec_of
from kidgate.content.text.vietnamese_bytes import TABLES
from kidgate.content.text.vietnamese_words import share_of_syllables

_SAMPLE = 64 * 1024  # bytes
_WORDS = 300  # with a byte above 127
_WORD = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_ASCII_LETTER = re.compile(rb"[A-Za-z]")
_SYLLABLES = 0.8  # share of such words that must be Vietnamese syllables
_KANA = "のにはをたがでてとしれさいるなかこもらありまうスンイルトラリアクシ"
_CYRILLIC = "оеаинтсрвлкмдпуяьы"
# The most frequent letters and signs, and how large a part of all outside ASCII they must be.
_USUAL = {
    "gb18030": (
        "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就和要她出也得里文体简网新",
        0.1,
    ),
    "big5": (
        "的一是了我不人在他有這個上們來到時大地為子中你說生國年著就和要她出也得裡文體繁網新",
        0.1,
    ),
    "euc-jp": (_KANA, 0.25),
    "shift_jis": (_KANA, 0.25),
    "euc-kr": ("이다는에의을가고하지은사자로기도서리한나를시그어아", 0.15),
}
# The same for one-byte encodings whose words hold no ASCII letter: French read as Russian does.
_USUAL_WHOLE_WORDS = {
    "windows-1251": (_CYRILLIC, 0.5),
    "koi8-r": (_CYRILLIC, 0.5),
    "windows-874": ("านรกเอสมงดวทยลปพคชขตจบผหใแไโะ่้์ัิีึืุู็ำ", 0.6),
}
_WHOLE_WORDS = 0.8
_LETTERS = 6  # fewer prove nothing: an English page has a dash or two
_OTHERWISE = "windows-1252"  # what browsers fall back to in most countries


def detected(body: bytes) -> str:
    """An encoding that reads these bytes as words; windows-1252 when nothing else fits."""
    sample = body[:_SAMPLE]
    return (
        wide(sample)
        or vietnamese(body, ("windows-1258", *TABLES))
        or _foreign(sample)
        or _OTHERWISE
    )


def vietnamese(body: bytes, encodings: tuple[str, ...]) -> str:
    """Which of the encodings turns the bytes into Vietnamese, or ""."""
    words = b" ".join(_WORD.findall(body[:_SAMPLE])[:_WORDS])
    best, most = "", 1  # a single word proves nothing
    for encoding in encodings:
        good, total = share_of_syllables(decoded(words, encoding))
        if good > most and good >= _SYLLABLES * total:
            best, most = encoding, good
    return best


def decoded(body: bytes, encoding: str) -> str:
    """The bytes read in one encoding; what does not belong to it becomes U+FFFD."""
    if encoding in TABLES or encoding == "windows-1258":
        table = TABLES.get(encoding) or _one_byte("cp1258")
        return unicodedata.normalize("NFC", codecs.charmap_decode(body, "replace", table)[0])
    if encoding == "x-user-defined":  # Encoding Standard, 14.5
        return "".join(chr(byte if byte < 0x80 else 0xF700 + byte) for byte in body)
    if encoding == "replacement":  # browsers show nothing of these
        return "\ufffd" if body else ""
    codec = codec_of(encoding)
    if codec.startswith(("windows-", "cp874")):
        return codecs.charmap_decode(body, "replace", _one_byte(codec))[0]
    return body.decode(codec, "replace")


def wide(body: bytes) -> str:
    """UTF-16 without a mark shows by its zero bytes: every other one in European languages."""
    sample = body[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half < 2 or max(even, odd) < 0.2 * half:
        return ""
    if odd > 4 * even:
        return "utf-16le"
    return "utf-16be" if even > 4 * odd else ""


@cache
def _one_byte(codec: str) -> str:
    """A decoding table; where the vendor left a hole below 0xA0, browsers take the control code."""
    letters = (bytes([byte]).decode(codec, "replace") for byte in range(256))
    return "".join(
        chr(byte) if letter == "\ufffd" and byte < 0xA0 else letter
        for byte, letter in enumerate(letters)
    )


def _foreign(sample: bytes) -> str:
    words = _WORD.findall(sample)
    whole = sum(not _ASCII_LETTER.search(word) for word in words)
    usual = _USUAL
    if whole >= _WHOLE_WORDS * len(words):
        usual = _USUAL | _USUAL_WHOLE_WORDS
    shares = {
        name: _share(sample, name, letters) / least for name, (letters, least) in usual.items()
    }
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= 1 else ""


def _share(sample: bytes, encoding: str, usual: str) -> float:
    """The part that the usual letters have in what is not ASCII; 0 where the encoding cannot be."""
    try:
        text = codecs.getincrementaldecoder(codec_of(encoding))().decode(sample)
    except UnicodeError:
        return 0
    counts = Counter(text)
    total = sum(count for letter, count in counts.items() if letter > "\x7f" and letter.isalnum())
    return sum(counts[letter] for letter in set(usual)) / total if total >= _LETTERS else 0
