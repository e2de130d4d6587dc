"""Accepting connections on the sockets that the supervisor made."""

from __future__ import annotations

import asyncio
import logging
import socket

from mitmproxy.options import Options
from mitmproxy.proxy import layers, mode_specs

from kidgate.proxy.gateway import Gateway
from kidgate.proxy.handler import GatewayHandler, Hooks
from kidgate.proxy.peers import Peer, address_of

logger = logging.getLogger(__name__)
BACKLOG = 1024
EXPLICIT = mode_specs.ProxyMode.parse("regular")


class Listener:
    """The explicit proxy's door of one worker."""

    def __init__(self, gateway: Gateway, hooks: Hooks, options: Options) -> None:
        self._gateway = gateway
        self._hooks = hooks
        self._options = options
        self._servers: list[asyncio.Server] = []

    async def open(self, sockets: list[socket.socket]) -> None:
        for sock in sockets:
            server = await asyncio.start_server(self._accept, sock=sock, backlog=BACKLOG)
            self._servers.append(server)

    def close(self) -> None:
        """Take no new connections; those that are open go on."""
        for server in self._servers:
            server.close()

    async def drained(self, seconds: float) -> None:
        """Wait until the last connection is done, then cut what is left."""
        deadline = asyncio.get_running_loop().time() + seconds
        peers = self._gateway.peers
        while peers.by_id and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.05)
        for peer in list(peers.by_id.values()):
            peer.handler.cut()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = address_of(writer.get_extra_info("peername"))
        peers, limits = self._gateway.peers, self._gateway.limits
        if not address or not peers.has_room(address):
            writer.transport.abort()
            return
        handler = GatewayHandler(
            reader,
            writer,
            self._options,
            EXPLICIT,
            self._hooks,
            head_seconds=limits.header_seconds,
            idle_seconds=limits.idle_seconds,
        )
        handler.layer = layers.modes.HttpProxy(handler.layer.context)
        peers.add(handler.client.id, Peer(handler, address))
        try:
            await handler.handle_client()
        except Exception:
            logger.exception("a connection ended in a fault")
        finally:
            peers.remove(handler.client.id)
            self._gateway.open_visits.pop(handler.client.id, None)
            writer.transport.abort()
