"""Requests for the gateway itself, by its address: how a device finds us before it uses us.

A page of an attacker whose name leads to our address (DNS rebinding) is none of them: the Host must
be one of our own names, or the very address.
"""

from __future__ import annotations

from mitmproxy import http

from kidgate.policies.destinations import within
from kidgate.policies.names import InvalidName, is_address, parse_authority
from kidgate.proxy.door.caller import Caller
from kidgate.proxy.peers import address_of

EXPLICIT, TRANSPARENT = "explicit", "transparent"
# A port that a URL may leave out.
WEB = 80
_EVERYWHERE = ("0.0.0.0", "::")


def find_us(caller: Caller) -> None:
    """Note where this connection found us, and which of our explicit proxies it could use."""
    peer = caller.peer
    if peer.front:
        return
    place = caller.sock.getsockname()
    host = address_of(place)
    if peer.way == EXPLICIT:
        peer.front = peer.proxy = authority(host, place[1])
        return
    peer.front = authority(host, WEB)
    for address, port in caller.gateway.explicit:
        same_family = (":" in address) == (":" in host)
        if address == host or (address in _EVERYWHERE and same_family):
            peer.proxy = f"{authority(host, WEB)}:{port}"
            return


def is_direct(caller: Caller, request: http.Request) -> bool:
    """Whether a request to the explicit proxy's port asks for a page of ours (origin form, RFC 9112
    section 3.2.1); it is then addressed to our own name."""
    caller.peer.by_address = False
    if request.host:
        return False
    try:
        host, port = parse_authority(request.headers.get("host", ""), WEB)
    except InvalidName:
        return False
    if is_address(host):  # as it was typed: address translation may stand between
        caller.peer.front = authority(host, port)
        caller.peer.proxy = f"{authority(host, WEB)}:{port}"
    elif host not in caller.gateway.snapshot.own_names:
        return False
    return _address_to_us(caller, request)


def is_own_address(caller: Caller, request: http.Request) -> bool:
    """Whether a redirected request asks for the gateway by its address; it is then addressed to our
    own name."""
    peer = caller.peer
    peer.by_address = False
    if peer.way != TRANSPARENT or not _is_ours(caller, peer.target):
        return False
    if peer.connect and peer.connect not in caller.gateway.snapshot.own_names:
        return False  # this connection has named a site before
    try:
        host, _ = parse_authority(request.headers.get("host", ""), WEB)
    except InvalidName:
        return False
    if host != peer.target or not _address_to_us(caller, request):
        return False
    peer.connect = request.host
    return True


def authority(host: str, port: int) -> str:
    """A canonical address and a port as a URL has them."""
    shown = f"[{host}]" if ":" in host else host
    return shown if port == WEB else f"{shown}:{port}"


def _is_ours(caller: Caller, address: str) -> bool:
    own = address_of(caller.sock.getsockname())
    return address == own or within(address, caller.gateway.snapshot.own_networks)


def _address_to_us(caller: Caller, request: http.Request) -> bool:
    names = sorted(caller.gateway.snapshot.own_names)
    if not names:
        return False
    caller.peer.by_address = True
    request.data.host, request.data.port, request.data.scheme = names[0], WEB, b"http"
    request.headers["host"] = names[0]
    return True
