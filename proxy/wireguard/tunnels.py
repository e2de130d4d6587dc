"""One WireGuard server for each device that has a key, as the policy says; in one worker alone.

A device's packets must all come to one process, and mitmproxy_rs binds its socket itself. When this
worker restarts, a device shakes hands again within seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from mitmproxy_rs import wireguard

from kidgate.policies.rows import DeviceRow
from kidgate.policies.tunnel_keys import tunnel_addresses, tunnel_port
from kidgate.proxy.door.caller import Inside
from kidgate.proxy.wireguard.streams import NameServer, Streams

logger = logging.getLogger(__name__)
AGAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Place:
    """What a server is made of: another one for the same device takes its place."""

    device: str  # key
    public: str
    number: int


class Tunnels:
    """The servers on one `wireguard://HOST:PORT`."""

    def __init__(
        self, inside: Inside, names: NameServer | None, private: str, host: str, port: int
    ) -> None:
        self._inside, self._names = inside, names
        self._private, self._host, self._port = private, host, port
        self._servers: dict[Place, wireguard.WireGuardServer] = {}
        self.fault = ""

    async def keep(self) -> None:
        """Follow the policy, for as long as the worker lives."""
        held: object = None
        while True:
            snapshot = self._inside.gateway.snapshot
            if snapshot is not held or self.fault:
                held = snapshot
                try:
                    await self.follow(snapshot.devices)
                except Exception as fault:  # whatever the library says: try again
                    logger.exception("the tunnels are not as the policy says")
                    self.fault = str(fault)
            await asyncio.sleep(AGAIN_SECONDS if self.fault else 0.5)

    async def follow(self, devices: Mapping[str, DeviceRow]) -> None:
        """Bring the servers to what the policy says."""
        wanted = {
            Place(row.key, row.wireguard, row.tunnel) for row in devices.values() if row.wireguard
        }
        for place in [place for place in self._servers if place not in wanted]:
            server = self._servers.pop(place)
            server.close()
            await server.wait_closed()
        self.fault = ""
        for place in sorted(wanted - self._servers.keys(), key=lambda place: place.number):
            try:
                self._servers[place] = await self._start(place)
            except (OSError, ValueError) as fault:
                self.fault = f"the tunnel of {place.device} cannot be opened: {fault}"
                logger.error("%s", self.fault)

    def close(self) -> None:
        """Take no more packets."""
        for server in self._servers.values():
            server.close()
        self._servers.clear()

    async def _start(self, place: Place) -> wireguard.WireGuardServer:
        address = tunnel_addresses(place.number)[0]
        streams = Streams(self._inside, self._names, place.device, address)
        return await wireguard.start_wireguard_server(
            self._host,
            tunnel_port(self._port, place.number),
            self._private,
            [place.public],
            streams.tcp,
            streams.udp,
        )
