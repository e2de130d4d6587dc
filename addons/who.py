"""Stage 1: a CONNECT names its target, and who asks."""

from __future__ import annotations

from collections.abc import Awaitable

from mitmproxy import http

from kidgate.proxy import arrival
from kidgate.proxy.gateway import Gateway


class Who:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def http_connect(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        return arrival.connect(self._gateway, flow)
