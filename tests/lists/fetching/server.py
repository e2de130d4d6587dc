"""A web server on loopback whose every byte a test chooses."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

Behaviour = Callable[["Asked", BinaryIO], None]


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    headers: Mapping[str, str]  # names in lower case


@dataclass
class Site:
    """What the server does for each path, and what it was asked."""

    port: int
    scheme: str = "http"
    host: str = "127.0.0.1"
    pages: dict[str, Behaviour] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"{self.scheme}://{self.host}:{self.port}{path}"

    def __setitem__(self, path: str, behaviour: Behaviour) -> None:
        self.pages[path] = behaviour


def page(body: bytes, status: str = "200 OK", /, **headers: str) -> Behaviour:
    """A plain answer; `Content_Length=` and the like replace what it would say."""

    def behave(asked: Asked, out: BinaryIO) -> None:
        said = {"Content-Length": str(len(body))}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
        out.write(f"HTTP/1.1 {status}\r\n{lines}Connection: close\r\n\r\n".encode() + body)

    return behave


def versioned(body: bytes, etag: str, modified: str = "") -> Behaviour:
    """An answer that says `not modified` to whoever has it."""

    def behave(asked: Asked, out: BinaryIO) -> None:
        same = asked.headers.get("if-none-match") == etag
        headers = {"ETag": etag, "Last_Modified": modified}
        page(b"" if same else body, "304 Not Modified" if same else "200 OK", **headers)(asked, out)

    return behave


def moved(to: str, status: str = "302 Found") -> Behaviour:
    return page(b"", status, Location=to)


def hangs(asked: Asked, out: BinaryIO) -> None:
    """Says nothing until the other side goes."""
    out.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
    out.flush()
    threading.Event().wait(20)


@contextmanager
def serving(context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Site]:
    """A site until the block ends."""
    with _Server((host, 0), _Handler) as server:
        scheme = "https" if context else "http"
        name = "localhost" if context else host
        server.site = Site(server.server_address[1], scheme, name)
        server.context = context
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.site
        finally:
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    site: Site
    context: ssl.SSLContext | None

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        if self.context is not None:
            connection = self.context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that go in the middle are what these tests are about."""


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        words = self.rfile.readline().decode().split()
        headers = {}
        while line := self.rfile.readline().decode().strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if len(words) < 2:
            return
        asked = Asked(words[1], headers)
        self.server.site.asked.append(asked)
        behave = self.server.site.pages.get(asked.path, page(b"nothing here", "404 Not Found"))
        behave(asked, self.wfile)
        self.wfile.flush()
