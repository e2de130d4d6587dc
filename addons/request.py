"""Stage 4: the request head, before anything of the request is sent; a body that is
held, when it is whole or too large."""

from __future__ import annotations

from collections.abc import Awaitable

from mitmproxy import http

from kidgate.proxy import requests
from kidgate.proxy.gateway import Gateway


class Request:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def requestheaders(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        return requests.request_head(self._gateway, flow)

    def body_too_large(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        return requests.body_here(self._gateway, flow, cut=True)

    def request(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        return requests.request_whole(self._gateway, flow)
