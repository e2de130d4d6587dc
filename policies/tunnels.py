"""Requests that ask for a tunnel by their head alone, whatever host they go to; and the keys of
other ways around that no list names.
"""

from __future__ import annotations

import base64
import binascii
import struct
from urllib.parse import parse_qsl

# Of `ways_around` and `Facts.tunnel`. A connection without a name, to an address that our DNS gave
# nobody; one with a name, on its way to an address that is none of that name's.
UNASKED, ELSEWHERE = "unasked_address", "other_address"
DNS_TYPES = (
    "application/dns-message",
    "application/dns-json",
    "application/oblivious-dns-message",
)
DNS_PATH = "/dns-query"  # RFC 8484, section 4.1
DNS_HEAD = struct.Struct("!HHHHHH")
HARMLESS_UPGRADES = ("", "websocket", "h2c")
MASQUE_PATH = "/.well-known/masque/"  # RFC 9298 section 3: where a proxy says no other


def tunnel_of_head(
    path: str, *, accept: str = "", content_type: str = "", upgrade: str = ""
) -> str:
    """The tunnel a request asks for: doh (RFC 8484), upgrade, or none.

    `path` with its query, the others as the headers of those names.
    """
    said = f"{accept},{content_type}".lower().split(",")
    kinds = (kind.partition(";")[0].strip() for kind in said)
    if path.startswith(DNS_PATH) or any(kind in DNS_TYPES for kind in kinds):
        return "doh"
    if "dns=" in path and _asks_a_name(path.partition("?")[2]):
        return "doh"
    if path.startswith(MASQUE_PATH):
        return "upgrade"
    return "" if upgrade.lower() in HARMLESS_UPGRADES else "upgrade"


def _asks_a_name(query: str) -> bool:
    """Whether the parameter `dns` holds a DNS question: base64url, one question, no answer."""
    for name, value in parse_qsl(query):
        if name != "dns":
            continue
        try:
            wire = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
            _, flags, questions, answers, _, _ = DNS_HEAD.unpack_from(wire)
        except (binascii.Error, ValueError, struct.error):
            continue
        if not flags & 0x8000 and questions == 1 and not answers:
            return True
    return False
