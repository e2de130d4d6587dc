"""The sayings of all languages, compiled: which of them a message holds.

Two kinds: words in their order (`notation.py`) and words near each other (`near.py`). One set of
each per view: the accented one for messages whose writer types marks, the folded one for those that
have none: there `con ngu` is a child asleep. What hits add up to is `score.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import re2  # type: ignore[import-untyped]

from kidgate.content.messages.near import Near, Rule, is_rule, rule
from kidgate.content.messages.notation import (
    ANY_NUMBER,
    HIDDEN,
    Element,
    Folded,
    Lexicon,
    expression,
    spoken,
)
from kidgate.content.vietnamese.views import views
from kidgate.policies.chats import FAMILY, LEVELS, UNEQUAL, SayingsRow

Elements = tuple[Element, ...]
MAX_CHARACTERS = 16 * 1024  # of one message; the end of a longer one counts


class Sign(NamedTuple):
    """A saying that hit. `kind` is a grooming stage, a category, `family` or `unequal`."""

    kind: str
    level: str  # weak | plain | strong
    saying: str  # as it stands in the data


class _Sought(NamedTuple):
    sign: Sign
    pattern: Any  # of re2, whose cost is linear whatever the message


class _View:
    """The sayings in one spelling, found by the rarest of the words that each must have."""

    def __init__(
        self,
        signs: Iterable[tuple[Sign, Elements]],
        rules: Iterable[tuple[Sign, Rule]],
        innocent: Iterable[Elements],
    ) -> None:
        signs = tuple(signs)
        self._near = Near(rules)
        common = Counter(word for _, found in signs for word in _words(found))
        self._by_word: dict[str, list[_Sought]] = defaultdict(list)
        for sign, found in signs:
            sought = _Sought(sign, re2.compile(expression(found)))
            for word in _key(found, common):
                self._by_word[word].append(sought)
        self._innocent = re2.compile("|".join(map(expression, innocent)) or r"[^\s\S]")

    def signs(self, words: str) -> list[Sign]:
        near = list(self._near.found(words))
        if self._innocent.search(words):
            words = self._innocent.sub(f" {HIDDEN} ", words)
            near = [*(sign for sign in near if sign.kind == FAMILY), *self._near.found(words)]
        by_word, seen = self._by_word, dict.fromkeys(words.split())
        sought = {s.sign: s for word in (*seen, "") for s in by_word.get(word, ())}
        found = [s.sign for s in sought.values() if s.pattern.search(words)]
        return [*found, *dict.fromkeys(near)]


class Sayings:
    """Immutable; built once from `documents/chats.py`'s rows."""

    def __init__(self, rows: Iterable[SayingsRow]) -> None:
        whole = [(row, Lexicon(row.sets)) for row in rows]
        self._accented = _view(whole)
        self._folded = _view((row, Folded(words, row.never_folded)) for row, words in whole)

    def signs(self, text: str) -> tuple[Sign, ...]:
        """Every saying that a message holds, each once, in no order that means anything."""
        seen = views(text[-MAX_CHARACTERS:])
        if seen.folded is None:
            return tuple(self._accented.signs(spoken(seen.accented)))
        found = self._folded.signs(spoken(seen.folded))
        if seen.accented != seen.folded:  # a few marks in a long text
            found += self._accented.signs(spoken(seen.accented))
        return tuple(dict.fromkeys(found))


def _view(rows: Iterable[tuple[SayingsRow, Lexicon]]) -> _View:
    """All languages in one spelling; what it leaves nothing of is not there."""
    said: list[tuple[Sign, Elements]] = []
    near: list[tuple[Sign, Rule]] = []
    calm: list[Elements] = []
    for row, lexicon in rows:
        for sign in _signs(row):
            if is_rule(sign.saying):
                if found := rule(sign.saying, lexicon):
                    near.append((sign, found))
            elif parts := lexicon.elements(sign.saying):
                said.append((sign, parts))
        calm += filter(None, map(lexicon.elements, row.innocent))
    return _View(said, near, calm)


def _words(found: Elements) -> set[str]:
    """The first words of every text that must or may be there."""
    return {text.split()[0] for element in found for text in element.texts}


def _key(found: Elements, common: Mapping[str, int]) -> set[str]:
    """Words one of which stands in every message that holds the saying; "" for any message."""
    needed = [
        {text.split()[0] for text in element.texts}
        for element in found
        if not element.optional and not any(ANY_NUMBER in text for text in element.texts)
    ]
    return min(needed, key=lambda words: sum(common[word] for word in words), default={""})


def _signs(row: SayingsRow) -> Iterator[Sign]:
    yield from (Sign(FAMILY, "plain", saying) for saying in row.family)
    yield from (Sign(UNEQUAL, "plain", saying) for saying in row.unequal)
    for group in (row.stages, row.categories):
        for kind, levels in group.items():
            for level in LEVELS:
                for saying in levels.get(level, ()):
                    yield Sign(kind, level, saying)
