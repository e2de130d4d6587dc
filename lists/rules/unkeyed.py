"""Rules that no text in an address leads to: nearly always regular expressions.

They are looked for together, in one pass over the address for each part of it they look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kidgate.lists.rules.matching import Question
from kidgate.lists.rules.regexes import RegexSet
from kidgate.lists.rules.text import REGEXES, Kind, Rule


class Unkeyed:
    def __init__(self, rules: Iterable[tuple[int, Rule]]) -> None:
        by_kind: dict[Kind, list[tuple[int, str]]] = {}
        for number, rule in rules:
            by_kind.setdefault(rule.kind, []).append((number, rule.body))
        self._sets = [
            (kind, RegexSet([body for _, body in by_kind[kind]]), [n for n, _ in by_kind[kind]])
            for kind in by_kind
            if kind in REGEXES
        ]
        self._others = [n for kind in by_kind if kind not in REGEXES for n, _ in by_kind[kind]]

    def find(self, question: Question) -> Iterator[int]:
        """The numbers of rules that may hold: in any case of letters, whatever their conditions."""
        yield from self._others
        for kind, regexes, numbers in self._sets:
            if kind is Kind.HOST_REGEX:
                text = question.host
            elif not question.target:
                continue
            else:
                text = question.page if kind is Kind.PAGE_REGEX else question.address
            yield from (numbers[at] for at in regexes.find(text.encode()))
