"""Where in a host a brand is named, and how plainly. How much that weighs is `lookalike.py`'s.

Each way of naming is looked for by itself: what one brand finds never hides another's finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kidgate.content.lookalike_brands import START, TYPO_LENGTH, Brands, Pieces, without_one
from kidgate.content.lookalike_letters import UNREADABLE, Reading, read, shape
from kidgate.policies.rows import BrandRow

DIGITS = frozenset("0123456789")
LONG = 9  # letters: nothing innocent lies one letter beside such a name
GLUED_COMMON = 3  # letters of a common spelling that is not glued to others by chance
FOLDED_COMMON = 5  # letters of a common spelling that is not found folded by chance
_SILENT = ("", "www")


@dataclass(frozen=True, slots=True)
class Name:
    """A host taken apart."""

    host: str
    ending: str  # what its owner did not choose
    readings: tuple[Reading, ...]  # of its own labels, the registered one last

    @property
    def pieces(self) -> Pieces:
        return tuple(piece for reading in self.readings for piece in reading.text.split("-"))


class Place(NamedTuple):
    """One way in which a host names a brand.

    `how`: `host`, an official host inside; `exact`, the whole label; `word`, between hyphens;
    `glued`, inside a longer word; `split`, across hyphens; `shape_*`, as it looks; `swap_*`, with
    tall letters taken for each other; `typo_*`, one slip away; `common_*`, a spelling that others
    use too; `letters` and `marks`, in characters that are not ASCII.
    """

    brand: BrandRow
    how: str
    said: str
    rest: Pieces  # the words that stand around it
    own: bool = True  # in the label that was registered

    @property
    def is_common(self) -> bool:
        return self.how.startswith("common")


def name_of(host: str, brands: Brands) -> Name:
    ending = brands.ending_of(host)
    left = host[: -len(ending)].rstrip(".")
    return Name(host, ending, tuple(map(read, left.split("."))) if left else ())


def places(name: Name, brands: Brands) -> Iterator[Place]:
    """Every place where any brand is named."""
    yield from _hosts(name, brands)
    last = len(name.readings) - 1
    for at, reading in enumerate(name.readings):
        others = tuple(
            word
            for label, other in enumerate(name.readings)
            if label != at
            for word in other.text.split("-")
            if word not in _SILENT
        )
        for found in _in_label(reading, brands):
            yield found._replace(own=at == last, rest=found.rest + others)


def _hosts(name: Name, brands: Brands) -> Iterator[Place]:
    """An official host written in front of another ending: `bocongan.gov.vn.xyz`, `-gov-vn`."""
    pieces = name.pieces
    for at, first in enumerate(pieces):
        for known, brand in brands.names.get(first, ()):
            if pieces[at : at + len(known)] == known:
                rest = tuple(p for p in pieces[:at] + pieces[at + len(known) :] if p not in _SILENT)
                yield Place(brand, "host", ".".join(known), rest)


def _in_label(reading: Reading, brands: Brands) -> Iterator[Place]:
    words = reading.text.split("-")
    for word in words:
        others = tuple(other for other in words if other != word)
        for found in _in_word(word, brands, alone=len(words) == 1):
            if not any(innocent in word for innocent in found.brand.innocent):
                yield _folded(found, reading)._replace(rest=found.rest + others)
    if len(words) > 1:
        joined = "".join(words)
        for token in dict.fromkeys(_inside(joined, brands.starts)):
            if not any(token in word for word in words):
                for found in _of(brands.tokens[token], "split", token, _around(joined, token)):
                    yield _folded(found, reading)


def _folded(found: Place, reading: Reading) -> Place:
    """The place as it stands in a label that is not ASCII: a brand written in such letters."""
    plain = found.how in ("exact", "word", "glued", "split")
    chance = len(found.said) < FOLDED_COMMON or reading.how == "marks"
    whole = found.how in ("common_exact", "common_word") and not chance
    if not reading.how or found.said in reading.ascii_parts or not (plain or whole):
        return found
    return found._replace(how=reading.how)


def _in_word(word: str, brands: Brands, *, alone: bool) -> Iterator[Place]:
    plain = "exact" if alone else "word"
    yield from _of(brands.tokens.get(word, ()), plain, word)
    yield from _of(brands.common.get(word, ()), f"common_{plain}", word)
    for token in _inside(word, brands.starts):
        if token != word:
            yield from _of(brands.tokens[token], "glued", token, _around(word, token))
    for token, rest in _at_ends(word, brands):
        yield from _of(brands.common[token], "common_glued", token, (rest,))
    if word not in brands.tokens and UNREADABLE not in word:
        yield from _shapes(word, brands, plain)
        yield from _typos(word, brands, plain)


def _of(rows: Iterable[BrandRow], how: str, said: str, rest: Pieces = ()) -> Iterator[Place]:
    for row in rows:
        yield Place(row, how, said, rest)


def _inside(word: str, starts: Mapping[str, Pieces]) -> Iterator[str]:
    for at in range(len(word) - START + 1):
        for token in starts.get(word[at : at + START], ()):
            if word.startswith(token, at):
                yield token


def _at_ends(word: str, brands: Brands) -> Iterator[tuple[str, str]]:
    """Common spellings that a word begins or ends with, and its rest: `momovip`, `chanlemomo`."""
    for length in range(GLUED_COMMON, min(len(word), brands.longest + 1)):
        if word[:length] in brands.common:
            yield word[:length], word[length:]
        if word[-length:] in brands.common:
            yield word[-length:], word[:-length]


def _shapes(word: str, brands: Brands, plain: str) -> Iterator[Place]:
    # A number in front of a name counts something: 1cloud is no icloud.
    bare = word[:1] + shape(word[1:]) if word[:1] in "123456789" else shape(word)
    # One tall letter for another may be a slip; digits and `rn` for `m` are put there.
    put = bool(DIGITS.intersection(word)) or len(bare) != len(word)
    yield from _of(brands.shapes.get(bare, ()), f"{'shape' if put else 'swap'}_{plain}", word)
    if not put:
        return
    if word not in brands.common:
        yield from _of(brands.common_shapes.get(bare, ()), f"shape_{plain}", word)
    tall = word.replace("i", "l")
    for found in _inside(bare, brands.shape_starts):
        if found != bare and found not in tall:
            yield from _of(brands.shapes[found], "shape_glued", found, _around(bare, found))


def _typos(word: str, brands: Brands, plain: str) -> Iterator[Place]:
    if len(word) < TYPO_LENGTH - 1:
        return
    near = {token: None for part in without_one(word) for token in brands.nearby.get(part, ())}
    for token in near:
        if one_slip(word, token):
            length = "long_" if len(token) >= LONG else ""
            yield from _of(brands.tokens[token], f"typo_{length}{plain}", token)


def one_slip(left: str, right: str) -> bool:
    """Whether two texts differ by one letter put in, left out, changed, or swapped with the next:
    optimal string alignment of at most one."""
    start = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        start += 1
    left, right = left[start:], right[start:]
    while left and right and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    if len(left) == len(right) == 2:
        return left == right[::-1]
    return len(left) <= 1 and len(right) <= 1


def _around(word: str, token: str) -> Pieces:
    before, _, after = word.partition(token)
    return tuple(part for part in (before, after) if part)
