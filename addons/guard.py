"""The wrapper around every hook: a fault is a verdict, and the verdict is block.

mitmproxy would log the exception and let the flow pass. Here whatever a hook raises, at once or
while it waits, ends in `refuse`: a block page where one can still be sent, a cut connection
elsewhere.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from mitmproxy import http
from mitmproxy.connection import Client
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.tls import ClientHelloData, TlsData

from kidgate.policies.model import Decision, Visit
from kidgate.proxy.answers import block_response
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.visits import NO_NAME, visit_of_fault

logger = logging.getLogger(__name__)
Hook = Callable[[Any], Awaitable[None] | None]


def guarded(gateway: Gateway, name: str, hook: Hook) -> Hook:
    """`hook`, with every exception turned into a refusal."""

    def call(data: Any) -> Awaitable[None] | None:
        try:
            waiting = hook(data)
        except Exception as fault:
            return refuse(gateway, name, data, fault)
        return finish(waiting, data) if waiting is not None else None

    async def finish(waiting: Awaitable[None], data: Any) -> None:
        try:
            await waiting
        except Exception as fault:
            await refuse(gateway, name, data, fault)

    return call


async def refuse(gateway: Gateway, name: str, data: Any, fault: Exception) -> None:
    """Stop what a failing hook was to judge; nothing in here may raise."""
    logger.error("stage %s failed: %r", name, fault, exc_info=fault)
    client = client_of(data)
    peer = gateway.peers.by_id.get(client.id) if client is not None else None
    _close_door(data, client)
    try:
        visit, decision = _verdict(gateway, data, f"{name}: {type(fault).__name__}")
        if peer is not None:
            decision, entry_id = await gateway.stop(visit, decision, peer)
            if isinstance(data, http.HTTPFlow) and data.websocket is None:
                data.request.stream = False
                data.request.headers.pop("expect", None)
                data.response = block_response(
                    gateway.pages, gateway.snapshot, visit, decision, entry_id, None
                )
                return
    except Exception:
        logger.exception("a failing stage could not be answered with a page; it is cut")
    if peer is not None:
        peer.handler.cut()


def client_of(data: Any) -> Client | None:
    match data:
        case Client():
            return data
        case http.HTTPFlow():
            return data.client_conn
        case ServerConnectionHookData():
            return data.client
        case ClientHelloData() | TlsData():
            return data.context.client
        case _:
            context = getattr(data, "context", None)
            return context.client if context is not None else None


def _close_door(data: Any, client: Client | None) -> None:
    """First of all, without asking anybody: what was under way leads nowhere."""
    match data:
        case http.HTTPFlow() if data.websocket is not None:
            for message in data.websocket.messages:  # no page fits here: it is cut
                message.drop()
        case http.HTTPFlow():
            data.request.stream = False
            data.response = http.Response.make(503, b"Kidgate: internal_error\n")
        case ServerConnectionHookData():
            data.server.error = "internal error of the gateway"
        case Client():
            data.error = "internal error of the gateway"
        case ClientHelloData():
            data.context.server.error = "internal error of the gateway"


def _verdict(gateway: Gateway, data: Any, what: str) -> tuple[Visit, Decision]:
    host = data.request.host if isinstance(data, http.HTTPFlow) else NO_NAME
    visit = visit_of_fault(str(host), gateway.now())
    return visit, gateway.fault(visit, what)
