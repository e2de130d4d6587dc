"""A web site of one small page over HTTP and HTTPS: `python -m benchmarks.origin`, ends with its
input.

It is told `{"pem": ..., "port": ..., "tls_port": ..., "bytes": ...}`, or a file as `page` instead
of `bytes`, and answers `{}`.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from pathlib import Path
from typing import Any

GZIP = b"\x1f\x8b"


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


def text(size: int) -> bytes:
    """A page of plain words: a text of one letter would be read in another time than any page."""
    words = b"<p>The river flows to the sea, and birds fly over it in the morning.</p>\n"
    page = b"<!doctype html><title>Rivers</title>" + words * (size // len(words) + 1)
    return page[:size]


async def serve(spec: dict[str, Any]) -> None:
    body = Path(spec["page"]).read_bytes() if spec.get("page") else text(spec["bytes"])
    coding = b"Content-Encoding: gzip\r\n" if body.startswith(GZIP) else b""
    answer = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServer: benchmark\r\n%s"
        b"Cache-Control: max-age=60\r\nContent-Length: %d\r\n\r\n%s" % (coding, len(body), body)
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
