"""A web site on loopback that remembers every byte it was sent: HTTP/1.1, TLS, WebSocket."""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Origin:
    """Serves `body` (or what `pages` has for a path) until stopped; `seen` has the raw requests."""

    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    body: bytes = b"hello from the origin"
    pages: dict[str, bytes] = field(default_factory=dict)  # path -> whole raw response
    seen: list[bytes] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Origin:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._sock = socket.create_server((self.host, self.port), family=family, backlog=256)
        self.port = self._sock.getsockname()[1]
        self._open = True
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        self._sock.close()

    def forget(self) -> None:
        self.seen.clear()
        self.pages.clear()

    @property
    def paths(self) -> list[str]:
        """The request targets that arrived, in order."""
        return [head.split(b" ")[1].decode() for head in self.seen]

    def _accept(self) -> None:
        while self._open:
            try:
                sock, _ = self._sock.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        try:
            if self.tls is not None:
                sock = self.tls.wrap_socket(sock, server_side=True)
            while self._one(sock):
                pass
        except OSError:
            pass
        finally:
            sock.close()

    def _one(self, sock: socket.socket) -> bool:
        data = b""
        while b"\r\n\r\n" not in data:
            more = sock.recv(65536)
            if not more:
                return False
            data += more
        head, _, rest = data.partition(b"\r\n\r\n")
        self.seen.append(head)
        lines = (line.split(b":", 1) for line in head.split(b"\r\n")[1:])
        fields = {name.lower(): value.strip() for name, value in lines}
        length = int(fields.get(b"content-length", b"0"))
        while len(rest) < length:
            rest += sock.recv(65536)
        if fields.get(b"upgrade", b"").lower() == b"websocket":
            return self._websocket(sock, fields[b"sec-websocket-key"])
        path = head.split(b" ")[1].decode().partition("?")[0]
        answer = self.pages.get(path) or (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
            % (len(self.body), self.body)
        )
        sock.sendall(answer)
        return b"content-length" in answer.lower() and fields.get(b"connection") != b"close"

    def _websocket(self, sock: socket.socket, key: bytes) -> bool:
        """Echo text frames of up to 125 bytes."""
        digest = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
        sock.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
        )
        while True:
            head = sock.recv(2)
            if len(head) < 2 or head[0] & 15 == 8:
                return False
            length = head[1] & 127
            mask = sock.recv(4)
            text = bytes(b ^ mask[i % 4] for i, b in enumerate(sock.recv(length)))
            sock.sendall(bytes((head[0], length)) + text)


def wait_until(true: object, seconds: float = 10.0) -> bool:
    """Whether a condition came true in time; polls gently."""
    assert callable(true)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return bool(true())
