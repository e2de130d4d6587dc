"""Which cases can be played by what is built now; each other one with the reason, in words.

Rules speak of what a case needs, not of its number, so that cases nobody has seen are sorted too.
"""

from __future__ import annotations

import re

from tests.cases.policies import FILE_TYPES
from tests.cases.world import Case

TUNNEL = "needs a device within WireGuard, which the rig does not play yet"
NETWORK = "needs a fault of nftables, which the rig does not play yet"
KNOWING = "needs a second switch port, a WireGuard peer or a download over hours"
READING = "needs analysis of what a page, file or picture holds (part 4, what passes)"
PEOPLE = "is played by tests/dashboard/web/test_admin_cases.py or tests/e2e/test_pin.py"
FETCHING = "needs lists fetched from a URL (part 2, category lists)"

EXPLICIT = frozenset(("explicit", "transparent"))
DOORS = EXPLICIT | {"socks5", "dns"}
# What happens in the house before a visit.
EVENTS = re.compile(r"\S+ offline|\S+ (sets ip|renews to) \S+|dhcp mac=\S+|GET http://\S+")
# What a device can do about itself without leaving its place in the network.
SPOKEN = frozenset(("raw", "url", "client_clock", "method", "headers", "connect"))
BLOCKED_TYPES = frozenset(t for types in FILE_TYPES.values() for t in types)
FETCHED = ("server", "download")


def why_not(case: Case) -> str:
    """Why a case cannot be played yet; empty: it can."""
    match case.layer:
        case "dns" | "net":
            return TUNNEL if case.mode == "wireguard" else ""
        case "admin" if case.rig == "admin":
            return PEOPLE
        case "identity":
            return _identity(case)
        case "content":
            return _content(case)
        case "failure":
            return _failure(case)
        case _:
            return "" if case.mode in DOORS else TUNNEL


def _identity(case: Case) -> str:
    if case.rig == "admin" or case.mode == "admin":
        return PEOPLE
    if case.mode in EXPLICIT and set(case.client) <= SPOKEN:
        return ""
    if "src_ip" in case.client:
        return ""
    known = all(EVENTS.fullmatch(text) for text in case.client.get("events", ("unknown",)))
    return "" if known and case.mode == "lan" else KNOWING


def _content(case: Case) -> str:
    """Pages that may pass are played; of the others only those whose declared type is enough."""
    if "inject" in case.client:
        return READING
    if "allow" in case.accepted:
        return ""
    headers = dict(case.client.get("response", {}).get("headers", ()))
    declared = headers.get("content-type", "").partition(";")[0]
    return "" if declared in BLOCKED_TYPES else READING


def _failure(case: Case) -> str:
    fault = case.client.get("fault", "")
    if fault.startswith("nft "):
        return NETWORK
    if any(word in fault for word in FETCHED) or "text/html" in fault:
        return FETCHING
    return ""
