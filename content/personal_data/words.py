"""The words of a text and of a child's own data, made alike so that they can be compared."""

from __future__ import annotations

import re
from datetime import date

from kidgate.content.personal_data.folding import Folded, accented, is_latin
from kidgate.content.personal_data.phones import national

_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
_DROPPED = frozenset((
    "so", "nha", "duong", "pho", "phuong", "p", "quan", "q", "thanh", "tp", "tinh", "huyen", "xa",
    "thi", "tran", "tt", "tx", "truong", "street", "st", "road", "rd", "the", "school", "of",
))  # fmt: skip
_SHORTENED = (
    (re.compile(r"\btieu hoc\b"), "th"),
    (re.compile(r"\btrung hoc co so\b"), "thcs"),
    (re.compile(r"\btrung hoc pho thong\b"), "thpt"),
    (re.compile(r"\bmam non\b"), "mn"),
)


def words_of(text: Folded) -> tuple[list[str], list[str]]:
    """The words of a text, each with one placement of its tone; and the same without marks."""
    said, plain = _TOKEN.findall(text.text), _TOKEN.findall(text.plain)
    if text.text.isascii():
        return plain, plain
    if is_latin(text.text):
        placed = {word: accented(word) for word in set(said)}
        return [placed[word] for word in said], plain
    said, plain = [], []
    for match in _TOKEN.finditer(text.text):
        bare = text.plain[match.start() : match.end()]
        if bare.isalpha() or (bare.isdecimal() and bare.isascii()):
            said.append(accented(match[0]))
            plain.append(bare)
        else:  # circled digits among letters, letters of scripts that have no plain twin
            parts = _TOKEN.findall(bare)
            said += parts or [match[0]]
            plain += parts or [""]
    return said, plain


def phone_words(digits: str) -> tuple[str, str]:
    return digits[:3], digits


def day_words(day: date) -> tuple[str, str]:
    return str(day.year), day.isoformat()


def mail_words(address: str) -> tuple[str, str]:
    return address.partition("@")[0], address


def as_dialled(digits: str) -> str:
    """In national form, without what dials out; a zero that a program dropped is put back."""
    found = national(digits)
    return "0" + found if len(found) == 9 and found[0] in "35789" else found


def reduced(words: list[str]) -> list[str]:
    """Words of a place without what is written or left out as one likes."""
    text = " ".join(words)
    for pattern, short in _SHORTENED:
        text = pattern.sub(short, text)
    return [word for word in text.split() if word not in _DROPPED]
