"""mitmproxy embedded as the gateway embeds it, with our stages off: `python -m benchmarks.bare`.

The same event loop, settings and connection handler, mitmproxy's own layers and TLS, and nothing
that judges: what the gateway uses beyond this is the price of filtering. It is told
`{"ca": ..., "trusted": ..., "hosts": {...}, "port": ..., "closed": ...}` and answers `{}`; where
closed is true it relays TLS unopened.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mitmproxy import master
from mitmproxy.addons import next_layer, proxyserver, tlsconfig
from mitmproxy.options import Options
from mitmproxy.proxy import layers, mode_specs
from mitmproxy.tls import ClientHelloData

import kidgate.proxy.lean  # noqa: F401 - before mitmproxy's own addons
from kidgate.addons.chain import HOOKS, Chain
from kidgate.documents.config import Limits as ConfigLimits
from kidgate.proxy import garbage, logs
from kidgate.proxy.handler import GatewayHandler
from kidgate.proxy.limits import Limits
from kidgate.proxy.resolver import JudgedLoop, Resolver
from kidgate.proxy.settings import apply_settings, safe_settings


class Closed:
    """mitmproxy's own way to relay a connection unopened."""

    def tls_clienthello(self, data: ClientHelloData) -> None:
        data.ignore_connection = True


def engine(ca: Path, trusted: Path, *, closed: bool) -> tuple[Options, Chain]:
    """`kidgate.addons.engine.start` without our stages and without the guard around them."""
    options = Options()
    host = master.Master(options)
    choice, contexts = next_layer.NextLayer(), tlsconfig.TlsConfig()
    host.addons.add(proxyserver.Proxyserver(), choice, contexts)
    apply_settings(options, safe_settings(ca, trusted))
    theirs = (choice, contexts, *([Closed()] if closed else []))
    return options, Chain(
        {
            name: tuple(getattr(a, name) for a in theirs if hasattr(a, name))
            for name in (*HOOKS, "request")
        }
    )


async def serve(told: dict[str, Any]) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, JudgedLoop)
    loop.resolver = Resolver({name: (address,) for name, address in told["hosts"].items()})
    options, chain = engine(Path(told["ca"]), Path(told["trusted"]), closed=told["closed"])
    limits = Limits(**asdict(ConfigLimits()))
    mode = mode_specs.ProxyMode.parse("regular")

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seconds = {"head_seconds": limits.header_seconds, "idle_seconds": limits.idle_seconds}
        handler = GatewayHandler(reader, writer, options, mode, chain, **seconds)
        handler.layer = layers.modes.HttpProxy(handler.layer.context)
        try:
            await handler.handle_client()
        finally:
            writer.transport.abort()

    made = socket.create_server(("127.0.0.1", told["port"]), backlog=1024)
    # By its descriptor, as a worker gets it: only then does asyncio know it as TCP (no Nagle).
    sock = socket.socket(fileno=made.detach())
    server = await asyncio.start_server(accept, sock=sock, backlog=1024)
    garbage.settle()
    print(json.dumps({}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    told = json.loads(sys.stdin.readline())
    logs.set_up("bare", level="info", lines=50)
    with asyncio.Runner(loop_factory=JudgedLoop) as runner:
        runner.run(serve(told))


if __name__ == "__main__":
    main()
