"""What a rule or a grant is about: parsing and matching of targets.

Spelling of a target, as people type it:

    example.com                 the host and all its subdomains
    =example.com                exactly that host
    https://example.com/a, example.com/a      URL prefix, on that host
    service:tiktok   category:games   type:video/*   term:word
    192.0.2.0/24, 192.0.2.7     address range
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from kidgate.policies.names import InvalidName, canonical_host, is_address, parse_url

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class InvalidTarget(ValueError):
    """A target nobody can match; the message says what to write instead."""


class Kind(StrEnum):
    SITE = "site"
    HOST = "host"
    URL = "url"
    SERVICE = "service"
    CATEGORY = "category"
    TYPE = "type"
    TERM = "term"
    NETWORK = "network"


PLACES = (Kind.SITE, Kind.HOST, Kind.URL, Kind.NETWORK)  # these name a site; others name a kind

BASE = {
    Kind.CATEGORY: 0,
    Kind.SERVICE: 1_000,
    Kind.TYPE: 2_000,
    Kind.TERM: 2_000,
    Kind.NETWORK: 3_000,
    Kind.SITE: 4_000,
    Kind.HOST: 5_000,
    Kind.URL: 6_000,
}


@dataclass(frozen=True, slots=True)
class Target:
    """`value` is canonical; `path` (with query) belongs to URL targets alone."""

    kind: Kind
    value: str
    path: str = ""

    @property
    def specificity(self) -> int:
        """At one level of scope the larger number wins."""
        match self.kind:
            case Kind.SITE:
                return BASE[self.kind] + self.value.count(".")
            case Kind.URL:
                return BASE[self.kind] + len(self.path)
            case Kind.NETWORK:
                network = ipaddress.ip_network(self.value)
                return BASE[self.kind] + network.prefixlen + (96 if network.version == 4 else 0)
            case Kind.TYPE:
                return BASE[self.kind] - self.value.count("*")
            case Kind.TERM:
                return BASE[self.kind] + self.value.count(" ")
            case _:
                return BASE[self.kind]

    def __str__(self) -> str:
        match self.kind:
            case Kind.SITE | Kind.NETWORK:
                return self.value
            case Kind.HOST:
                return "=" + self.value
            case Kind.URL:
                host = f"[{self.value}]" if ":" in self.value else self.value
                # `192.0.2.7/24` would be read as a range.
                scheme = "https://" if is_address(host) and self.path != "/" else ""
                return scheme + host + self.path
            case _:
                return f"{self.kind}:{self.value}"


PREFIXES = {f"{k}:": k for k in (Kind.SERVICE, Kind.CATEGORY, Kind.TYPE, Kind.TERM)}


CONTENT_TYPE = re.compile(r"(\*|[a-z0-9][\w.+-]*)/(\*|[a-z0-9][\w.+-]*)", re.ASCII)
RANGE = re.compile(
    r"(\[?[0-9a-f]*:[0-9a-f:.]*\]?|\d{1,3}(\.\d{1,3}){3})(/[\d.]+)?", re.ASCII | re.IGNORECASE
)
_NO_RANGE = "`{}` is no address range; write its first address, like 192.0.2.0/24"


def canonical_term(text: str) -> str:
    """The one spelling of a search term: NFC, lower case, one space between words."""
    return " ".join(unicodedata.normalize("NFC", text.lower()).split())


def is_content_type(text: str) -> bool:
    """Whether a response can have such a type: `video/mp4`, `video/*`; without parameters."""
    return CONTENT_TYPE.fullmatch(text) is not None


def parse_target(text: str) -> Target:
    """Read a target as a person types it; `InvalidTarget` when nothing could ever match it."""
    text = text.strip()
    for prefix, kind in PREFIXES.items():
        if text.startswith(prefix):
            return _keyed(kind, text.removeprefix(prefix).strip())
    try:
        return _network(text) or _place(text)
    except InvalidName as fault:
        raise InvalidTarget(
            f"{fault}; write a host, a URL, an address range, or service:, category:, type:, term:"
        ) from None


def _keyed(kind: Kind, value: str) -> Target:
    value = canonical_term(value)
    if not value:
        raise InvalidTarget(f"`{kind}:` lacks its name; write for example `{kind}:games`")
    if kind is Kind.TYPE and not is_content_type(value):
        raise InvalidTarget(f"`{value}` is no content type; write one like video/mp4 or video/*")
    return Target(kind, value)


def _network(text: str) -> Target | None:
    """An address range; None for anything else. `192.0.2.7/24` is no URL on an address."""
    if not RANGE.fullmatch(text):
        return None
    try:
        network = ipaddress.ip_network(text.replace("[", "").replace("]", ""))
    except ValueError:
        if "/" not in text:
            return None
        raise InvalidTarget(_NO_RANGE.format(text)) from None
    return Target(Kind.NETWORK, str(_unmapped(network)))


def _unmapped(network: Network) -> Network:
    """`::ffff:192.0.2.0/120` as canonical addresses are written, which is IPv4."""
    inside = getattr(network.network_address, "ipv4_mapped", None)
    if inside is None or network.prefixlen < 96:
        return network
    return ipaddress.IPv4Network((inside, network.prefixlen - 96))


def _place(text: str) -> Target:
    if text.startswith("="):
        return Target(Kind.HOST, canonical_host(text[1:]))
    text = text.removeprefix("*.")
    if "/" not in text:
        host = canonical_host(text)
        return _network(host) or Target(Kind.SITE, host)  # `0x7f.1` is an address too
    url = parse_url(text)
    if is_address(url.host) and "://" not in text and url.target[1:].isdecimal():
        raise InvalidTarget(_NO_RANGE.format(text))  # `10/8` is meant as one
    if url.target == "/" and "://" in text:
        return Target(Kind.HOST if is_address(url.host) else Kind.SITE, url.host)
    return Target(Kind.URL, url.host, url.target)


def covers(prefix: str, target: str) -> bool:
    """Whether a URL target's path covers a visited path and query: equal, or below it.

    `/a` covers `/a`, `/a/b` and `/a?x` but not `/ab`; `/a/` covers what lies below it.
    """
    if not target.startswith(prefix):
        return False
    return len(target) == len(prefix) or prefix[-1] in "/?&=" or target[len(prefix)] in "/?&#"
