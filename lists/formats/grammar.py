"""What a format is made of: its name, its vote on a line, its parser, its commonest spelling."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kidgate.lists.entries import Entries
from kidgate.lists.items import Said


class Format(StrEnum):
    """Stable strings: a report and the feeds table say them."""

    ADBLOCK = "adblock"
    HOSTS = "hosts"
    DOMAINS = "domains"
    URLS = "urls"
    ADDRESSES = "addresses"
    DNSMASQ = "dnsmasq"
    UNBOUND = "unbound"
    BIND = "bind"
    RPZ = "rpz"
    CLASH = "clash"
    V2FLY = "v2fly"
    TABLE = "csv"
    TPL = "tpl"
    HOST_REGEXES = "host_regexes"
    URL_REGEXES = "url_regexes"
    E2GUARDIAN = "e2guardian"
    PHRASES = "phrases"  # recognised in order to be refused


LineParser = Callable[[str], Said]
"""Reads the lines of one file in their order; made anew for each file, since it may keep state."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a parser is opened with."""

    entries: Entries
    sample: Sequence[str] = ()  # the file's first lines
    file: str = ""  # its path in the tree
    beside: Mapping[str, bytes] = field(default_factory=dict)  # files it may include, by name
    attributes: tuple[str, ...] = ()  # of a v2fly list; entries without them are not wanted


@dataclass(frozen=True, slots=True)
class Grammar:
    """One format.

    `votes` says of a stripped line that is not blank whether it is of this format. `short` is the
    spelling that most lines have: what stands in its group `name` goes to `Entries.plain` as it is;
    that gives what the parser gives, several times faster.
    """

    format: Format
    votes: Callable[[str], bool]
    opened: Callable[[Opening], LineParser]
    short: re.Pattern[str] = re.compile(r"(?P<name>(?!))")
