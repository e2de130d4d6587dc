"""HTTP/1 as an origin speaks it, read leniently, and what it answers; WebSocket echoes."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Request, TextMessage

from tests.cases.records import MARK, MARK_HEADER, Connection, Records, Reply, Seen

HEAD_END = re.compile(rb"\r?\n\r?\n")
LONGEST_HEAD = 1 << 18


@dataclass
class Stream:
    """A socket with what was read of it and not yet used."""

    sock: socket.socket
    connection: Connection
    waiting: bytes = b""

    def more(self) -> bool:
        """Read on; False at the end."""
        data = self.sock.recv(1 << 18)
        self.connection.took(data)
        self.waiting += data
        return bool(data)

    def take(self, size: int) -> bytes:
        """The next bytes; fewer at the end."""
        while len(self.waiting) < size and self.more():
            pass
        taken, self.waiting = self.waiting[:size], self.waiting[size:]
        return taken

    def drop(self, size: int) -> int:
        """Read so many bytes and forget them; how many there were."""
        left = size
        while left and (self.waiting or self.more()):
            gone = min(left, len(self.waiting))
            self.waiting, left = self.waiting[gone:], left - gone
        return size - left

    def line(self) -> bytes:
        while b"\n" not in self.waiting and self.more():
            pass
        line, _, self.waiting = self.waiting.partition(b"\n")
        return line.strip()


def serve(sock: socket.socket, connection: Connection, records: Records) -> None:
    """Answer requests until the gateway closes."""
    stream = Stream(sock, connection)
    while (seen := _read(stream)) is not None:
        records.asked(seen)
        if seen.values("upgrade") == ["websocket"]:
            _echo(stream, seen)
            return
        reply = records.reply
        sock.sendall(reply.raw or head_and_body(reply, seen))
        if reply.raw.startswith(b"HTTP/1.1 101"):
            _record_switched(stream)
            return
        if reply.closes or "close" in seen.values("connection"):
            return


def page(seen: Seen) -> bytes:
    return f"<html><body>{MARK} {seen.method} {seen.host}</body></html>".encode()


def head_and_body(reply: Reply, seen: Seen) -> bytes:
    body = page(seen) if reply.body is None else reply.body
    headers = [*reply.headers, (MARK_HEADER, MARK)]
    if not reply.chunked:
        headers.append(("Content-Length", str(len(body))))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    head = f"HTTP/1.1 {reply.status} Rig\r\n{lines}\r\n".encode()
    return head if seen.method == "HEAD" else head + body


def _read(stream: Stream) -> Seen | None:
    while (end := HEAD_END.search(stream.waiting)) is None:
        if len(stream.waiting) > LONGEST_HEAD or not stream.more():
            return None
    head = stream.waiting[: end.start()].decode("latin-1")
    stream.waiting = stream.waiting[end.end() :]
    first, *lines = head.splitlines() or [""]
    method, _, rest = first.partition(" ")
    pairs = [line.partition(":") for line in lines]
    headers = tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)
    body = _body(stream, dict(headers))
    found = stream.connection
    return Seen(
        address=found.address,
        port=found.port,
        tls=found.tls,
        sni=found.sni,
        method=method,
        target=rest.rpartition(" ")[0],
        headers=headers,
        body=body,
    )


def _body(stream: Stream, headers: dict[str, str]) -> int:
    """Read a request body; its size."""
    if "chunked" not in headers.get("transfer-encoding", ""):
        return stream.drop(int(headers.get("content-length") or 0))
    size = 0
    while (chunk := int(stream.line().split(b";")[0] or b"0", 16)) > 0:
        size += stream.drop(chunk)
        stream.line()
    while stream.line():
        pass  # trailers
    return size


def _record_switched(stream: Stream) -> None:
    stream.connection.switched += stream.waiting
    while stream.more():
        stream.connection.switched += stream.waiting
        stream.waiting = b""


def _echo(stream: Stream, seen: Seen) -> None:
    """A WebSocket server that says everything back."""
    server = WSConnection(ConnectionType.SERVER)
    server.receive_data(_handshake(seen))
    while True:
        for event in server.events():
            if isinstance(event, Request):
                mark = [(MARK_HEADER.encode(), MARK.encode())]
                stream.sock.sendall(server.send(AcceptConnection(extra_headers=mark)))
            elif isinstance(event, TextMessage):
                stream.sock.sendall(server.send(TextMessage(data=event.data)))
            elif isinstance(event, CloseConnection):
                stream.sock.sendall(server.send(event.response()))
                return
        if not stream.waiting and not stream.more():
            return
        data, stream.waiting = stream.waiting, b""
        server.receive_data(data)


def _handshake(seen: Seen) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in seen.headers)
    return f"{seen.method} {seen.target} HTTP/1.1\r\n{lines}\r\n".encode()
