"""Reads a text as a file of one format, line by line, and says what came of each."""

from __future__ import annotations

from kidgate.lists.entries import Entries, Entry, Mode, Outcome
from kidgate.lists.formats.detect import detect, open_parser, short_form
from kidgate.lists.formats.grammar import Format, Opening
from kidgate.lists.items import Passed
from kidgate.lists.report import Skip

ENTRIES = Entries({"com", "example", "test", "zip", "github.example"})

Came = list[Outcome] | Passed


def lines(known: Format, text: str, **opening: object) -> list[Came]:
    """What the format's parser says of each line."""
    split = text.split("\n")
    parse = open_parser(known, Opening(ENTRIES, split, **opening))
    said = [parse(line) for line in split]
    return [one if isinstance(one, Passed) else list(one) for one in said]


def line(known: Format, text: str) -> Came:
    return lines(known, text)[0]


def entries(text: str, known: Format | None = None) -> set[str]:
    """All entries of a text as `mode key`, read as the intake does: the format is told first."""
    split = text.split("\n")
    known = known or detect(split)
    short, parse = short_form(known).fullmatch, open_parser(known, Opening(ENTRIES, split))
    found = set()
    for one in split:
        plain = short(one)
        said = [ENTRIES.plain(plain["name"])] if plain else parse(one)
        if not isinstance(said, Passed):
            found |= {f"{e.mode} {e.key}" for e in said if isinstance(e, Entry)}
    return found


def tree(name: str) -> Entry:
    return Entry(name, Mode.TREE)


def exact(name: str) -> Entry:
    return Entry(name, Mode.EXACT)


def exempt(name: str) -> Entry:
    return Entry(name, Mode.EXCEPT)


def url(address: str) -> Entry:
    return Entry(address, Mode.URL)


def network(cidr: str) -> Entry:
    return Entry(cidr, Mode.NETWORK)


def rule(text: str) -> Entry:
    return Entry(text, Mode.RULE)


__all__ = [
    "ENTRIES",
    "Format",
    "Passed",
    "Skip",
    "entries",
    "exact",
    "exempt",
    "line",
    "lines",
    "network",
    "rule",
    "tree",
    "url",
]
