"""One entry of a list: from the text somebody wrote to a canonical key and a mode.

A key is a canonical name or address, or `host/path[?query]` for a URL. Which part of a line is an
entry is decided in `formats.py` and `adblock.py`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Container
from enum import StrEnum
from typing import NamedTuple

from kidgate.lists.report import Skip
from kidgate.policies.names import InvalidName, canonical_host, canonical_target, is_address


class Mode(StrEnum):
    """What an entry stands for; the letter is what a `.names` file holds."""

    TREE = "t"  # the name and all below it
    EXACT = "x"  # that host alone: addresses, and public suffixes such as `github.io`
    EXCEPT = "e"  # the name and all below it are exempt from this list
    URL = "u"  # everything at and below `host/path`


class Entry(NamedTuple):
    key: str
    mode: Mode


Outcome = Entry | Skip

PLAIN_NAME = r"(?P<name>(?:(?!xn--)[a-z0-9_-]{1,63}\.)+[a-z]{2,63})"
"""A name that is canonical as it stands, with at least two labels: most of every list."""

LONGEST_NAME = 253
LONGEST_KEY = 4096  # characters of a URL entry
DEEPEST_PATH = 32  # path segments: a look-up tries each prefix

_LOOPBACK_NAMES = frozenset(
    [
        "localhost",
        "localhost.localdomain",
        "localhost4",
        "localhost4.localdomain4",
        "localhost6",
        "localhost6.localdomain6",
        "local",
        "localdomain",
        "broadcasthost",
        "loopback",
        "ip6-localhost",
        "ip6-loopback",
        "ip6-localnet",
        "ip6-mcastprefix",
        "ip6-allnodes",
        "ip6-allrouters",
        "ip6-allhosts",
    ]
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_BROWSED = frozenset({"http", "https", "ws", "wss"})
_WILDCARD = re.compile(r"[*+]?\.")
_AUTHORITY_END = re.compile(r"[/\\?#]")
_RANGE = re.compile(r"[0-9a-f.:]+/[0-9]{1,3}|[0-9.]+-[0-9.]+", re.IGNORECASE)
_FOUR_PARTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_PORT = re.compile(r"(.*):([0-9]{1,5})")
_DEFAULT_PORTS = frozenset({"80", "443"})


class Entries:
    """Makes entries."""

    def __init__(self, shared: Container[str]) -> None:
        """`shared` knows the public suffixes."""
        self._shared = shared

    def plain(self, name: str) -> Outcome:
        """The entry for a text that matches `PLAIN_NAME`."""
        if len(name) > LONGEST_NAME:
            return Skip.NOT_A_NAME
        if name in self._shared:
            return Entry(name, Mode.EXACT)
        return Skip.LOOPBACK if name in _LOOPBACK_NAMES else Entry(name, Mode.TREE)

    def name_or_url(self, text: str) -> Outcome:
        """The entry for a name, an address or a URL, with or without scheme and wildcard."""
        scheme = _SCHEME.match(text)
        if scheme and scheme[1].lower() not in _BROWSED:
            return Skip.SCHEME
        if not scheme and _RANGE.fullmatch(text) and _is_range(text):
            return Skip.ADDRESS_RANGE
        prefix = scheme or _WILDCARD.match(text)
        text = text[prefix.end() :] if prefix else text
        end = _AUTHORITY_END.search(text)
        authority, target = (text[: end.start()], text[end.start() :]) if end else (text, "")
        if scheme:  # without one, `ann@mail.example` is a mail address and not a site
            authority = authority.rpartition("@")[2]
        host, port = _host_and_port(authority)
        outcome = self._name(host)
        if isinstance(outcome, Skip):
            return outcome
        return _with_target(outcome, target.partition("#")[0], port)

    def _name(self, text: str) -> Outcome:
        try:
            name = canonical_host(text)
        except InvalidName:
            return Skip.PATTERN if "*" in text else Skip.NOT_A_NAME
        if is_address(name):
            return _address(name, text)
        if name in _LOOPBACK_NAMES:
            return Skip.LOOPBACK
        if "." not in name:
            return Skip.TOP_LEVEL if name in self._shared else Skip.SINGLE_LABEL
        return Entry(name, Mode.EXACT if name in self._shared else Mode.TREE)


def exempted(outcome: Outcome) -> Outcome:
    """The exception to an entry."""
    if isinstance(outcome, Skip):
        return outcome
    return Skip.URL_EXCEPTION if outcome.mode is Mode.URL else Entry(outcome.key, Mode.EXCEPT)


def _address(address: str, text: str) -> Outcome:
    """Only the usual spellings: `12345` in a list is a number, not the address 0.0.48.57."""
    if ":" not in text and not _FOUR_PARTS.fullmatch(text):
        return Skip.NOT_A_NAME
    known = ipaddress.ip_address(address)
    if known.is_loopback or known.is_unspecified or address == "255.255.255.255":
        return Skip.LOOPBACK
    return Entry(address, Mode.EXACT)


def _is_range(text: str) -> bool:
    try:
        ipaddress.ip_network(text)  # with host bits set it is a URL: `192.0.2.1/8`
    except ValueError:
        first, _, last = text.partition("-")
        return bool(_FOUR_PARTS.fullmatch(first) and _FOUR_PARTS.fullmatch(last))
    return True


def _host_and_port(authority: str) -> tuple[str, str]:
    """Split `host[:port]`; a port that every scheme has by itself counts as none."""
    if authority.count(":") > 1 and not authority.startswith("["):
        return authority, ""
    found = _PORT.fullmatch(authority)
    if not found:
        return authority.removesuffix(":"), ""
    return found[1], "" if found[2] in _DEFAULT_PORTS else found[2]


def _with_target(entry: Entry, target: str, port: str) -> Outcome:
    """The URL entry below a host's; the host's own when the target says nothing more."""
    try:
        path, query = canonical_target(target)
    except InvalidName:
        return Skip.NOT_A_NAME
    if path == "/" and not query:
        return Skip.PORT if port else entry
    key = f"{entry.key}{path}?{query}" if query else entry.key + path
    if len(key) > LONGEST_KEY or path.count("/") > DEEPEST_PATH:
        return Skip.TOO_LONG
    return Entry(key, Mode.URL)
