"""Devices away from home: in a namespace that has nothing but a WireGuard tunnel to the gate.

Their packets come to the gate from an address of the world, which need not be the same twice.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from kidgate.policies.tunnel_keys import tunnel_addresses, tunnel_port
from kidgate.proxy.wireguard.keys import new_pair, public_of, server_key
from tests.cases.house_net import HouseNet
from tests.cases.world import World
from tests.lan import wireguard_client

AWAY = "203.0.113.77"  # from where a device comes unless a case says it
TUN = Path("/dev/net/tun")


class NoTunnel(RuntimeError):
    """The gate does not answer a device's key, or this machine has no TUN devices."""


@cache
def pair_of(device: str) -> tuple[str, str]:
    """Private and public key of a device, the same for a whole run."""
    return new_pair()


def numbers(world: World) -> Mapping[str, int]:
    """The tunnel of each device that comes from away, counted from 1."""
    away = [key for key, row in world.data["devices"].items() if "wg_ip" in row]
    return {key: number for number, key in enumerate(away, 1)}


@contextmanager
def tunnel(
    net: HouseNet, world: World, device: str, keys: Path, source: str = AWAY
) -> Iterator[None]:
    """A device's namespace is connected while this lasts; `keys` holds the gate's own. Raises
    NoTunnel."""
    if not TUN.exists():
        raise NoTunnel(f"there is no {TUN}")
    number = numbers(world)[device]
    gateway = world.gateway
    with net.inside("world"):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with sock:
        sock.bind((source, 0))
        sock.connect((gateway["wan_ip"], tunnel_port(gateway["wg_port"], number)))
        public = public_of(server_key(keys))
        session = wireguard_client.handshake(sock, pair_of(device)[0], public)
        if session is None:
            raise NoTunnel(f"the gate does not answer the key of {device}")
        four, six = tunnel_addresses(number)
        with net.inside(net.place_of(device)):
            tun = wireguard_client.device([f"{four}/32", f"{six}/128"])
        ended, end = os.pipe()
        carrying = threading.Thread(
            target=wireguard_client.carry, args=(session, tun, sock, ended), daemon=True
        )
        carrying.start()
        try:
            yield
        finally:
            os.write(end, b".")
            carrying.join()
            for descriptor in (tun, ended, end):
                os.close(descriptor)
