"""A web site of one small page over HTTP and HTTPS: `python -m benchmarks.origin`, ends with its
input.

It is told `{"pem": ..., "port": ..., "tls_port": ..., "bytes": ...}` and answers `{}`.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from typing import Any


class Site(asyncio.Protocol):
    """One connection: an answer for each request head; bodies are not expected."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        heads = (self._tail + data).split(b"\r\n\r\n")
        self._tail = heads.pop()
        for _ in heads:
            self._transport.write(self._answer)


async def serve(spec: dict[str, Any]) -> None:
    body = b"x" * spec["bytes"]
    answer = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServer: benchmark\r\n"
        b"Cache-Control: max-age=60\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(spec["pem"])
    context.set_alpn_protocols(["http/1.1"])
    loop = asyncio.get_running_loop()
    for port, tls in ((spec["port"], None), (spec["tls_port"], context)):
        await loop.create_server(
            lambda: Site(answer), "localhost", port, ssl=tls, backlog=1024, reuse_port=True
        )
    print(json.dumps({}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(json.loads(sys.stdin.readline())))
