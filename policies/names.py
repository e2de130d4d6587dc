"""One spelling for each host, address and URL, so that no spelling changes a verdict.

The host parser follows the WHATWG URL standard (sections 3.5 to 3.7) and UTS 46, non-transitional,
as far as the standard library carries. Where it differs it refuses more than a browser does (ASCII
beyond letters, digits, hyphen and underscore; labels and names of lengths that DNS has not; every
`xn--` label that is not valid) or takes a name that no browser visits (no bidi check). It never
names another host.
Registrable domains live in `suffixes.py`, the targets of rules in `targets.py`. Nothing here
resolves a name, and a canonical path is for judging, never for sending.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from urllib.parse import unquote

# What policy sees of a scheme: a WebSocket is judged as the HTTP request it starts with.
_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_DEFAULT_PORTS = {"http": 80, "https": 443}

_LONGEST_TEXT = 1000  # a name has at most 253 characters: room for percent-encoding, no more
_LONGEST_NAME = 253
_CACHED = 4096

_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_PLAIN_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")
_NUMBER = re.compile(r"(?P<hex>0x[0-9a-f]*)|(?P<octal>0[0-7]*)|(?P<decimal>[1-9][0-9]*)")
_LAST_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

_NO_IPV4 = "host ends in a number but is no IPv4 address"
_UNKNOWN_SCHEME = "only http, https, ws and wss addresses are known"

_ZWNJ, _ZWJ = "\u200c", "\u200d"
_VIRAMA = 9  # canonical combining class
_KEPT = frozenset(f"ßς{_ZWNJ}{_ZWJ}")  # UTS 46 deviation characters, valid when non-transitional
_DOTS = frozenset(".\u3002\uff0e\uff61")
# Shown as nothing and mapped to nothing: UTS 46 status "ignored", Unicode 16.
_IGNORED = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u200b\u2060\u2064"
    "\u3164\ufeff\uffa0\U0001bca0\U0001bca1\U0001bca2\U0001bca3"
).union(map(chr, chain(range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))))  # variation selectors
_REPLACED = "\ufffc\ufffd"  # stand for what could not be read
_REFUSED_CATEGORIES = frozenset(["Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"])

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PORT_FOLLOWS = re.compile(r"[0-9]+(?:[/\\?#]|\Z)|\Z")
_AUTHORITY_END = re.compile(r"[/\\?#]")
_TAB_OR_NEWLINE = re.compile(r"[\t\n\r]+")
_SLASHES = re.compile(r"//+")  # most servers merge them
_C0_AND_SPACE = "".join(map(chr, range(0x21)))

_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
# Decoded where nothing is parted by it: `+` is a space to some, `&`, `=` and `;` part a query.
_PATH_DECODED = frozenset((_UNRESERVED + "!$&'()*,;=:@").encode())
_QUERY_DECODED = frozenset((_UNRESERVED + "!$'()*,:@/?").encode())
_PLAIN_PATH = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@/]*")
_PLAIN_QUERY = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?]*")
_PATH_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]")
_QUERY_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")


class InvalidName(ValueError):
    """A text that names no host, address or URL. The message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Url:
    """A canonical address of the web; the host as `canonical_host` gives it."""

    scheme: str  # http | https
    host: str
    port: int
    path: str  # starts with "/"
    query: str = ""  # without "?"

    @property
    def target(self) -> str:
        """Path and query, as a request line carries them."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def is_address(self) -> bool:
        """Whether the host is an IP address."""
        return is_address(self.host)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.target}"


@lru_cache(maxsize=_CACHED)
def canonical_host(text: str) -> str:
    """The one spelling of a host name or address, IPv6 without brackets.

    Takes what a browser takes between "//" and "/": any case, percent-encoding, Unicode, one
    trailing dot, IPv4 in every spelling of inet_aton, IPv6 bare or in brackets.
    Raises InvalidName for everything else.
    """
    if len(text) > _LONGEST_TEXT:
        raise _invalid("host is too long", text)
    if text.startswith("["):
        if not text.endswith("]"):
            raise _invalid("bracket `[` is not closed", text)
        return _ipv6(text[1:-1])
    if text.count(":") > 1:
        return _ipv6(text)
    name = text.lower() if text.isascii() and "%" not in text else _mapped(_decoded(text), text)
    name = name.removesuffix(".")
    if not _PLAIN_NAME.fullmatch(name) or "xn--" in name:
        name = ".".join(_ascii_label(label, text) for label in name.split("."))
    if len(name) > _LONGEST_NAME:
        raise _invalid(f"host is longer than {_LONGEST_NAME} characters", text)
    if _LAST_NUMBER.fullmatch(name.rpartition(".")[2]):
        return _ipv4(name, text)
    return name


def is_address(host: str) -> bool:
    """Whether a canonical host is an IP address: only those end in a number or hold a colon."""
    return ":" in host or host.rpartition(".")[2].isdigit()


@lru_cache(maxsize=_CACHED)
def canonical_address(text: str) -> str:
    """The one spelling of an IP address in its usual form; a mapped IPv6 address becomes IPv4.

    Raises InvalidName for names, zone ids, prefixes and the short forms of inet_aton.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise _invalid("not an IP address", text) from None
    return str(address) if isinstance(address, ipaddress.IPv4Address) else _ipv6(text)


def parse_url(text: str, *, default_scheme: str = "https") -> Url:
    """Parse an absolute URL, or `host[:port][/path][?query]` under `default_scheme`.

    Userinfo and fragment are dropped, ws and wss become http and https. Raises InvalidName.
    """
    scheme, rest = _split_scheme(_TAB_OR_NEWLINE.sub("", text.strip(_C0_AND_SPACE)), default_scheme)
    end = _AUTHORITY_END.search(rest)
    authority, target = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    host, port = _split_authority(authority.rpartition("@")[2])
    path, query = _canonical_target(target.partition("#")[0], strict=False)
    return Url(scheme, canonical_host(host), _port(port, _DEFAULT_PORTS[scheme]), path, query)


def parse_authority(text: str, default_port: int) -> tuple[str, int]:
    """Parse `host[:port]` of a Host header, CONNECT target or `:authority` into (host, port).

    Strict: userinfo, spaces and bare IPv6 addresses raise InvalidName.
    """
    host, port = _split_authority(text)
    return canonical_host(host), _port(port, default_port)


def canonical_target(target: str) -> tuple[str, str]:
    """Normalise the origin-form target of a request line into (path, query), as `parse_url` does.

    `*` (OPTIONS) is the path `/*`. Raises InvalidName for other forms and for what servers read
    differently: a fragment, and `//../`, which is one level up or two.
    """
    if target and target != "*" and target[0] not in "/\\?":
        raise _invalid("request target does not start with `/`", target)
    if "#" in target:
        raise _invalid("request target holds a fragment", target)
    return _canonical_target(_TAB_OR_NEWLINE.sub("", target), strict=True)


@lru_cache(maxsize=_CACHED)
def parents(host: str) -> tuple[str, ...]:
    """A canonical host and the names above it, longest first; an address stands alone."""
    if is_address(host):
        return (host,)
    labels = host.split(".")
    return tuple(".".join(labels[start:]) for start in range(len(labels)))


def _invalid(what: str, text: str) -> InvalidName:
    shown = ascii(text[:61])[1:-1].replace("`", r"\x60")
    return InvalidName(f"{what}: `{shown[:60]}{'...' if len(shown) > 60 else ''}`")


def _decoded(text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeError:
        raise _invalid("percent-encoding is not UTF-8", text) from None


def _mapped(text: str, original: str) -> str:
    """The mapping step of UTS 46 by what the standard library knows (NFKC and case folding)."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", "".join(_mapped_character(c, original) for c in text))


def _mapped_character(character: str, original: str) -> str:
    if character in _KEPT:
        return character
    if character in _DOTS:
        return "."
    if character in _IGNORED:
        return ""
    if character == "ẞ":
        return "ß"
    folded = unicodedata.normalize("NFKC", character).casefold()
    if not _DOTS.isdisjoint(folded):  # "⒈" and "…" would make labels out of nothing
        raise _invalid(f"character U+{ord(character):04X} is not allowed in a host", original)
    return unicodedata.normalize("NFKC", folded)


def _ascii_label(label: str, original: str) -> str:
    """A mapped label in its ASCII form, punycode where needed."""
    if not label:
        raise _invalid("host has an empty label" if original else "host is empty", original)
    if label.startswith("xn--"):
        _check_encoded(label, original)
        encoded = label
    elif label.isascii():
        encoded = label
    else:
        _check_label(label, original)
        encoded = "xn--" + label.encode("punycode").decode("ascii")
    if len(encoded) > 63:
        raise _invalid("host has a label of more than 63 characters", original)
    if not _LABEL.fullmatch(encoded):
        raise _invalid("host holds a character that is not allowed there", original)
    return encoded


def _check_encoded(label: str, original: str) -> None:
    """Refuse an `xn--` label that is not what its own decoded form encodes to."""
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
        valid = not decoded.isascii() and decoded.encode("punycode").decode("ascii") == label[4:]
    except UnicodeError:
        valid = False
    if not valid:
        raise _invalid("host has a label `xn--` that encodes nothing", original)
    _check_label(decoded, original)


def _check_label(label: str, original: str) -> None:
    """The validity criteria of UTS 46 section 4.1 for a label that is not ASCII."""
    if "." in label or _mapped(label, original) != label:
        raise _invalid("host has a label that is not in canonical form", original)
    if unicodedata.category(label[0]).startswith("M"):
        raise _invalid("host has a label that starts with a combining mark", original)
    for at, character in enumerate(label):
        if character in (_ZWNJ, _ZWJ):
            if not _may_join(label, at):
                raise _invalid("host holds an invisible joiner", original)
        elif character in _REPLACED or unicodedata.category(character) in _REFUSED_CATEGORIES:
            what = f"character U+{ord(character):04X} is not allowed in a host"
            raise _invalid(what, original)


def _may_join(label: str, at: int) -> bool:
    """RFC 5892 appendix A.1 and A.2; joining types are taken as those of Arabic letters."""
    before, after = label[:at], label[at + 1 :]
    if before and unicodedata.combining(before[-1]) == _VIRAMA:
        return True
    return (
        label[at] == _ZWNJ
        and bool(before and after)
        and unicodedata.bidirectional(before[-1]) in ("AL", "NSM")
        and unicodedata.bidirectional(after[0]) in ("AL", "NSM")
    )


def _ipv4(name: str, original: str) -> str:
    """An IPv4 address in any spelling of inet_aton: 1 to 4 parts, decimal, octal or hexadecimal."""
    *head, last = (_ipv4_number(part, original) for part in name.split("."))
    if len(head) > 3 or any(part > 255 for part in head) or last >= 256 ** (4 - len(head)):
        raise _invalid(_NO_IPV4, original)
    value = last + sum(part << (8 * (3 - place)) for place, part in enumerate(head))
    return ".".join(map(str, value.to_bytes(4)))


def _ipv4_number(part: str, original: str) -> int:
    found = _NUMBER.fullmatch(part)
    if not found:
        raise _invalid(_NO_IPV4, original)
    if found["hex"]:
        return int(part[2:] or "0", 16)
    return int(part, 8 if found["octal"] else 10)


def _ipv6(text: str) -> str:
    if "%" in text:
        raise _invalid("zone ids are not allowed in an address", text)
    try:
        address = ipaddress.IPv6Address(text)
    except ipaddress.AddressValueError:
        raise _invalid("not an IPv6 address", text) from None
    return str(address.ipv4_mapped or address)


def _split_scheme(text: str, default_scheme: str) -> tuple[str, str]:
    """Split into the scheme policy sees and what follows the slashes."""
    found = _SCHEME.match(text)
    scheme = found[1].lower() if found else ""
    if found and scheme in _SCHEMES:
        return _SCHEMES[scheme], text[found.end() :].lstrip("/\\")
    if found and not _PORT_FOLLOWS.match(text, found.end()):
        raise _invalid(_UNKNOWN_SCHEME, text)
    if default_scheme not in _SCHEMES:
        raise _invalid(_UNKNOWN_SCHEME, default_scheme)
    if text[:2].replace("\\", "/") == "//":
        text = text.lstrip("/\\")
    return _SCHEMES[default_scheme], text


def _split_authority(text: str) -> tuple[str, str]:
    """Split `host[:port]`, brackets kept, into host and the port's text."""
    if text.startswith("["):
        host, bracket, port = text.partition("]")
        if port and not port.startswith(":"):
            raise _invalid("bracket `]` is followed by something else than a port", text)
        return host + bracket, port[1:]
    if text.count(":") > 1:
        raise _invalid("more than one `:`, put an IPv6 address into brackets", text)
    host, _, port = text.partition(":")
    return host, port


def _port(text: str, default: int) -> int:
    if not text:
        return default
    digits = text.lstrip("0") or "0"
    if not (text.isascii() and text.isdigit()) or len(digits) > 5 or int(digits) > 65535:
        raise _invalid("port is not a number up to 65535", text)
    return int(digits)


def _canonical_target(target: str, *, strict: bool) -> tuple[str, str]:
    path, _, query = target.partition("?")
    if "//" in path or "/." in path or not _PLAIN_PATH.fullmatch(path):
        path = _canonical_path(path, strict=strict)
    if not _PLAIN_QUERY.fullmatch(query):
        query = _escaped(query, _QUERY_ESCAPE, _QUERY_DECODED)
    return path, query


def _canonical_path(path: str, *, strict: bool) -> str:
    """Encode, resolve dots as a browser does, then merge slashes as most servers do.

    `strict` refuses a path that another order of the two would lead elsewhere.
    """
    path = _escaped(path.replace("\\", "/"), _PATH_ESCAPE, _PATH_DECODED)
    path = path if path.startswith("/") else "/" + path
    canonical = _SLASHES.sub("/", _without_dots(path))
    if strict and canonical != _without_dots(_SLASHES.sub("/", path)):
        raise _invalid("path has two readings", path)
    return canonical


def _escaped(text: str, escape: re.Pattern[bytes], decoded: frozenset[int]) -> str:
    """One percent-encoding: what may stand plainly does, hexadecimal digits are capital."""

    def replace(found: re.Match[bytes]) -> bytes:
        code = found[1]
        byte = int(code, 16) if code else found[0][0]
        return bytes((byte,)) if code and byte in decoded else b"%%%02X" % byte

    return escape.sub(replace, _to_bytes(text)).decode("ascii")


def _to_bytes(text: str) -> bytes:
    """UTF-8; raw bytes that came in as surrogate escapes stay what they were."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode()


def _without_dots(path: str) -> str:
    """Resolve `.` and `..` segments (WHATWG URL 4.4, path state)."""
    kept: list[str] = []
    segments = path[1:].split("/")
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)
