"""Addresses that are nobody's web site: loopback, private, multicast ones and their disguises."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# IANA special-purpose registries, less the documentation ranges (no host lives there, and the
# conformance cases use them as the public Internet).
PRIVATE: tuple[Network, ...] = tuple(
    ipaddress.ip_network(n)
    for n in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",  # unspecified, loopback and the deprecated spellings of IPv4 addresses
        "::ffff:0:0:0/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001:2::/48",
        "2001:10::/28",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@lru_cache(4096)
@lru_cache(4096)
def ends_of(address: str) -> tuple[str, ...]:
    """Where a canonical address leads: itself, and the IPv4 one inside NAT64, 6to4 and Teredo."""
    return tuple(str(ip) for ip in _with_embedded(ipaddress.ip_address(address)))


@lru_cache(4096)
def is_private(address: str) -> bool:
    """Whether a canonical address is private; `ends_of` says which ones to ask about."""
    return _inside(ipaddress.ip_address(address), PRIVATE)


@lru_cache(4096)
def within(address: str, networks: Sequence[Network]) -> bool:
    return _inside(ipaddress.ip_address(address), networks)


def _inside(ip: Address, networks: Sequence[Network]) -> bool:
    return any(ip in n for n in networks if n.version == ip.version)


def _with_embedded(ip: Address) -> tuple[Address, ...]:
    if isinstance(ip, ipaddress.IPv4Address):
        return (ip,)
    if ip in NAT64:
        return (ip, ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    embedded = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
    return (ip, embedded) if embedded else (ip,)
