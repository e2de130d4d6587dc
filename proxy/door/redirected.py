"""Transparent acceptance: where a redirected connection was on its way to.

nftables (`redirect`, `dnat`) keeps it for us: SO_ORIGINAL_DST of linux/netfilter_ipv4.h and
netfilter_ipv6/ip6_tables.h, the same number for both families.
"""

from __future__ import annotations

import ipaddress
import socket

from kidgate.policies.names import canonical_address
from kidgate.proxy.door.caller import Caller
from kidgate.proxy.door.tunnel import tunnel
from kidgate.proxy.peers import address_of
from kidgate.proxy.visits import NO_NAME, visit_of_name

SO_ORIGINAL_DST = 80
SOL_IPV6 = 41
IPV4_BYTES, IPV6_BYTES = 16, 28  # struct sockaddr_in, sockaddr_in6


class NotRedirected(Exception):
    """Somebody connected to the transparent port itself."""


def original_destination(sock: socket.socket) -> tuple[str, int]:
    """Canonical address and port. Raises NotRedirected."""
    own = address_of(sock.getsockname())
    try:
        if ":" in own:
            found = sock.getsockopt(SOL_IPV6, SO_ORIGINAL_DST, IPV6_BYTES)
            packed = found[8:24]
        else:  # of an IPv6 socket that takes IPv4 too as well
            found = sock.getsockopt(socket.SOL_IP, SO_ORIGINAL_DST, IPV4_BYTES)
            packed = found[4:8]
    except OSError:
        raise NotRedirected("nobody redirected this connection") from None
    place = canonical_address(str(ipaddress.ip_address(packed))), int.from_bytes(found[2:4])
    if place == (own, sock.getsockname()[1]):
        raise NotRedirected("nobody redirected this connection")
    return place


async def receive(caller: Caller) -> None:
    """A connection that knows of no proxy."""
    gateway, peer = caller.gateway, caller.peer
    peer.may_log_in = False
    try:
        peer.target, port = original_destination(caller.sock)
    except NotRedirected as odd:
        visit = visit_of_name(NO_NAME, 0, peer, gateway.device_of(peer), gateway.now(), str(odd))
        await gateway.stop(visit, gateway.judge(visit), peer)
        return
    await tunnel(caller, port)
