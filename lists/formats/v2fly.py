"""The lists of v2fly/domain-list-community (its README, "Structure of data").

    example.com  domain:example.com    the name and all below it
    full:example.com                   that host alone
    keyword:text  regexp:expression    looked for in the host
    include:other                      all of another list of the same folder
    include:other @cn @-!cn            of it, what has the attribute `cn` and has not `!cn`
    example.com @ads @cn &other        attributes; the entry belongs to the list `other`, too

An `include:` counts as many entries as it brings. `category@ads` asks for a list's entries with an
attribute alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from kidgate.lists.entries import Entries, Outcome
from kidgate.lists.formats import plain
from kidgate.lists.formats.grammar import Format, Grammar, Opening
from kidgate.lists.items import Passed, Said
from kidgate.lists.report import Skip
from kidgate.lists.rules import dialects

_LINE = re.compile(r"(?:(full|domain|keyword|regexp|include):)?(\S+)((?:\s+[@&]\S+)*)")
_TYPED = re.compile(r"(?:full|domain|keyword|regexp|include):[^\s/0-9]\S*(?:\s+[@&]\S+)*")
_MARKED = re.compile(r"[^\s@&]+(?:\s+[@&][^\s@&]+)+")
_INCLUDE = re.compile(rb"^include:(\S+)", re.MULTILINE)
_DEEPEST = 50  # lists that include one another


class Rule(NamedTuple):
    """One line. `attributes` of an `include` are conditions, `-` before those that must not be."""

    kind: str  # full | domain | keyword | regexp | include
    value: str
    attributes: frozenset[str] = frozenset()
    affiliations: frozenset[str] = frozenset()


def rule_of(line: str) -> Rule | None:
    """None for a line that has nothing, or another grammar."""
    found = _LINE.fullmatch(line.partition("#")[0].strip())
    if not found:
        return None
    marks = found[3].split()
    return Rule(
        found[1] or "domain",
        found[2],
        frozenset(mark[1:] for mark in marks if mark[0] == "@"),
        frozenset(mark[1:] for mark in marks if mark[0] == "&"),
    )


def votes(line: str) -> bool:
    line = line.partition("#")[0].rstrip()
    return bool(_TYPED.fullmatch(line) or ("." in line and _MARKED.fullmatch(line)))


def is_library(beside: Mapping[str, bytes]) -> bool:
    """Whether the files of a folder are such lists: one includes another."""
    named = (name for text in beside.values() for name in _INCLUDE.findall(text))
    return any(name.decode("utf-8", "replace") in beside for name in named)


def has(wanted: frozenset[str] | tuple[str, ...], attributes: frozenset[str]) -> bool:
    """Whether an entry's attributes fulfil conditions such as `cn` and `-ads`."""
    return all(
        one[1:] not in attributes if one.startswith("-") else one in attributes for one in wanted
    )


class Library:
    """The lists of a folder, each read once and when it is asked for."""

    def __init__(self, texts: Mapping[str, bytes]) -> None:
        self._texts = texts
        self.circles: set[str] = set()  # lists found to include themselves in the end
        self._known: dict[str, Mapping[Rule, None]] = {}
        self._affiliated: dict[str, list[Rule]] | None = None

    def __contains__(self, name: str) -> bool:
        return name in self._texts

    def brought(self, name: str, above: tuple[str, ...] = ()) -> Mapping[Rule, None]:
        """The rules of a list and of all it includes, each once; of a circle, those outside it."""
        if name in self._known:
            return self._known[name]
        if name in above or len(above) > _DEEPEST:
            self.circles.add(name)
            return {}
        if name not in self._texts:
            return {}
        found: dict[Rule, None] = {}
        for rule in _rules(self._texts[name].splitlines()):
            if rule.kind == "include":
                below = self.brought(rule.value, (*above, name))
                found.update({one: None for one in below if has(rule.attributes, one.attributes)})
            else:
                found[rule] = None
        found.update(dict.fromkeys(self.affiliated(name)))
        self._known[name] = found
        return found

    def affiliated(self, name: str) -> list[Rule]:
        """The rules that other lists say belong to this one."""
        if self._affiliated is None:
            self._affiliated = {}
            for other, text in self._texts.items():
                lines = text.splitlines() if b"&" in text else []
                for rule in _rules(line for line in lines if b"&" in line):
                    for belongs in rule.affiliations - {other}:
                        self._affiliated.setdefault(belongs, []).append(rule)
        return self._affiliated.get(name, [])


def _rules(lines: Iterable[bytes]) -> Iterator[Rule]:
    for line in lines:
        if rule := rule_of(line.decode("utf-8", "replace")):
            yield rule


class ListLines:
    """The lines of one list. What others say belongs to it comes with its first entry."""

    def __init__(self, opening: Opening) -> None:
        self._entries, self._wanted = opening.entries, opening.attributes
        self._other = plain.opened(opening)
        self._name = opening.file.rpartition("/")[2]
        self._library = Library(opening.beside)
        self._waiting = self._library.affiliated(self._name)

    def __call__(self, line: str) -> Said:
        rule = rule_of(line)
        if not rule:
            return self._other(line)
        said = self._included(rule) if rule.kind == "include" else (self._taken(rule),)
        if self._waiting and not isinstance(said, Passed):
            said, self._waiting = [*said, *map(self._taken, self._waiting)], []
        return said

    def _included(self, rule: Rule) -> Said:
        if rule.value not in self._library:
            return (Skip.INCLUDE,)
        circles = len(self._library.circles)
        found = self._library.brought(rule.value, (self._name,))
        said = [self._taken(one) for one in found if has(rule.attributes, one.attributes)]
        if len(self._library.circles) > circles:
            said.append(Skip.INCLUDE)
        return said or Passed.DIRECTIVE

    def _taken(self, rule: Rule) -> Outcome:
        if not has(self._wanted, rule.attributes):
            return Skip.ATTRIBUTE
        return _KINDS[rule.kind](rule.value, self._entries)


_KINDS: Mapping[str, Callable[[str, Entries], Outcome]] = {
    "domain": lambda value, entries: entries.name_or_url(value),
    "full": lambda value, entries: entries.exact(value),
    "keyword": lambda value, _: dialects.keyword(value),
    "regexp": lambda value, _: dialects.host_regex(value),
}

GRAMMAR = Grammar(Format.V2FLY, votes, ListLines)
