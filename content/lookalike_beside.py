"""What stands beside a brand's name in a host: bait, made-up endings, digits, or other words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from kidgate.content.lookalike_brands import FAKE_ENDINGS, START, Brands
from kidgate.content.lookalike_places import Place

SCRAP = 3  # letters: fewer say nothing
LONGEST = 24  # letters of a bait word or filler; a bound on the work for hostile names
_PARTS = re.compile(r"[a-z]+|[0-9]+")


class Beside(NamedTuple):
    """Everything in the host but the brand and the ending."""

    bait: tuple[str, ...]
    fake_endings: tuple[str, ...]
    digits: str
    only_digits: bool
    explained: bool  # there is something, and all of it is bait, fillers, scraps or digits


class Words(NamedTuple):
    """How words count beside one brand."""

    bait: AbstractSet[str]
    fillers: AbstractSet[str]
    scraps: bool  # a letter or two say nothing; beside what others use too, they are a name


def beside(place: Place, brands: Brands) -> Beside:
    """What the words around a place amount to."""
    known = _words(place, brands)
    # `educand` ends in no made-up ending: glued to a common spelling it is part of a word.
    fake = frozenset() if place.how == "common_glued" else FAKE_ENDINGS
    fakes = dict.fromkeys(word for word in place.rest if word in fake)
    words = [word for word in place.rest if word not in fake]
    digits = "".join(part for part in _parts(words) if part.isdigit())
    letters = [part for part in _parts(words) if not part.isdigit()]
    made = [_made_of(part, known) for part in letters]
    bait = dict.fromkeys(
        word
        for part, found in zip(letters, made, strict=True)
        for word in (found if found is not None else _held(part, brands))
    )
    explained = bool(place.rest) and all(
        found is not None or (known.scraps and len(part) < SCRAP)
        for part, found in zip(letters, made, strict=True)
    )
    # `dang-ky` is one word to a reader.
    whole = _made_of("".join(words), known) if len(words) > 1 else None
    bait |= dict.fromkeys(whole or ())
    return Beside(
        bait=tuple(bait),
        fake_endings=tuple(fakes),
        digits=digits,
        only_digits=len(digits) > 1 and not letters,
        explained=explained or whole is not None,
    )


def _parts(words: Iterable[str]) -> Iterator[str]:
    return (part for word in words for part in _PARTS.findall(word))


def _words(place: Place, brands: Brands) -> Words:
    own = frozenset(place.brand.keywords)
    if place.is_common:
        return Words(own | brands.bait, brands.fillers | brands.hints, scraps=False)
    scraps = not place.brand.discussed
    return Words(own | brands.bait | brands.hints, brands.fillers, scraps)


def _made_of(part: str, known: Words) -> tuple[str, ...] | None:
    """The bait in a word that is bait and fillers throughout; None when it is something else."""
    ways: list[tuple[str, ...] | None] = [()] + [None] * len(part)
    for end in range(1, len(part) + 1):
        for start in range(end - 1, max(-1, end - 1 - LONGEST), -1):
            before = ways[start]
            if before is None:
                continue
            piece = part[start:end]
            if piece in known.bait:
                ways[end] = (*before, piece)
                break
            if ways[end] is None and piece in known.fillers:
                ways[end] = before
    return ways[-1]


def _held(part: str, brands: Brands) -> Iterator[str]:
    """Long bait inside a word that holds other things too."""
    for at in range(len(part) - START + 1):
        for word in brands.bait_starts.get(part[at : at + START], ()):
            if part.startswith(word, at):
                yield word
