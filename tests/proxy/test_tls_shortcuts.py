"""Each shortcut of TLS gives what mitmproxy's or pyOpenSSL's own part gives."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.connection import Client, ConnectionState
from mitmproxy.net import check
from mitmproxy.options import Options
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers import tls
from mitmproxy.test import taddons
from OpenSSL import SSL

from kidgate.proxy import ca, tls_shortcuts
from tests.proxy.stand import NOW

own_is_valid_host = tls_shortcuts._is_valid_host
own_interact = tls.TLSLayer.tls_interact
own_receive = tls.TLSLayer.receive_data
NAME = st.one_of(
    st.sampled_from(["a.example", "A_b.example.", "127.0.0.1", "::1", "", "a..b", "é.example"]),
    st.text(max_size=12),
    st.just("x" * 300),
)


@given(NAME)
def test_host_names_are_told_from_others_as_before(name: str) -> None:
    data = name.encode("utf-8", "surrogatepass")
    for _ in range(2):  # the second answer is the remembered one
        assert tls_shortcuts.is_valid_host(name) is own_is_valid_host(name)
        assert tls_shortcuts.is_valid_host(data) is own_is_valid_host(data)


def test_long_names_are_not_remembered() -> None:
    before = tls_shortcuts._known_host.cache_info().currsize
    assert not tls_shortcuts.is_valid_host("y" * 60_000)
    assert tls_shortcuts._known_host.cache_info().currsize == before


class Pair:
    """The two ends of TLS in memory, handshake done: ours is a layer of mitmproxy."""

    def __init__(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = ca._certificate(key, NOW - timedelta(days=1), "")
        server, client = SSL.Context(SSL.TLS_SERVER_METHOD), SSL.Context(SSL.TLS_CLIENT_METHOD)
        self.ours, self.other = SSL.Connection(server), SSL.Connection(client)
        tls_shortcuts.use_certificate(self.ours, certificate)
        tls_shortcuts.use_privatekey(self.ours, key)
        self.ours.set_accept_state()
        self.other.set_connect_state()
        for _ in range(3):
            for one, two in ((self.other, self.ours), (self.ours, self.other)):
                with contextlib.suppress(SSL.WantReadError):
                    one.do_handshake()
                carry(one, two)
        self.certificate = certificate
        with taddons.context() as tctx:
            self.layer = layer_of(self.ours, tctx.options)

    def proof(self) -> x509.Certificate:
        found = self.other.get_peer_certificate(as_cryptography=True)
        assert found is not None
        return found


def layer_of(conn: SSL.Connection, options: Options) -> tls.TLSLayer:
    client = Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2))
    client.state = ConnectionState.OPEN
    layer = tls.TLSLayer(Context(client, options), client)
    layer.tls = conn
    layer.event_to_child = lambda event: iter([event])  # type: ignore[assignment, method-assign, return-value]
    return layer


def carry(one: SSL.Connection, two: SSL.Connection) -> None:
    with contextlib.suppress(SSL.WantReadError):
        two.bio_write(one.bio_read(65_535))


def wire(conn: SSL.Connection) -> bytes:
    return conn.bio_read(65_535)


@pytest.fixture
def pair() -> Iterator[Pair]:
    yield Pair()


def test_leaf_and_key_are_used_for_more_than_one_connection(pair: Pair) -> None:
    again = Pair()
    assert pair.proof() == pair.certificate
    assert again.proof() == again.certificate != pair.certificate


def test_key_of_another_leaf_is_refused(pair: Pair) -> None:
    conn = SSL.Connection(SSL.Context(SSL.TLS_SERVER_METHOD))
    tls_shortcuts.use_certificate(conn, pair.certificate)
    with pytest.raises(SSL.Error):
        tls_shortcuts.use_privatekey(conn, ec.generate_private_key(ec.SECP256R1()))


def seen(found: list[Any]) -> list[Any]:
    """What was yielded, without what differs between two TLS connections."""
    told = []
    for one in found:
        match one:
            case commands.SendData():
                told.append(("send", len(one.data)))
            case commands.Log():
                told.append(("log", one.message, one.level))
            case events.DataReceived():
                told.append(("data", one.data))
            case _:
                told.append((type(one).__name__,))
    return told


def arrived(pair: Pair, how: str) -> bytes:
    if how == "words":
        pair.other.send(b"hello" * 10_000)  # more than one record
    elif how == "end":
        pair.other.send(b"bye")
        pair.other.shutdown()
    data = wire(pair.other) if how in ("words", "end") else b""
    if how == "half":
        pair.other.send(b"hello")
        data = wire(pair.other)[:-3]
    return b"\x17\x03\x03\x00\x20" + bytes(32) if how == "rubbish" else data


@pytest.mark.parametrize("how", ["words", "end", "half", "nothing", "rubbish"])
def test_what_is_read_is_what_was_read_before(how: str) -> None:
    found = []
    for receive in (tls_shortcuts.receive_data, own_receive):
        pair = Pair()
        list(own_interact(pair.layer))  # tickets
        found.append((seen(list(receive(pair.layer, arrived(pair, how)))), pair.layer.conn.state))
    assert found[0] == found[1]


@pytest.mark.parametrize("size", [0, 1, 200_000])
def test_what_is_to_be_sent_is_what_was_sent_before(size: int) -> None:
    found = []
    for interact in (tls_shortcuts.tls_interact, own_interact):
        pair = Pair()
        list(own_interact(pair.layer))
        if size:
            pair.ours.sendall(bytes(size))
        sent = b"".join(one.data for one in interact(pair.layer))
        if sent:
            pair.other.bio_write(sent)
        found.append((len(sent), read_all(pair.other)))
    assert found[0] == found[1] == (found[0][0], bytes(size))


def read_all(conn: SSL.Connection) -> bytes:
    data = b""
    try:
        while True:
            data += conn.recv(65_535)
    except SSL.WantReadError:
        return data


def test_check_is_mitmproxys_own_again_outside_of_the_proxy() -> None:
    assert check.is_valid_host is own_is_valid_host
