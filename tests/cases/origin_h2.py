"""HTTP/2 as an origin speaks it."""

from __future__ import annotations

import ssl
from collections.abc import Iterable

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, DataReceived, RequestReceived, StreamEnded

from tests.cases.origin_http import page
from tests.cases.records import MARK, MARK_HEADER, Connection, Records, Seen

CONFIGURATION = H2Configuration(
    client_side=False, header_encoding="utf-8", validate_inbound_headers=False
)


def serve(sock: ssl.SSLSocket, connection: Connection, records: Records) -> None:
    """Answer streams until the gateway closes."""
    server = H2Connection(CONFIGURATION)
    server.initiate_connection()
    open_streams: dict[int, Seen] = {}
    while True:
        sock.sendall(server.data_to_send())
        data = sock.recv(65536)
        if not data:
            return
        for event in server.receive_data(data):
            match event:
                case RequestReceived(stream_id=int(stream), headers=list(headers)):
                    connection.took(data)
                    open_streams[stream] = _seen(connection, headers)
                case DataReceived(stream_id=int(stream), flow_controlled_length=int(size)):
                    connection.took(data)
                    server.acknowledge_received_data(size, stream)
                case ConnectionTerminated():
                    return
            if isinstance(event, StreamEnded) and event.stream_id in open_streams:
                seen = open_streams.pop(event.stream_id)
                records.asked(seen)
                _answer(server, sock, event.stream_id, seen, records)


def _seen(connection: Connection, headers: Iterable[tuple[object, object]]) -> Seen:
    pairs = tuple((str(name), str(value)) for name, value in headers)
    named = dict(pairs)
    return Seen(
        address=connection.address,
        port=connection.port,
        tls=True,
        sni=connection.sni,
        method=named.get(":method", ""),
        target=named.get(":path", ""),
        headers=pairs,
    )


def _answer(
    server: H2Connection, sock: ssl.SSLSocket, stream: int, seen: Seen, records: Records
) -> None:
    reply = records.reply
    body = page(seen) if reply.body is None else reply.body
    headers = [(":status", str(reply.status)), *((n.lower(), v) for n, v in reply.headers)]
    server.send_headers(stream, [*headers, (MARK_HEADER.lower(), MARK)])
    while body:
        size = min(server.local_flow_control_window(stream), server.max_outbound_frame_size)
        if size:
            server.send_data(stream, body[:size])
            body = body[size:]
        sock.sendall(server.data_to_send())
        if not size:
            server.receive_data(sock.recv(65536))
    server.end_stream(stream)
    sock.sendall(server.data_to_send())
