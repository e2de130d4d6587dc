"""Upstream name servers as `config.yaml` names them, and as the system does.

    9.9.9.9                         plain DNS over UDP, TCP where an answer is long
    9.9.9.9:5353, [2620:fe::fe]:53  with another port
    tls://dns.quad9.net@9.9.9.9     DNS over TLS (RFC 7858): certificate's name, address
    https://dns.quad9.net/dns-query@9.9.9.9   DNS over HTTPS (RFC 8484)

The address stands there because no name can be asked for before there is a name server.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from kidgate.policies.names import canonical_address, canonical_host

PORTS = {"udp": 53, "tls": 853, "https": 443}
_HINT = "write `9.9.9.9`, `tls://NAME@ADDRESS` or `https://NAME/PATH@ADDRESS`"
SYSTEM = Path("/etc/resolv.conf")


@dataclass(frozen=True, slots=True)
class NameServer:
    kind: str  # udp | tls | https
    address: str  # canonical
    port: int
    name: str = ""  # on the certificate; canonical
    path: str = ""

    def __str__(self) -> str:
        place = f"[{self.address}]" if ":" in self.address else self.address
        if self.port != PORTS[self.kind]:
            place += f":{self.port}"
        return place if self.kind == "udp" else f"{self.kind}://{self.name}{self.path}@{place}"


def parse_name_server(text: str) -> NameServer:
    """One of the spellings above. Raises ValueError."""
    kind, slashes, rest = text.partition("://")
    if not slashes:
        kind, rest = "udp", f"@{text}"
    named, at, place = rest.rpartition("@")
    if kind not in PORTS or not at or bool(named) is (kind == "udp"):
        raise ValueError(f"`{text}` is no name server; {_HINT}")
    try:
        address, port = _place(place, PORTS[kind])
        host, slash, path = named.partition("/")
        name = canonical_host(host) if host else ""
    except ValueError:
        raise ValueError(f"`{text}` is no name server; {_HINT}") from None
    if bool(slash) is (kind != "https"):
        raise ValueError(f"`{text}` is no name server; {_HINT}")
    return NameServer(kind, address, port, name, slash + path)


def system_name_servers(file: Path = SYSTEM) -> tuple[NameServer, ...]:
    """Those of the box itself (resolv.conf); () when it names none."""
    found: list[NameServer] = []
    with contextlib.suppress(OSError, UnicodeDecodeError):
        for line in file.read_text().splitlines():
            words = line.split()
            if words[:1] == ["nameserver"] and len(words) > 1:
                with contextlib.suppress(ValueError):
                    found.append(
                        NameServer("udp", canonical_address(words[1].partition("%")[0]), 53)
                    )
    return tuple(found)


def _place(text: str, port: int) -> tuple[str, int]:
    host, colon, digits = text.rpartition(":")
    if colon and ((host.startswith("[") and host.endswith("]")) or ":" not in host):
        if not (digits.isascii() and digits.isdigit() and 1 <= int(digits[:6]) <= 65535):
            raise ValueError(text)
        return canonical_address(host.strip("[]")), int(digits)
    if text.startswith("[") is not text.endswith("]"):
        raise ValueError(text)
    return canonical_address(text.strip("[]")), port
