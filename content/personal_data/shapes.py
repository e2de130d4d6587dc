"""Everything in one text that has the shape of personal data, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kidgate.content.personal_data.addresses import addresses, homes
from kidgate.content.personal_data.births import births
from kidgate.content.personal_data.context import DULL, Cue
from kidgate.content.personal_data.folding import Folded
from kidgate.content.personal_data.kinds import Kind, Span
from kidgate.content.personal_data.mails import mails
from kidgate.content.personal_data.numbers import numbers
from kidgate.content.personal_data.papers import ibans
from kidgate.content.personal_data.phones import disguised
from kidgate.content.personal_data.places import places

_DIGITS = re.compile(r"[0-9][0-9]*+")
_FOUR_DIGITS = re.compile(r"[0-9](?:[ .()_*,-]{0,2}[0-9]){3}")
_MACHINE = re.compile(
    r"(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # UUID
    r"|(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}t[0-9:.]{5,20}(?:z|[+-][0-9:]{4,5})?"  # ISO 8601
)
# What fills most of what machines send: words, small numbers, positions of a pointer.
_SMALL = re.compile(r"[a-z_]{0,40}|-?[0-9]{1,7}(?:\.[0-9]{1,20})?")
_WHOLE = 2000  # characters of a text that is searched from end to end
_AROUND = 160  # of a longer one, on both sides of its digits


def spans(text: Folded, named: frozenset[Cue] = frozenset()) -> list[Span]:
    """The places in a text, by where they start. `named`: what its field is called."""
    if not named - DULL and _SMALL.fullmatch(text.plain):
        return []
    found = list(mails(text.plain))
    found += homes(text, named)
    found += (Span(Kind.PHONE, start, end) for start, end in disguised(text.plain))
    for start, end in _numeric(text.plain):
        piece = text.cut(start, end)
        found += (Span(s.kind, s.start + start, s.end + start) for s in _of_digits(piece, named))
    return sorted(found, key=lambda span: (span.start, -span.end))


def _of_digits(text: Folded, named: frozenset[Cue]) -> Iterator[Span]:
    plain = text.plain
    yield from births(plain, named)
    yield from places(plain, named)
    yield from addresses(text)
    if _FOUR_DIGITS.search(plain):
        yield from (Span(Kind.BANK_ACCOUNT, start, end) for start, end in ibans(plain))
        yield from numbers(_MACHINE.sub(_blank, plain) if "-" in plain else plain, named)


def _numeric(plain: str) -> Iterator[tuple[int, int]]:
    """The stretches of a text that have digits in them: a long one is mostly words."""
    if len(plain) <= _WHOLE:
        if _DIGITS.search(plain):
            yield 0, len(plain)
        return
    start = end = -1
    for match in _DIGITS.finditer(plain):
        if start >= 0 and match.start() > end + _AROUND:
            yield start, end
            start = -1
        if start < 0:
            start = max(0, match.start() - _AROUND)
        end = min(len(plain), match.end() + _AROUND)
    if start >= 0:
        yield start, end


def _blank(match: re.Match[str]) -> str:
    return "~" * (match.end() - match.start())
