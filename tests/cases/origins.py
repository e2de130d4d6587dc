"""The origins of the world: every port of every address, plain or TLS by the first byte.

One thread a connection. Requests are read leniently (a forgery must be seen as it arrived) and
answered as `Records.reply` says.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import ssl
import tempfile
import threading
from collections.abc import Iterable, Mapping

from tests.cases import origin_h2
from tests.cases.certificates import Authorities
from tests.cases.origin_http import serve
from tests.cases.records import SECRET, Connection, Records

SILENCE = 20.0  # seconds until an idle connection is closed
HANDSHAKE = 0x16
WEB = (80, 443)


class Origins:
    """`flavours`: which bad certificate a name has; `old`: addresses that speak TLS 1.0 alone;
    `together`: names that share one certificate."""

    def __init__(
        self,
        records: Records,
        authorities: Authorities,
        ports: Iterable[int],
        *,
        flavours: Mapping[str, str],
        old: frozenset[str],
        together: tuple[str, ...],
    ) -> None:
        self.records = records
        self._authorities = authorities
        self._flavours = flavours
        self._old = old
        self._together = together
        self._contexts: dict[tuple[str, bool], ssl.SSLContext] = {}
        self._selector = selectors.DefaultSelector()
        for port in ports:
            for sock in _listeners(port):
                self._selector.register(sock, selectors.EVENT_READ)
        threading.Thread(target=self._accept, name="origins", daemon=True).start()

    def _accept(self) -> None:
        while True:
            for key, _ in self._selector.select():
                listener = key.fileobj
                assert isinstance(listener, socket.socket)
                with contextlib.suppress(OSError):
                    sock, _ = listener.accept()
                    threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        address, port = sock.getsockname()[:2]
        connection = Connection(address, port)
        self.records.opened(connection)
        sock.settimeout(SILENCE)
        try:
            first = sock.recv(1, socket.MSG_PEEK)
            if first and first[0] == HANDSHAKE:
                sock = self._with_tls(sock, connection)
            if port not in WEB:
                _trap(sock, connection)
            elif isinstance(sock, ssl.SSLSocket) and sock.selected_alpn_protocol() == "h2":
                origin_h2.serve(sock, connection, self.records)
            else:
                serve(sock, connection, self.records)
        except (OSError, ValueError):
            pass  # the gateway went away, or spoke no protocol: what it said is on record
        finally:
            with contextlib.suppress(OSError):
                sock.close()

    def _with_tls(self, sock: socket.socket, connection: Connection) -> ssl.SSLSocket:
        def named(tls: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
            connection.sni = (name or "").lower()
            if name:
                tls.context = self._context(connection.sni, old=old)

        old = connection.address in self._old
        context = self._context(connection.address, old=old)
        context.sni_callback = named
        wrapped = context.wrap_socket(sock, server_side=True)
        connection.tls = True
        return wrapped

    def _context(self, name: str, *, old: bool) -> ssl.SSLContext:
        # Contexts by address carry the connection's callback: never shared between threads.
        by_name = any(c.isalpha() for c in name) and ":" not in name
        known = self._contexts.get((name, old)) if by_name else None
        if known is None:
            known = self._new_context(name, old=old)
            if by_name:
                self._contexts[name, old] = known
        return known

    def _new_context(self, name: str, *, old: bool) -> ssl.SSLContext:
        names = self._together if name in self._together else (name,)
        leaf = self._authorities.leaf(self._flavours.get(name, ""), names)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            file.write(leaf.pem)
            file.flush()
            context.load_cert_chain(file.name)
        context.set_alpn_protocols(["h2", "http/1.1"])
        if old:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
        return context


def _listeners(port: int) -> list[socket.socket]:
    return [
        socket.create_server(("0.0.0.0", port), backlog=1024),
        socket.create_server(("::", port), family=socket.AF_INET6, backlog=1024),
    ]


def _trap(sock: socket.socket, connection: Connection) -> None:
    """A service that nothing of a child's may reach: it gives its secret to whoever connects."""
    body = SECRET.encode()
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    sock.sendall(head + body)
    while data := sock.recv(65536):
        connection.took(data)
