"""Sessions with origins: for the same name under the same terms alone, and not for long."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mitmproxy.connection import Server
from OpenSSL import SSL

from kidgate.proxy.upstream_sessions import NAMES, OF_A_NAME, PROVEN_SECONDS, UpstreamSessions
from tests.e2e.pki import Authority

NAME, OTHER = "good.example", "other.example"
_lib: Any = SSL._lib  # type: ignore[attr-defined]


@dataclass
class Origin:
    """A TLS server in memory, and who vouches for it."""

    tls: ssl.SSLContext
    roots: Path

    def context(self, *, trusted: bool = True) -> SSL.Context:
        made = SSL.Context(SSL.TLS_CLIENT_METHOD)
        made.set_verify(SSL.VERIFY_PEER, None)
        if trusted:
            made.load_verify_locations(str(self.roots))
        return made


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Origin]:
    authority = Authority.make(tmp_path_factory.mktemp("pki"))
    yield Origin(authority.context(NAME, OTHER), authority.pem)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> UpstreamSessions:
    return UpstreamSessions(clock)


def connect(
    sessions: UpstreamSessions, origin: Origin, context: SSL.Context, name: str = NAME
) -> bool:
    """One connection as mitmproxy makes it; whether it took a session up."""
    server = Server(address=(name, 443), sni=name)
    tls = SSL.Connection(context)
    tls.set_tlsext_host_name(name.encode())
    tls.set_connect_state()
    sessions.begin(server, tls)
    far, far_in, far_out = memory_server(origin)
    for _ in range(4):
        step(tls.do_handshake)
        pour(tls, far_in)
        step(far.do_handshake)
        pour_back(far_out, tls)
    server.timestamp_tls_setup = 1.0
    step(lambda: tls.recv(100))  # the tickets
    sessions.end(server)
    return bool(_lib.SSL_session_reused(tls._ssl))


def memory_server(origin: Origin) -> tuple[ssl.SSLObject, ssl.MemoryBIO, ssl.MemoryBIO]:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    return origin.tls.wrap_bio(incoming, outgoing, server_side=True), incoming, outgoing


def step(action: Any) -> None:
    with contextlib.suppress(SSL.WantReadError, ssl.SSLWantReadError):
        action()


def pour(tls: SSL.Connection, into: ssl.MemoryBIO) -> None:
    with contextlib.suppress(SSL.WantReadError):
        into.write(tls.bio_read(65_535))


def pour_back(out: ssl.MemoryBIO, tls: SSL.Connection) -> None:
    if data := out.read():
        tls.bio_write(data)


def test_session_is_taken_up_by_the_next_connection(
    sessions: UpstreamSessions, origin: Origin
) -> None:
    context = origin.context()
    assert [connect(sessions, origin, context) for _ in range(3)] == [False, True, True]


def test_session_serves_its_own_name_alone(sessions: UpstreamSessions, origin: Origin) -> None:
    context = origin.context()
    connect(sessions, origin, context)
    assert not connect(sessions, origin, context, OTHER)


def test_session_serves_its_own_terms_alone(sessions: UpstreamSessions, origin: Origin) -> None:
    connect(sessions, origin, origin.context())
    assert not connect(sessions, origin, origin.context())


def test_origin_that_is_not_trusted_is_refused_whatever_others_proved(
    sessions: UpstreamSessions, origin: Origin
) -> None:
    connect(sessions, origin, origin.context())
    with pytest.raises(SSL.Error, match="certificate verify failed"):
        connect(sessions, origin, origin.context(trusted=False))


def test_session_is_used_once(sessions: UpstreamSessions, origin: Origin) -> None:
    context = origin.context()
    connect(sessions, origin, context)
    for _ in range(2):  # begun, and not ended: nothing comes back
        tls = SSL.Connection(context)
        sessions.begin(Server(address=(NAME, 443), sni=NAME), tls)
    assert not connect(sessions, origin, context)


def test_proof_grows_old_however_often_it_was_renewed(
    sessions: UpstreamSessions, origin: Origin, clock: Clock
) -> None:
    context = origin.context()
    connect(sessions, origin, context)
    for _ in range(2):
        clock.now += PROVEN_SECONDS / 3
        assert connect(sessions, origin, context)
    clock.now += PROVEN_SECONDS / 3
    assert not connect(sessions, origin, context)
    assert connect(sessions, origin, context)


def test_handshake_that_failed_leaves_nothing(sessions: UpstreamSessions, origin: Origin) -> None:
    context = origin.context()
    server = Server(address=(NAME, 443), sni=NAME)
    sessions.begin(server, SSL.Connection(context))
    sessions.end(server)
    assert not sessions._kept


def test_no_more_is_kept_than_there_is_room_for(sessions: UpstreamSessions, origin: Origin) -> None:
    context = origin.context()
    connect(sessions, origin, context)
    ((kept,),) = sessions._kept.values()
    for number in range(NAMES + 5):
        sessions._keep((context, f"n{number}.example"), kept)
    for _ in range(OF_A_NAME + 5):
        sessions._keep((context, NAME), kept)
    assert len(sessions._kept) == NAMES
    assert len(sessions._kept[context, NAME]) == OF_A_NAME
    assert (context, "n0.example") not in sessions._kept
