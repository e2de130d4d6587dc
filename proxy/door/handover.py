"""Handing a connection to mitmproxy's layers, with its bytes as they came.

An asyncio stream is made around the socket, and what was read is put back at its beginning:
mitmproxy sees a connection that has just been accepted.
"""

from __future__ import annotations

import asyncio
import socket

from mitmproxy.proxy import layers, mode_specs

from kidgate.proxy.door.caller import Caller, silence
from kidgate.proxy.handler import GatewayHandler

MODE = mode_specs.ProxyMode.parse("regular")


async def hand_over(caller: Caller, place: tuple[str, int] | None = None) -> None:
    """Let mitmproxy do the rest, until the end. `place`: where the tunnel leads, name and port as
    judged; None: requests to a proxy."""
    caller.stop_clock()
    caller.refusal = silence
    reader, writer = await _streams(caller.release(), bytes(caller.read))
    caller.read.clear()
    try:
        handler = _handler(caller, reader, writer)
        context = handler.layer.context
        if not isinstance(context.client.peername, tuple):  # it came through a pair of our own
            context.client.peername = context.client.sockname = (caller.peer.address, 0)
        if place is None:
            handler.layer = layers.modes.HttpProxy(context)
        else:
            context.server.address = place
            handler.layer = layers.modes.TransparentProxy(context)
        caller.gateway.peers.rename(caller.id, handler.client.id)
        caller.id, caller.peer.handler = handler.client.id, handler
        await handler.handle_client()
    finally:
        await _close(writer, caller.gateway.limits.idle_seconds)


async def _close(writer: asyncio.StreamWriter, seconds: float) -> None:
    """The last of an answer may still wait to be sent, megabytes of it: whoever takes it in time
    gets it."""
    writer.close()
    try:
        async with asyncio.timeout(seconds):
            await writer.wait_closed()
    except OSError:  # a TimeoutError is one
        writer.transport.abort()
    except BaseException:
        writer.transport.abort()
        raise


def _handler(
    caller: Caller, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> GatewayHandler:
    inside, limits = caller.inside, caller.gateway.limits
    return GatewayHandler(
        reader,
        writer,
        inside.options,
        MODE,
        inside.hooks,
        head_seconds=limits.header_seconds,
        idle_seconds=limits.idle_seconds,
    )


async def _streams(
    sock: socket.socket, begun: bytes
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(loop=loop)
    reader.feed_data(begun)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    try:
        transport, _ = await loop.connect_accepted_socket(lambda: protocol, sock)
    except BaseException:
        sock.close()
        raise
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)
