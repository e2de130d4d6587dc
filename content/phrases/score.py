"""What a page's phrases say of it: a score from 0 to 100 for each category, with evidence.

For each phrase that was found, with weight W in places whose factors are f1 >= f2 >= ...:

    points = W * (f1 + f2 * REPEAT + f3 * REPEAT^2 + ...)

A factor is that of the kind of part (`FACTORS`); a combination counts once, by the least of its
texts' best places. Of a category and of the context that speaks for or against it:

    amount  = sum of points above 0
    relief  = sum of points below 0, at most RELIEF of the amount
    density = (amount - relief) per 1,000 words; LEAST_WORDS <= words <= MOST_WORDS
    score   = 100 * (1 - exp(-sqrt((amount - relief) * density) / SCALE))

The middle of amount and density makes short pages (search results, a shop's landing page) and long
articles comparable. On 1,000 words 36 points reach the limit 30, 60 points 45, 92 points 60 and 120
points 70; a page of up to 400 words needs 0.63 times as many, one of 4,000 words twice as many.

Fewer than DISTINCT different phrases of a category give CAP at most, below every tier's limit:
one word is no page. Nothing here knows tiers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import exp, sqrt
from typing import NamedTuple

from kidgate.content.phrases.automaton import Automaton, Spelling
from kidgate.content.phrases.model import Evidence, Scored
from kidgate.content.phrases.tally import Places, Tally
from kidgate.content.phrases.words import count_words, searchable
from kidgate.content.text.page import Kind, Page
from kidgate.content.vietnamese.views import encoded_views
from kidgate.policies.phrases import EVERY, Phrase

FACTORS: Mapping[Kind, float] = {
    Kind.TITLE: 2.0,
    Kind.HEADING: 2.0,
    Kind.BODY: 1.0,
    Kind.HIDDEN: 0.5,
    Kind.NAVIGATION: 0.3,
}
"""The weightiest first: in this order they are read, and a page's repeats counted."""

SPEAKING = frozenset({Kind.TITLE, Kind.HEADING, Kind.BODY})
"""Kinds whose words count for the density, and where context may speak for a page: what nobody
sees must not excuse what everybody sees."""

REPEAT = 0.5
RELIEF = 0.85
LEAST_WORDS, MOST_WORDS = 400, 20_000
SCALE = 100.0
DISTINCT = 2
CAP = 25.0
EVIDENCE = 8  # phrases shown for each category

_CONTEXT = {kind: factor if kind in SPEAKING else 0.0 for kind, factor in FACTORS.items()}
_MARK = "\x1e"
_SEPARATOR = f"\n{_MARK}\n"  # between the kinds; no phrase reaches across a line


@dataclass(frozen=True, slots=True)
class Budget:
    """What reading one page may cost."""

    characters: int = 400_000


class _Worth(NamedTuple):
    """A phrase that was found and what it adds."""

    phrase: Phrase
    points: float
    kind: Kind
    times: int


def score(page: Page, automaton: Automaton, *, budget: Budget = Budget()) -> Scored:
    """The scores of a page. Never raises on any text; linear in its length."""
    texts, unread = _texts(page, budget)
    tally = Tally(automaton)
    words = 0
    for kind, spelling, data in _searched(texts):
        tally.add(automaton.hits(data, spelling), kind)
        if kind in SPEAKING and spelling is not Spelling.FOLDED:
            words += count_words(data)
    worths = [_worth(automaton.phrases[number], places) for number, places in tally.found()]
    scores, evidence = _judged([worth for worth in worths if worth.points], words)
    return Scored(scores, evidence, words, "; ".join(filter(None, (page.unread, unread))))


def _texts(page: Page, budget: Budget) -> tuple[dict[Kind, str], str]:
    """The text of each kind, those first that say most; and what was left out."""
    gathered: dict[Kind, list[str]] = {kind: [] for kind in FACTORS}
    for part in page.parts:
        gathered[part.kind].append(part.text)
    left, cut = budget.characters, False
    texts: dict[Kind, str] = {}
    for kind, pieces in gathered.items():
        text = "\n".join(pieces)
        cut = cut or len(text) > left
        texts[kind] = text[:left].replace(_MARK, " ")
        left -= len(texts[kind])
    return texts, f"only the first {budget.characters} characters were read" if cut else ""


def _searched(texts: Mapping[Kind, str]) -> Iterator[tuple[Kind, Spelling, bytes]]:
    """The texts as they are searched, with their marks and, where the page writes none, without.

    The whole page is looked at in one go: whether it writes marks is asked of all its kinds.
    """
    both = encoded_views(_SEPARATOR.join(texts.values()))
    written = both.accented.split(_MARK.encode())
    plain = written if both.folded is None else both.folded.split(_MARK.encode())
    for kind, text, without in zip(texts, written, plain, strict=True):
        if text.isspace():
            continue
        if both.folded is None:
            yield kind, Spelling.WRITTEN, searchable(text)
        elif text == without:
            yield kind, Spelling.BOTH, searchable(text)
        else:
            yield from _mixed(kind, text, without)


def _mixed(kind: Kind, text: bytes, plain: bytes) -> Iterator[tuple[Kind, Spelling, bytes]]:
    """A page with a few marks: the lines that have one are searched in both spellings."""
    lines = list(zip(text.split(b"\n"), plain.split(b"\n"), strict=True))
    marked = [(one, two) for one, two in lines if one != two]
    yield kind, Spelling.BOTH, searchable(b"\n".join(one for one, two in lines if one == two))
    yield kind, Spelling.WRITTEN, searchable(b"\n".join(one for one, _ in marked))
    yield kind, Spelling.FOLDED, searchable(b"\n".join(two for _, two in marked))


def _worth(phrase: Phrase, places: Places) -> _Worth:
    """What a phrase adds, and where it counted most."""
    factors = _CONTEXT if phrase.weight < 0 else FACTORS
    share, turn = 0.0, 1.0
    for kind in places:
        share += factors[kind] * turn
        turn *= REPEAT
    return _Worth(phrase, phrase.weight * share, places[0], len(places))


def _judged(
    worths: Iterable[_Worth], words: int
) -> tuple[dict[str, float], dict[str, tuple[Evidence, ...]]]:
    by_category: dict[str, list[_Worth]] = {}
    for worth in worths:
        by_category.setdefault(worth.phrase.category, []).append(worth)
    for_all = by_category.pop(EVERY, [])
    scores: dict[str, float] = {}
    evidence: dict[str, tuple[Evidence, ...]] = {}
    for category, own in by_category.items():
        against = [worth for worth in own if worth.points > 0]
        if not against:
            continue
        context = [worth for worth in own if worth.points < 0] + for_all
        scores[category] = _score(against, context, words)
        shown = sorted(against + context, key=lambda worth: abs(worth.points), reverse=True)
        evidence[category] = tuple(map(_evidence, shown[:EVIDENCE]))
    return scores, evidence


def _score(against: list[_Worth], context: list[_Worth], words: int) -> float:
    amount = sum(worth.points for worth in against)
    amount -= min(-sum(worth.points for worth in context), RELIEF * amount)
    length = min(max(words, LEAST_WORDS), MOST_WORDS)
    density = amount * 1000 / length
    found = 100 * (1 - exp(-sqrt(amount * density) / SCALE))
    return round(found if _are_distinct(against) else min(found, CAP), 1)


def _are_distinct(worths: list[_Worth]) -> bool:
    """Whether at least DISTINCT different phrases were found: `casino` and `casinos` are one, a
    combination is as many as it has texts."""
    texts = {text.strip() for worth in worths for text in worth.phrase.texts}
    shortest = min(texts, key=len)
    rest = [text for text in texts if " " in text or not text.startswith(shortest)]
    return len(rest) + 1 - (shortest in rest) >= DISTINCT


def _evidence(worth: _Worth) -> Evidence:
    phrase = worth.phrase
    points = round(worth.points, 1)
    return Evidence(phrase.shown, phrase.weight, worth.kind, worth.times, points, phrase.source)
