"""HTTP/2: the verdict is per request, never per connection."""

from __future__ import annotations

import ssl

import h2.config
import h2.connection
import h2.events
import pytest

from tests.e2e.house import House
from tests.e2e.origin import Origin


def ask(tls: ssl.SSLSocket, authorities: list[str]) -> list[int]:
    """One stream for each authority on one connection; their statuses."""
    h2c = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    h2c.initiate_connection()
    streams = {}
    for authority in authorities:
        stream = h2c.get_next_available_stream_id()
        head = [(":method", "GET"), (":scheme", "https"), (":path", "/")]
        h2c.send_headers(stream, [*head, (":authority", authority)], end_stream=True)
        streams[stream] = 0
    tls.sendall(h2c.data_to_send())
    ended: set[int] = set()
    while len(ended) < len(streams):
        data = tls.recv(65536)
        assert data, "the connection ended before every stream was answered"
        for event in h2c.receive_data(data):
            match event:
                case h2.events.ResponseReceived():
                    streams[event.stream_id] = int(dict(event.headers)[":status"])
                case h2.events.DataReceived():
                    size = event.flow_controlled_length
                    h2c.acknowledge_received_data(size, event.stream_id)
                case h2.events.StreamEnded() | h2.events.StreamReset():
                    ended.add(event.stream_id)
        tls.sendall(h2c.data_to_send())
    return list(streams.values())


def test_each_stream_is_judged_by_its_own_authority(house: House, secure: Origin) -> None:
    port = secure.port
    with (
        house.tunnel(f"good.example:{port}") as sock,
        house.trusting("h2").wrap_socket(sock, server_hostname="good.example") as tls,
    ):
        assert tls.selected_alpn_protocol() == "h2"
        authorities = [f"{name}.example:{port}" for name in ("good", "bad", "other", "good")]
        # `other` is allowed, but it is not this connection's name: the browser shall ask anew.
        assert ask(tls, authorities) == [200, 403, 421, 200]
    assert len(secure.seen) == 2


@pytest.mark.parametrize("path", ["http://bad.example/", "//bad.example/"])
def test_path_that_names_another_site_goes_nowhere_else(
    house: House, secure: Origin, path: str
) -> None:
    with (
        house.tunnel(f"good.example:{secure.port}") as sock,
        house.trusting("h2").wrap_socket(sock, server_hostname="good.example") as tls,
    ):
        h2c = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        h2c.initiate_connection()
        head = [(":method", "GET"), (":scheme", "https"), (":path", path)]
        h2c.send_headers(1, [*head, (":authority", f"good.example:{secure.port}")], end_stream=True)
        tls.sendall(h2c.data_to_send())
        tls.settimeout(3)
        try:
            while tls.recv(65536):
                pass
        except (TimeoutError, OSError):
            pass
    assert not any(head.startswith(b"GET http://bad") for head in secure.seen)
