"""Stage 6: WebSocket messages. None is kept: mitmproxy would hold every one for the connection's
life."""

from __future__ import annotations

from collections.abc import Awaitable

from mitmproxy import http

from kidgate.proxy import responses
from kidgate.proxy.gateway import Gateway


class Messages:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def websocket_message(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        assert flow.websocket is not None
        del flow.websocket.messages[:-1]
        return responses.message_here(self._gateway, flow)

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        responses.closed(self._gateway, flow)
