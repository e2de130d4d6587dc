"""The listening sockets: made by the supervisor, one for each worker slot and address.

They outlive their workers, so that connections wait in the accept queue while one restarts and none
is refused. The kernel spreads connections over the slots (SO_REUSEPORT).
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable

BACKLOG = 1024


class CannotListen(OSError):
    """An address cannot be had; the message says what to do."""


def listening_sockets(
    addresses: Iterable[tuple[str, int]], slots: int
) -> list[list[socket.socket]]:
    """For each slot, its sockets. `CannotListen`, and none is left open."""
    made: list[list[socket.socket]] = [[] for _ in range(slots)]
    try:
        for host, port in addresses:
            _claim(host, port)
            for slot in made:
                slot.append(_listen(host, port))
    except OSError as fault:
        for sock in (s for slot in made for s in slot):
            sock.close()
        raise CannotListen(_advice(host, port, fault)) from fault
    return made


def _claim(host: str, port: int) -> None:
    """SO_REUSEPORT would let two gateways share a port unnoticed: ask once without it."""
    with socket.socket(_family(host)) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(1)


def _listen(host: str, port: int) -> socket.socket:
    sock = socket.socket(_family(host))
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind((host, port))
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
