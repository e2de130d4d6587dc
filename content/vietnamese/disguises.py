"""Words written so that filters miss them: sexxxxx, s e x, s.e.x, p0rn, ma t.úy; and those short
forms of chats (teencode) that phrases need.

Works on plain text (`letters.py`). One linear pass asks RE2 for places where a rule could hold; on
ordinary pages there are few.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from kidgate.content.vietnamese.keys import STRONG, from_vni, typed_out
from kidgate.content.vietnamese.letters import LETTERS, MARKED, UNUSUAL, compiled
from kidgate.content.vietnamese.syllables import ONSETS

_TEENCODE: Final = {
    "k": "không", "ko": "không", "kh": "không", "hok": "không", 
    "hem": "không", "khum": "không", "j": "gì", "dc": "được", "đc": "được",
    "đk": "được", "ng": "người", "mk": "mình", "mik": "mình", "ns": "nói", "nch": "nói chuyện",
    "bme": "bố mẹ", "bm": "bố mẹ", "fim": "phim", "fjm": "phim", "phjm": "phim", "iu": "yêu",
    "wen": "quen", "wa": "quá", "chạt": "chat", "gáj": "gái", "gaj": "gái", "gọj": "gọi",
    "goj": "gọi", "bj": "bị", "vs": "với", "cx": "cũng", "lm": "làm", "xex": "sex",
    "xek": "sex", "sechs": "sex", "cko": "cho", "ck0": "cho", "tk": "tài khoản", "stk": "tài khoản",
}  # fmt: skip
_LEET: Final = str.maketrans("0134578@$€", "oieastbase")
_LETTER: Final = re.compile("[a-zđ]")
_VOWELS = "aeiouy" + MARKED.replace("đ", "")
_APART = "(?:^|[^{letters}0-9])".replace("{letters}", LETTERS)
_CODA = "(?:c|ch|m|n|ng|nh|p|t|x)"

# One group a rule; the text before a word that `_APART` took is given back.
_RULES: Final = (
    "(" + "|".join(f"{letter}{{3,}}" for letter in LETTERS) + ")"
    rf"|{_APART}([a-zđ](?: ?[.*_/|·-] ?[a-zđ]| [a-zđ]){{2,}})(?:$|[^{LETTERS}0-9])"
    rf"|{_APART}((?:{'|'.join(sorted(ONSETS))})[.*·][{_VOWELS}][{LETTERS}]*)"
    rf"|([{LETTERS}]*[{_VOWELS}][.*·]{_CODA})(?:$|[^{LETTERS}0-9.@/])"
    r"|([a-z]+[0134578@$€][a-z0-9@$€]*|\$[a-z]{2,8})"
    rf"|{_APART}({'|'.join(_TEENCODE)})(?:$|[^{LETTERS}0-9.@/])"
)
_PLACES = compiled(_RULES)
# What may be written otherwise than it is meant, for all rules of this folder: no group is asked.
_ODD = compiled("|".join((UNUSUAL, re.sub(r"\((?!\?)", "(?:", _RULES), STRONG)))
_ENDS_WORDS: Final = b" \n\t.,;:!?\"'()[]{}<>/|+-_*#&=\x1e"
_NEW_LINE: Final = ord("\n")
_STRETCHED, _SPLIT, _DOTTED, _DOTTED_END, _DIGITS, _SHORT = range(1, 7)


def odd_lines(text: bytes) -> Iterator[tuple[int, int]]:
    """From where to where the lines are of which a rule for letters or words may change anything:
    one pass, where to ask every rule takes four. No rule looks beyond its line."""
    end = 0
    while found := _ODD.search(text, end):
        inside = found.start() + (text[found.start()] == _NEW_LINE)
        start = text.rfind(b"\n", end, inside) + 1 or end
        end = text.find(b"\n", inside)
        end = len(text) if end < 0 else end
        yield start, end


def undisguised(plain: bytes) -> bytes:
    """The text with disguised words written out; the others as they were. UTF-8."""
    return typed_out(b"".join(_pieces(plain)))


def _pieces(plain: bytes) -> Iterator[bytes]:
    done = 0
    while found := _PLACES.search(plain, done):
        rule = found.lastindex
        start, end = found.span(rule)
        yield plain[done:start]
        if rule == _STRETCHED and _is_word(plain, start, end):
            yield plain[start:end]  # xxx, www, iii
        else:
            yield _written_out(rule, plain[start:end].decode()).encode()
        done = end
    yield plain[done:]


def _is_word(plain: bytes, start: int, end: int) -> bool:
    return not (plain[max(start - 1, 0) : start] + plain[end : end + 1]).strip(_ENDS_WORDS)


@lru_cache(4096)
def _written_out(rule: int, word: str) -> str:
    if rule == _STRETCHED:
        return word[0]
    if rule == _SPLIT:
        return _joined(word)
    if rule == _DIGITS:
        return _without_digits(word)
    if rule == _SHORT:
        return _TEENCODE[word]
    return "".join(letter for letter in word if letter not in ".*·")


def _joined(letters: str) -> str:
    """`s.e.x` -> sex, when the same stands between all letters: `e.g. a` is something else."""
    gaps = set(_LETTER.split(letters)) - {""}
    return "".join(_LETTER.findall(letters)) if len(gaps) == 1 else letters


def _without_digits(word: str) -> str:
    """`p0rn` -> porn; but d9o65 is Vietnamese, and `m88` and `mp3` are names."""
    if from_vni(word) is not None:
        return word
    body = word.rstrip("0123456789@$€")
    read, rest = body.translate(_LEET), word[len(body) :]
    return read + (rest.translate(_LEET) if read != body and len(rest) == 1 else rest)
