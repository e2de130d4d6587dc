"""The listening sockets: made by the supervisor, one for each worker slot and address.

They outlive their workers, so that connections wait in the accept queue while one restarts and none
is refused. The kernel spreads connections over the slots (SO_REUSEPORT).
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable

BACKLOG = 1024
# Of a way in; else streams alone. A tunnel's socket is its server's own.
KINDS: dict[str, tuple[socket.SocketKind, ...]] = {
    "dns": (socket.SOCK_DGRAM, socket.SOCK_STREAM),
    "wireguard": (),
}


class CannotListen(OSError):
    """An address cannot be had; the message says what to do."""


Place = tuple[str, str, int]  # way in, address, port
Open = tuple[str, socket.socket]  # way in


def listening_sockets(places: Iterable[Place], slots: int) -> list[list[Open]]:
    """For each slot, its sockets. `CannotListen`, and none is left open."""
    made: list[list[Open]] = [[] for _ in range(slots)]
    try:
        for way, host, port in places:
            for kind in KINDS.get(way, (socket.SOCK_STREAM,)):
                _claim(host, port, kind)
                for slot in made:
                    slot.append((way, _listen(host, port, kind)))
    except OSError as fault:
        for _, sock in (s for slot in made for s in slot):
            sock.close()
        raise CannotListen(_advice(host, port, fault)) from fault
    return made


def _claim(host: str, port: int, kind: socket.SocketKind) -> None:
    """SO_REUSEPORT would let two gateways share a port unnoticed: ask once without it."""
    with _socket(host, kind) as sock:
        if kind == socket.SOCK_STREAM:  # datagrams would share it too
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        if kind == socket.SOCK_STREAM:
            sock.listen(1)


def _socket(host: str, kind: socket.SocketKind) -> socket.socket:
    sock = socket.socket(_family(host), kind)
    if ":" in host:  # 0.0.0.0 may be listened on beside it
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    return sock


def _listen(host: str, port: int, kind: socket.SocketKind) -> socket.socket:
    sock = _socket(host, kind)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind((host, port))
        if kind == socket.SOCK_STREAM:
            sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _advice(host: str, port: int, fault: OSError) -> str:
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    match fault.errno:
        case errno.EADDRINUSE:
            return (
                f"{place} is in use by another program; stop it, or change `listen` in config.yaml"
            )
        case errno.EADDRNOTAVAIL:
            return f"{place} is no address of this machine; change `listen` in config.yaml"
        case errno.EACCES:
            return f"{place} needs privileges; take a port above 1023, or run as the service"
        case _:
            return f"cannot listen on {place}: {fault.strerror}"
