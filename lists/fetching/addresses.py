"""Which addresses a list may be fetched from: public ones, and those the owner named.

The name is resolved here and the connection goes to what was resolved, so that a name that answers
otherwise the second time (DNS rebinding) leads nowhere.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence

from kidgate.lists.fetching.faults import FetchFailed, Trouble
from kidgate.policies.destinations import Network, ends_of, is_private, within
from kidgate.policies.names import InvalidName, canonical_address


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Raises ValueError."""
    return tuple(ipaddress.ip_network(text) for text in texts)


def reachable(host: str, port: int, allowed: tuple[Network, ...]) -> tuple[str, ...]:
    """The addresses of a host that may be connected to. Raises FetchFailed when there is none.

    One private address among them is enough to refuse: a feed on the Internet has no reason.
    """
    found = _resolved(host, port)
    for address in found:
        for end in ends_of(address):
            if is_private(end) and not within(end, allowed):
                raise FetchFailed(
                    Trouble.PRIVATE_ADDRESS,
                    f"`{host}` leads to the private address {end}: if the list is really there, "
                    f"say so with --allow-address {end} --because TEXT",
                )
    return found


def _resolved(host: str, port: int) -> tuple[str, ...]:
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [canonical_address(str(info[4][0]).partition("%")[0]) for info in infos]
    except (OSError, UnicodeError, InvalidName) as fault:
        said = getattr(fault, "strerror", None) or str(fault)
        raise FetchFailed(
            Trouble.UNREACHABLE,
            f"the name `{host}` is not found ({said}): check the address and the network",
            passing=True,
        ) from fault
    return tuple(dict.fromkeys(addresses))
