"""Stage 3: the ClientHello, and the dial that must not follow a refusal."""

from __future__ import annotations

from collections.abc import Awaitable

from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.tls import ClientHelloData, TlsData

from kidgate.proxy import hello
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.pinned import refusals


class Tls:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def tls_clienthello(self, data: ClientHelloData) -> Awaitable[None] | None:
        return hello.hello(self._gateway, data)

    def tls_failed_client(self, data: TlsData) -> Awaitable[None] | None:
        return refusals.failed(self._gateway, data)

    def server_connect(self, data: ServerConnectionHookData) -> None:
        peer = self._gateway.peers.by_id.get(data.client.id)
        if peer is None or peer.refused:
            data.server.error = "refused by policy"
