"""mitmproxy embedded as the gateway embeds it, with our stages off: `python -m benchmarks.bare`.

The same event loop, settings, listener and connection handler, mitmproxy's own layers and TLS, and
nothing that judges: what the gateway uses beyond this is the price of filtering. It is told
`{"ca": ..., "trusted": ..., "hosts": {...}, "port": ...}` and answers `{}`.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from mitmproxy import master
from mitmproxy.addons import next_layer, proxyserver, tlsconfig
from mitmproxy.options import Options

import kidgate.proxy.lean  # noqa: F401 - before mitmproxy's own addons
from kidgate.addons.chain import HOOKS, Chain
from kidgate.documents.config import Limits as ConfigLimits
from kidgate.proxy import garbage, logs
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.limits import Limits
from kidgate.proxy.listener import Listener
from kidgate.proxy.peers import Peers
from kidgate.proxy.resolver import JudgedLoop, Resolver
from kidgate.proxy.settings import apply_settings, safe_settings


def engine(ca: Path, trusted: Path) -> tuple[Options, Chain]:
    """`kidgate.addons.engine.start` without our stages and without the guard around them."""
    options = Options()
    host = master.Master(options)
    layers, contexts = next_layer.NextLayer(), tlsconfig.TlsConfig()
    host.addons.add(proxyserver.Proxyserver(), layers, contexts)
    apply_settings(options, safe_settings(ca, trusted))
    theirs = (layers, contexts)
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
    options, chain = engine(Path(told["ca"]), Path(told["trusted"]))
    limits = Limits(**asdict(ConfigLimits()))
    door = SimpleNamespace(
        limits=limits,
        peers=Peers(limits.connections_per_device, limits.connections),
        open_visits={},
    )
    made = socket.create_server(("127.0.0.1", told["port"]), backlog=1024)
    # By its descriptor, as a worker gets it: only then does asyncio know it as TCP (no Nagle).
    sock = socket.socket(fileno=made.detach())
    await Listener(cast(Gateway, door), chain, options).open([sock])
    garbage.settle()
    print(json.dumps({}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def main() -> None:
    told = json.loads(sys.stdin.readline())
    logs.set_up("bare", level="info", lines=50)
    with asyncio.Runner(loop_factory=JudgedLoop) as runner:
        runner.run(serve(told))


if __name__ == "__main__":
    main()
