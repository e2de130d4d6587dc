"""One entry of a list: from the text somebody wrote to a canonical key and a mode.

A key is a canonical name or address, `host/path[?query]` for a URL, CIDR for a network, or the
canonical text of a rule (`rules/text.py`). Which part of a line is an entry is decided in
`formats/` and `adblock.py`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Container
from enum import StrEnum
from typing import NamedTuple

from kidgate.lists.cidr import network, networks
from kidgate.lists.report import Skip
from kidgate.policies.names import InvalidName, canonical_host, canonical_target, is_address


class Mode(StrEnum):
    """What an entry stands for; the letter is what a `.names` file holds."""

    TREE = "t"  # the name and all below it
    EXACT = "x"  # that host alone: addresses, and public suffixes such as `github.io`
    EXCEPT = "e"  # the name and all below it are exempt from this list
    URL = "u"  # everything at and below `host/path`
    IMPORTANT = "i"  # as TREE, and no exception of the list lifts it (`$important`)
    NETWORK = "n"  # an address range, as canonical CIDR
    RULE = "r"  # a pattern or regular expression with its conditions; see `rules/text.py`


class Entry(NamedTuple):
    key: str
    mode: Mode


class Cancel(NamedTuple):
    """A line that takes back the entry of another line of its list (`$badfilter`)."""

    entry: Entry


Outcome = Entry | Cancel | Skip

PLAIN_NAME = r"(?P<name>(?:(?!xn--)[a-z0-9_-]{1,63}\.)+[a-z]{2,63})"
"""A name that is canonical as it stands, with at least two labels: most of every list."""

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
PLAIN_ADDRESS = re.compile(rf"(?!0\.|127\.|255\.){_OCTET}(?:\.{_OCTET}){{3}}")
"""An IPv4 address that is canonical as it stands and leads somewhere."""

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
_PLAIN_NAME = re.compile(PLAIN_NAME)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_BROWSED = frozenset({"http", "https", "ws", "wss"})
_WILDCARD = re.compile(r"[*+]?\.")
_AUTHORITY_END = re.compile(r"[/\\?#]")
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
        """The entry for a name, an address, CIDR or a URL, with or without scheme and wildcard."""
        if _PLAIN_NAME.fullmatch(text):
            return self.plain(text)
        if PLAIN_ADDRESS.fullmatch(text):
            return Entry(text, Mode.EXACT)
        scheme = _SCHEME.match(text)
        if scheme and scheme[1].lower() not in _BROWSED:
            return Skip.SCHEME
        if not scheme and (known := network(text)):
            return known if isinstance(known, Skip) else Entry(known, Mode.NETWORK)
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

    def exact(self, text: str) -> Outcome:
        """The entry for a name that stands for itself alone, or for an address."""
        outcome = self._name(text)
        return outcome if isinstance(outcome, Skip) else Entry(outcome.key, Mode.EXACT)

    def networks(self, first: str, last: str) -> list[Outcome]:
        """The entries for all addresses from one to another."""
        spanned = networks(first, last)
        if isinstance(spanned, Skip):
            return [spanned]
        return [Entry(known, Mode.NETWORK) for known in spanned]

    def _name(self, text: str) -> Entry | Skip:
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


_EXEMPTED: dict[Mode, Mode | Skip] = {
    Mode.TREE: Mode.EXCEPT,
    Mode.EXACT: Mode.EXCEPT,
    Mode.IMPORTANT: Mode.EXCEPT,
    Mode.URL: Skip.URL_EXCEPTION,
    Mode.NETWORK: Skip.NETWORK_EXCEPTION,
}


def exempted(outcome: Outcome) -> Outcome:
    """The exception to a blocking entry."""
    if not isinstance(outcome, Entry):
        return outcome
    if outcome.mode is Mode.RULE:
        return Entry(f"@@{outcome.key}", Mode.RULE)
    mode = _EXEMPTED[outcome.mode]
    return mode if isinstance(mode, Skip) else Entry(outcome.key, mode)


def _address(address: str, text: str) -> Entry | Skip:
    """Only the usual spellings: `12345` in a list is a number, not the address 0.0.48.57."""
    if ":" not in text and not _FOUR_PARTS.fullmatch(text):
        return Skip.NOT_A_NAME
    known = ipaddress.ip_address(address)
    if known.is_loopback or known.is_unspecified or address == "255.255.255.255":
        return Skip.LOOPBACK
    return Entry(address, Mode.EXACT)


def _host_and_port(authority: str) -> tuple[str, str]:
    """Split `host[:port]`; a port that every scheme has by itself counts as none."""
    if authority.count(":") > 1 and not authority.startswith("["):
        return authority, ""
    found = _PORT.fullmatch(authority)
    if not found:
        return authority.removesuffix(":"), ""
    return found[1], "" if found[2] in _DEFAULT_PORTS else found[2]


def _with_target(entry: Entry, target: str, port: str) -> Entry | Skip:
    """The URL entry below a host's; the host's own when the target says nothing more."""
    try:
        path, query = canonical_target(target) if target else ("/", "")
    except InvalidName:
        return Skip.NOT_A_NAME
    if path == "/" and not query:
        return Skip.PORT if port else entry
    key = f"{entry.key}{path}?{query}" if query else entry.key + path
    if len(key) > LONGEST_KEY or path.count("/") > DEEPEST_PATH:
        return Skip.TOO_LONG
    return Entry(key, Mode.URL)
