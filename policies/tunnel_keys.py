"""WireGuard's public keys, and what follows from the number of a device's tunnel."""

from __future__ import annotations

import base64
import binascii
import ipaddress

KEY_BYTES = 32
MOST = 4096  # tunnels of one gateway
FIRST4 = ipaddress.IPv4Address("10.89.0.0")
FIRST6 = ipaddress.IPv6Address("fd6b:6964:6761:7465::")  # spells kidgate
NAME_SERVER = "10.89.255.53"  # every address in the tunnel answers; this one is written down


def canonical_key(text: str) -> str:
    """A public key in its one spelling, base64. ValueError."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES or not any(key):
        raise ValueError(f"`{text}` is no WireGuard key; they have 44 characters and end in `=`")
    return base64.b64encode(key).decode()


def tunnel_addresses(number: int) -> tuple[str, str]:
    """The addresses of a device within its tunnel, IPv4 and IPv6. ValueError."""
    if not 1 <= number <= MOST:
        raise ValueError(f"a tunnel has a number from 1 to {MOST}, not {number}")
    return str(FIRST4 + number), str(FIRST6 + number)


def tunnel_port(first: int, number: int) -> int:
    """The UDP port of a tunnel: each device has one of its own, so that nothing but its key opens
    it. ValueError."""
    port = first + number - 1
    if not 1 <= number <= MOST or port > 65_535:
        raise ValueError(f"tunnel {number} would need port {port}; listen on a lower one")
    return port
