"""Words of several kinds that stand near each other, in whatever order.

    <not> + <tell> + <home> - <surprise>

Of each part one text, none of them further from the first part's than REACH words of the same
sentence; of a part after `-`, none in that sentence. What a stranger asks for he says in a thousand
ways, of which most bring the same few kinds of words together; a saying (`notation.py`) is one way.

The cost is linear in a message's words: each is looked up once, and what stands nearest is found by
bisection. No expressions, and no more memory than the words themselves.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from sys import intern
from typing import NamedTuple

from kidgate.content.messages.notation import ANY_NUMBER, Lexicon

REACH = 6  # words
OVERLAP = 8  # places looked back over: of what begins before an anchor's end, some overlap it
_APART = 1_000_000  # added for each sentence: nothing reaches across its end
_Texts = tuple[str, ...]
_Spans = list[tuple[int, int]]  # first word and the one after the last, in the order they stand


class Rule(NamedTuple):
    wanted: tuple[_Texts, ...]
    unwanted: tuple[_Texts, ...] = ()


def is_rule(saying: str) -> bool:
    return " + " in saying


def rule(saying: str, lexicon: Lexicon) -> Rule | None:
    """A rule taken apart; None when a wanted part has no text left."""
    wanted, *unwanted = saying.split(" - ")
    parts = [_texts(part, lexicon) for part in wanted.split(" + ")]
    if not all(parts):
        return None
    return Rule(tuple(parts), tuple(filter(None, (_texts(part, lexicon) for part in unwanted))))


def _texts(part: str, lexicon: Lexicon) -> _Texts:
    found = lexicon.elements(part.strip())
    return found[0].texts if found else ()


_Kind = frozenset[str]


class _Sought[Named](NamedTuple):
    named: Named
    wanted: tuple[_Kind, ...]
    unwanted: tuple[_Kind, ...]


class Near[Named]:
    """Rules, each with what it is a sign of, in one spelling."""

    def __init__(self, rules: Iterable[tuple[Named, Rule]]) -> None:
        kinds: dict[_Texts, _Kind] = {}
        sought = [
            _Sought(named, _kinds(wanted, kinds), _kinds(unwanted, kinds))
            for named, (wanted, unwanted) in rules
        ]
        # By its first two words, or by its only one.
        self._by_begin: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
        for text in sorted({text for kind in kinds.values() for text in kind}):
            words = tuple(map(intern, text.split()))
            self._by_begin[words[:2]].append(words)
        common = Counter(text for kind in kinds.values() for text in kind)
        self._by_text: dict[str, list[_Sought[Named]]] = defaultdict(list)
        for one in sought:
            for text in min(one.wanted, key=lambda kind: sum(map(common.__getitem__, kind))):
                self._by_text[text].append(one)

    def found(self, words: str) -> Iterator[Named]:
        """What the rules that a spoken text (`notation.spoken`) fulfils are signs of."""
        spans = self._spans(words.split())
        here = set(spans)
        candidates = {id(one): one for text in here for one in self._by_text.get(text, ())}
        lacking: dict[int, bool] = {}  # by the identity of a kind, which many rules share
        for one in candidates.values():
            for kind in one.wanted:
                if id(kind) not in lacking:
                    lacking[id(kind)] = kind.isdisjoint(here)
                if lacking[id(kind)]:
                    break
            else:
                if _fulfils(one, spans):
                    yield one.named

    def _spans(self, words: list[str]) -> dict[str, _Spans]:
        """Where each text of any rule stands."""
        spans: dict[str, _Spans] = defaultdict(list)
        apart = 0
        for at, word in enumerate(words):
            if word == ".":
                apart += _APART
                continue
            first = ANY_NUMBER if word[0].isdigit() else word
            two = (first, words[at + 1]) if at + 1 < len(words) else (first, ".")
            for text in (*self._by_begin.get((first,), ()), *self._by_begin.get(two, ())):
                end = at + len(text)
                if len(text) < 3 or tuple(words[at + 2 : end]) == text[2:]:
                    spans[" ".join(text)].append((at + apart, end + apart))
        return spans


def _kinds(parts: Iterable[_Texts], kinds: dict[_Texts, _Kind]) -> tuple[_Kind, ...]:
    """The texts of each part, those of equal parts kept once."""
    return tuple(kinds.setdefault(part, frozenset(part)) for part in parts)


def _fulfils[Named](one: _Sought[Named], spans: Mapping[str, _Spans]) -> bool:
    anchors, *others = [_places(kind, spans) for kind in one.wanted]
    never = [_places(kind, spans) for kind in one.unwanted]
    return any(
        all(_is_near(anchor, other) for other in others)
        and not any(_is_in(anchor[0] // _APART, other) for other in never)
        for anchor in anchors
    )


def _places(kind: _Kind, spans: Mapping[str, _Spans]) -> _Spans:
    return sorted(span for text in kind.intersection(spans) for span in spans[text])


def _is_near(anchor: tuple[int, int], others: _Spans) -> bool:
    """Whether one of the others begins within reach behind the anchor, or ends so before it."""
    begin, end = anchor
    after = bisect_left(others, (end, 0))
    if after < len(others) and others[after][0] - end <= REACH:
        return True
    # Those that overlap the anchor stand between: a text has a handful of words.
    before = (other for other in reversed(others[max(0, after - OVERLAP) : after]))
    return any(other[1] <= begin <= other[1] + REACH for other in before)


def _is_in(sentence: int, others: _Spans) -> bool:
    at = bisect_left(others, (sentence * _APART, 0))
    return at < len(others) and others[at][0] < (sentence + 1) * _APART
