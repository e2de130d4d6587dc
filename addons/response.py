"""Stage 5: the response head, and the end of a visit."""

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

    def response(self, flow: http.HTTPFlow) -> None:
        responses.finished(self._gateway, flow)

    def error(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        return responses.failed(self._gateway, flow)
