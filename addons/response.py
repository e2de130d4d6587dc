"""Stage 5: the response head, a body that was held, and the end of a visit."""

from __future__ import annotations

from collections.abc import Awaitable

from mitmproxy import http

from kidgate.proxy import responses
from kidgate.proxy.gateway import Gateway


class Response:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def responseheaders(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        return responses.response_head(self._gateway, flow)

    def body_too_large(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        return responses.body_here(self._gateway, flow, cut=True)

    def response(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        waiting = responses.body_here(self._gateway, flow, cut=False)
        if waiting is None:
            responses.finished(self._gateway, flow)
            return None
        return self._finish(flow, waiting)

    async def _finish(self, flow: http.HTTPFlow, waiting: Awaitable[None]) -> None:
        try:
            await waiting
        finally:
            responses.finished(self._gateway, flow)

    def error(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        return responses.failed(self._gateway, flow)
