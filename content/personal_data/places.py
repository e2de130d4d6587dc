"""Places on Earth: pairs of degrees, decimal or with minutes and seconds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kidgate.content.personal_data.context import SHORT, Cue, said_before
from kidgate.content.personal_data.kinds import Kind, Span

_NUMBER = r"[+-]?[0-9]{{1,3}}\.(?P<{0}>[0-9]{{3,16}})"
_PAIR = re.compile(
    r"(?<![0-9a-z._-])(?P<first>" + _NUMBER.format("f1") + r")[°º]?(?: ?[nsewbdt](?![a-z]))?"
    r"(?: ?[,;/|] ?| |%2c)"
    r"(?:[a-z]{2,9} ?[:=] ?)?"
    r"(?P<second>" + _NUMBER.format("f2") + r")[°º]?(?P<east>(?: ?[nsewbdt])?)(?![0-9a-z_])"
)
_MORE = re.compile(r"\s?[,;]\s?[+-]?[0-9]+\.[0-9]{2,}(?![0-9]*z)")
_MORE_BEFORE = re.compile(r"[0-9]\.[0-9]+[,; ]{1,2}$")
_DEGREES = re.compile(
    r"[0-9]{1,3} ?[°º] ?[0-9]{1,2} ?' ?[0-9]{1,2}(?:[.,][0-9]{1,6})? ?(?:\"|'')? ?[nsewbdt]?"
)
_FINE, _FINER = 4, 5  # decimals: 11 m, 1 m


def places(plain: str, named: frozenset[Cue]) -> Iterator[Span]:
    """Pairs of coordinates in a plain text. `named`: what its field is called."""
    if "." in plain:
        for pair in _PAIR.finditer(plain):
            if _is_place(plain, pair, named):
                yield Span(Kind.LOCATION, pair.start(), pair.end())
    if "°" in plain or "º" in plain:
        found = list(_DEGREES.finditer(plain))
        for one, other in pairwise(found):
            if other.start() - one.end() <= 8:
                yield Span(Kind.LOCATION, one.start(), other.end())


def _is_place(plain: str, pair: re.Match[str], named: frozenset[Cue]) -> bool:
    first, second = float(pair["first"]), float(pair["second"])
    decimals = min(len(pair["f1"]), len(pair["f2"]))
    if not (_is_pair(first, second) or _is_pair(second, first)):
        return False
    if max(abs(first), abs(second)) < 1:
        return False
    about = (Cue.PLACE in named or Cue.ADDRESS in named) and len(plain) <= SHORT
    if about or Cue.PLACE in said_before(plain, pair.start()):
        return True
    # A row of numbers is a drawing or a table.
    if _MORE.match(plain, pair.end()):
        return False
    if _MORE_BEFORE.search(plain, max(0, pair.start() - 24), pair.start()):
        return False
    if _in_viet_nam(first, second) or _in_viet_nam(second, first):
        return decimals >= _FINE
    return decimals >= _FINER and min(abs(first), abs(second)) >= 1


def is_latitude(value: str) -> bool:
    return _is_fine(value, 90)


def is_longitude(value: str) -> bool:
    return _is_fine(value, 180)


def _is_fine(value: str, most: int) -> bool:
    found = re.fullmatch(r"[+-]?[0-9]{1,3}\.([0-9]{3,17})", value)
    return found is not None and abs(float(value)) <= most


def _is_pair(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0, 0)


def _in_viet_nam(latitude: float, longitude: float) -> bool:
    """With its islands."""
    return 6.5 <= latitude <= 23.5 and 102 <= longitude <= 117.5
