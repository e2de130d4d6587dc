"""By which texts a rule is found, so that a visit meets few of many thousand rules.

A rule is kept under one kind of key. Every visit that it holds for has at least one of its keys:

    host       `||a.example^...` and `|https://a.example/...`: the host, or one above it
    token      a whole word between signs of an address, the rarest of the rule's
    initiator  a name of `domain=`, marked with `<`
    literal    a text of three signs or more anywhere in the address

Expressions that say nothing sure, or nothing telling, of their texts have no key and are looked for
together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

from kidgate.lists.rules.literals import SHORTEST, required
from kidgate.lists.rules.ordinary import is_ordinary
from kidgate.lists.rules.patterns import literals
from kidgate.lists.rules.text import REGEXES, Kind, Rule

TOKEN = re.compile("[a-z0-9%]{2,}")
INITIATOR = "<"

_CROWDED = 64  # rules of one token
COMMON = frozenset(
    re.findall(
        r"\w+",
        "http https www com net org edu gov info html htm php asp aspx jsp cgi js css json xml jpg"
        " jpeg png gif svg webp ico mp4 swf img image images static assets media api cdn src index"
        " home id vn co uk de fr ru jp cn io tv me us",
    )
)  # words of so many addresses that they are no keys
_HOST = re.compile(r"(?:\|\||\|https?://)([a-z0-9_-]+(?:\.[a-z0-9_-]+)+)(?=[/^:?]|\|$)")


class By(Enum):
    TOKEN = auto()  # also: host, initiator
    LITERAL = auto()
    NOTHING = auto()


class Keys(NamedTuple):
    by: By
    texts: Sequence[str]


NO_KEYS = Keys(By.NOTHING, ())


def host_of(rule: Rule) -> str:
    """The one host, with those below it, that a rule is about; none when it is about others."""
    if rule.kind is Kind.HOST_GLOB:
        return "" if "*" in rule.body or "." not in rule.body else rule.body
    if rule.kind is Kind.PATTERN and (found := _HOST.match(rule.body)):
        return found[1]
    return ""


def tokens(rule: Rule) -> Iterator[str]:
    """The words of a pattern or glob that stand between two signs in every address it matches."""
    if rule.kind is Kind.HOST_GLOB:
        text = f"|{rule.body}|"
    elif rule.kind is Kind.PATTERN:
        text = rule.body.lower()
    else:
        return
    for found in TOKEN.finditer(text):
        before, after = text[found.start() - 1], text[found.end() : found.end() + 1]
        if before != "*" and after not in ("", "*"):
            yield found[0]


def tells(rule: Rule) -> bool:
    """Whether a pattern or glob has a word or text by which it can be found."""
    return bool(_telling_words(rule) or _telling_texts(rule))


class Chooser:
    """Gives each of some rules its keys: what is rare depends on all of them."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._uses: Counter[str] = Counter()
        self._of_host: Counter[str] = Counter()
        for rule in rules:
            self._uses.update({*_telling_words(rule), *_telling_texts(rule)})

    def keys(self, rule: Rule) -> Keys:
        """The rules are to be asked for in one order, each once."""
        if (host := host_of(rule)) and self._has_room(host, rule):
            return Keys(By.TOKEN, [host])
        words = self._rarest(_telling_words(rule))
        if words and self._uses[words[0]] <= _CROWDED:
            return Keys(By.TOKEN, words)
        if initiators := rule.conditions.initiators:
            return Keys(By.TOKEN, [INITIATOR + name for name in initiators])
        texts = _sure(rule) if rule.kind in REGEXES else self._rarest(_telling_texts(rule))
        if texts:
            return Keys(By.LITERAL, texts)
        return Keys(By.TOKEN, words or [host]) if words or host else NO_KEYS

    def _has_room(self, host: str, rule: Rule) -> bool:
        """Some hosts have thousands of pages on lists. Enough rules stay under the host to know
        that its URLs matter."""
        if rule.by_host_alone:
            return True
        self._of_host[host] += 1
        return self._of_host[host] <= _CROWDED

    def _rarest(self, texts: Iterable[str]) -> list[str]:
        return sorted(texts, key=lambda text: (self._uses[text], -len(text), text))[:1]


def _telling_words(rule: Rule) -> list[str]:
    return [word for word in tokens(rule) if word not in COMMON]


def _telling_texts(rule: Rule) -> list[str]:
    """Texts that every address which a pattern or glob matches holds, and few others."""
    if rule.kind in REGEXES:
        return []
    parts = rule.body.split("*") if rule.kind is Kind.HOST_GLOB else literals(rule.body)
    return [text for text in parts if len(text) >= SHORTEST and _tells(text)]


def _sure(rule: Rule) -> list[str]:
    """Texts of which every match of an expression holds one, if few other addresses hold any."""
    texts = sorted(required(rule.body))
    return texts if all(map(_tells, texts)) else []


def _tells(text: str) -> bool:
    """Not `https://` or `.com/`."""
    letters = sum(len(word) for word in TOKEN.findall(text) if word not in COMMON)
    return letters >= SHORTEST and not is_ordinary(text)
