"""Address ranges as lists write them, in canonical CIDR.

What to do with a hit is the index's; single addresses are `entries.py`'s.
"""

from __future__ import annotations

import ipaddress
import re

from kidgate.lists.report import Skip

LEAST_PREFIX = 8  # bits; shorter ones hold whole continents
_CIDR = re.compile(r"[0-9a-f.:]{2,45}/[0-9]{1,3}", re.IGNORECASE)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def network(text: str) -> str | Skip | None:
    """The canonical form of CIDR; None for any other text.

    With host bits set it is none: `192.0.2.1/8` is a path on a server.
    """
    if not _CIDR.fullmatch(text):
        return None
    try:
        return _judged(ipaddress.ip_network(text))
    except ValueError:
        return None


def networks(first: str, last: str) -> list[str] | Skip:
    """The fewest networks that hold all addresses from one to another."""
    try:
        low, high = ipaddress.ip_address(first), ipaddress.ip_address(last)
        if isinstance(low, ipaddress.IPv4Address) and isinstance(high, ipaddress.IPv4Address):
            spanned: list[Network] = list(ipaddress.summarize_address_range(low, high))
        elif isinstance(low, ipaddress.IPv6Address) and isinstance(high, ipaddress.IPv6Address):
            spanned = list(ipaddress.summarize_address_range(low, high))
        else:
            return Skip.NOT_A_NAME
    except ValueError:
        return Skip.NOT_A_NAME
    judged = [_judged(known) for known in spanned]
    refused = next((known for known in judged if isinstance(known, Skip)), None)
    return refused or [known for known in judged if not isinstance(known, Skip)]


def _judged(known: Network) -> str | Skip:
    if known.prefixlen < LEAST_PREFIX:
        return Skip.TOO_GENERAL
    return Skip.LOOPBACK if known.is_loopback or known.is_unspecified else str(known)
