"""mitmproxy, embedded: its options, its own addons that we need, and our chain around them."""

from __future__ import annotations

from pathlib import Path

from mitmproxy import master
from mitmproxy.addons import next_layer, proxyserver, tlsconfig
from mitmproxy.options import Options
from mitmproxy.proxy.layer import NextLayer
from mitmproxy.proxy.layers.tls import ServerTLSLayer
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.tls import TlsData

from kidgate.addons.chain import Chain
from kidgate.addons.messages import Messages
from kidgate.addons.request import Request
from kidgate.addons.response import Response
from kidgate.addons.tls import Tls
from kidgate.addons.who import Who
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.settings import apply_settings, safe_settings
from kidgate.proxy.shortcuts import fix
from kidgate.proxy.upstream_sessions import UpstreamSessions

TLS_RECORD = b"\x16"


class PatientNextLayer(next_layer.NextLayer):
    """Waits for the third byte of a TLS hello before it says that it is none."""

    def next_layer(self, nextlayer: NextLayer) -> None:
        begun = nextlayer.data_client()
        if begun.startswith(TLS_RECORD) and len(begun) < 3:
            return
        super().next_layer(nextlayer)
        server_tls = nextlayer.layer
        if isinstance(server_tls, ServerTLSLayer):
            # It would dial before the client is heard. Nothing is dialled before it is judged.
            nextlayer.layer = server_tls.child_layer
            nextlayer.context.layers.remove(server_tls)


class Contexts(tlsconfig.TlsConfig):
    """Takes sessions with origins up again."""

    def __init__(self) -> None:
        self._sessions = UpstreamSessions()

    def tls_start_server(self, tls_start: TlsData) -> None:
        super().tls_start_server(tls_start)
        assert tls_start.ssl_conn is not None
        self._sessions.begin(tls_start.conn, tls_start.ssl_conn)

    def server_disconnected(self, data: ServerConnectionHookData) -> None:
        self._sessions.end(data.server)


def start(gateway: Gateway, ca: Path, trusted: Path) -> tuple[Options, Chain]:
    """mitmproxy with safe settings, and the hooks of a connection's life.

    Must run inside the event loop. `proxyserver` is there for the options it brings alone:
    listening and accepting are ours.
    """
    options = Options()
    host = master.Master(options)
    layers, contexts = PatientNextLayer(), Contexts()
    host.addons.add(proxyserver.Proxyserver(), layers, contexts)
    apply_settings(options, safe_settings(ca, trusted))
    fix(options)
    ours = (Who(gateway), Tls(gateway), Request(gateway), Response(gateway), Messages(gateway))
    return options, Chain.of(gateway, ours, (layers, contexts))
