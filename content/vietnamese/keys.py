"""What is left of Vietnamese typed while the keyboard program was off: `ddooj` and `d9o65` for độ.

Only whole syllables that Vietnamese has are read so. Telex ends syllables with letters that English
ends words with (`is`, `room`), so one word that hardly can be English is asked for first; then its
neighbours are read too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from kidgate.content.vietnamese.letters import MARKED, TONES, compiled
from kidgate.content.vietnamese.syllables import ONSETS, VOWELS, syllable

_TELEX_TONES: Final = dict(zip("sfrxj", (TONES[at] for at in (0, 1, 2, 3, 4)), strict=True))
_VNI_TONES: Final = dict(zip("12345", TONES, strict=True))
_TELEX_MARKS: Final = (
    ("uoiw", "ươi"), ("uwow", "ươ"), ("uow", "ươ"), ("uwo", "ươ"), ("aa", "â"), ("ee", "ê"),
    ("oo", "ô"), ("aw", "ă"), ("ow", "ơ"), ("uw", "ư"), ("w", "ư"),
)  # fmt: skip
_VNI_MARKS: Final = (
    ("6", ("aâ", "eê", "oô")), ("7", ("oơ", "uư")), ("8", ("aă",)), ("9", ("dđ",)),
)  # fmt: skip
_HALF_TYPED: Final = {"uoi": "ươi", "uong": "ương", "uoc": "ươc", "uou": "ươu", "uon": "uôn"}

_TELEX: Final = re.compile(
    r"(dd|[bcdghklmnpqrstvx]*)([aeiouyw]+)([sfrxj]?)([aeiouyw]*)([cghmnpt]*)(w?)([sfrxj]?)"
)
_VNI: Final = re.compile(r"(?:[a-z]+[1-9]+)+[a-z]*")
_PARTS: Final = re.compile(rf"([bcdđghklmnpqrstvx]*(?:(?<=q)u|(?<=g)i(?=[{VOWELS}]))?)(.*)")
_WORD: Final = re.compile(rf"(?<![\w{MARKED}])[a-z][a-z0-9]{{0,8}}(?![\w{MARKED}])")

_CODA = "(?:c|ch|m|n|ng|nh|p|t)?"
STRONG: Final = (
    r"\b(?:"
    rf"[bcdghklmnpqrstvx]{{0,3}}[aeiouy]{{0,2}}(?:aa|ee|oo|aw|ow|uw)[aeiouyw]{{0,2}}{_CODA}[sfrxj]"
    rf"|dd[aeiouyw]{{1,4}}[sfrxj]?{_CODA}[sfrxj]?"
    rf"|ngh?[aeiouyw]{{1,4}}{_CODA}[sfrxj]"
    r"|[a-z]{0,4}(?:d9|[aeo]6|[ou]7|a8)[a-z0-9]{0,6}"
    r")\b"
)
_STRONG = compiled(STRONG)
# The second part is Dutch; the third, what hardly anyone types in Telex, and a phrase may need.
_ENGLISH: Final = frozenset(
    """
    beef beej beep beeps beer bees beets boof booms boor boos boots bows cheer coons coos cows dawns
    deej deems deer deets door downs gees goof goons gowns hoof hoops hoots hows keeps kees lawns
    leer lees looms loops loos lows meets moons moor moos noor oof oops owns pawns peeps peer pees
    poof poops poor pows queens queer reef rees roof rooms roos roots rows seems seeps seer sees
    sows teens tees toots towns trees troops veer vows

    baas daar haar heer keer maar maas meer mees naar paar raar soos teer voor zeer

    ass bets bong born box car cops corn gas gore guns mix porn sex sexx tits war xes
    """.split()  # noqa: SIM905
)
_NEAR: Final = 40  # bytes on each side in which neighbours are read, and up to twice as many


def typed_out(plain: bytes) -> bytes:
    """The text (UTF-8) with what was typed in Telex or VNI read as Vietnamese."""
    spans = _spans(plain)
    if not spans:
        return plain
    edges = [edge for span in spans for edge in span]
    pieces = [plain[start:end] for start, end in pairwise((0, *edges, len(plain)))]
    pieces[1::2] = [_WORD.sub(_reread, piece.decode()).encode() for piece in pieces[1::2]]
    return b"".join(pieces)


def _spans(plain: bytes) -> list[tuple[int, int]]:
    """Where sure words and their neighbours are, apart from each other, cut at blanks and lines."""
    spans: list[tuple[int, int]] = []
    reached = 0
    for found in _STRONG.finditer(plain):
        start, end = found.span()
        if end <= reached or not _is_sure(plain[start:end].decode()):
            continue
        first, last = _window(plain, start, end)
        if spans and first <= reached:
            first = spans.pop()[0]
        spans.append((first, last))
        reached = last
    return spans


def _window(plain: bytes, start: int, end: int) -> tuple[int, int]:
    """The word there with what stands near it; the word alone where no blank is near."""
    low, high = max(start - 2 * _NEAR, 0), min(end + 2 * _NEAR, len(plain))
    before = max(plain.rfind(b" ", low, max(start - _NEAR, 0)), plain.rfind(b"\n", low, start)) + 1
    afters = (plain.find(b" ", end + _NEAR, high), plain.find(b"\n", end, high))
    after = min((at for at in afters if at >= 0), default=high if high == len(plain) else end)
    return before or (start if low else 0), after


def _is_sure(word: str) -> bool:
    return word not in _ENGLISH and _read(word) is not None


def _reread(found: re.Match[str]) -> str:
    word = found[0]
    return word if word in _ENGLISH else _read(word) or word


@lru_cache(4096)
def _read(word: str) -> str | None:
    return from_telex(word) if word.isalpha() else from_vni(word)


def from_telex(word: str) -> str | None:
    """The syllable that these keys stand for, if they hold a tone or a mark and make one."""
    found = _TELEX.fullmatch(word)
    if found is None:
        return None
    lead, vowels, early, more, coda, late_mark, late = found.groups()
    if early and late:
        return None
    tone = _TELEX_TONES.get(early or late, "")
    bare = vowels + more + late_mark
    marked = bare
    for keys, letters in _TELEX_MARKS:
        marked = marked.replace(keys, letters)
    if not tone and marked == bare and lead != "dd":
        return None
    return _made(("đ" if lead == "dd" else lead) + marked + coda, tone)


def from_vni(word: str) -> str | None:
    """The same for digits: 1-5 tones, 6 hat, 7 horn, 8 breve, 9 bar."""
    if not _VNI.fullmatch(word):
        return None
    digits = [letter for letter in word if letter.isdigit()]
    tones = [digit for digit in digits if digit in _VNI_TONES]
    if len(tones) > 1 or any(digits.count(digit) > 1 for digit in "689"):
        return None
    marked = "".join(filter(str.isalpha, word))
    for digit, pairs in _VNI_MARKS:
        before = marked
        for pair in pairs if digit in digits else ():
            marked = marked.replace(pair[0], pair[1], 1)
        if digit in digits and marked == before:
            return None
    return _made(marked, _VNI_TONES[tones[0]] if tones else "")


def _made(word: str, tone: str) -> str | None:
    found = _PARTS.fullmatch(word)
    if found is None:
        return None
    onset, rime = found.groups()
    if onset and onset not in ONSETS:
        return None
    return syllable(onset, _HALF_TYPED.get(rime, rime) if tone else rime, tone)
