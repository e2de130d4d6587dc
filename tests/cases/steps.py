"""What a client does, as data: one connection to the proxy is one step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.cases.hellos import Hello
from tests.cases.records import Reply

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """CONNECT if there is a target, TLS if there is a hello, then one of the four ways to speak."""

    connect: str = ""
    hello: Hello | None = None
    http1: bytes = b""
    methods: tuple[str, ...] = ()  # of the answers that are awaited
    rest: Callable[[], Iterable[bytes]] | None = None  # the bytes that follow `http1`, made late
    streams: tuple[Headers, ...] = ()  # HTTP/2, one request each
    websocket: tuple[str, str] | None = None  # host, path
    opaque: bytes = b""  # no HTTP: sent, and whatever comes back is kept
    tail: bytes = b""  # sent once the first answer is there: what is relayed after a switch
    login: str = ""  # a Proxy-Authorization value for the CONNECT
    reply: Reply | None = None  # what the origin answers, unless as usual
    to: tuple[str, int] | None = None  # instead of the proxy: where a redirected connection goes
    socks: bytes = b""  # a SOCKS5 request (RFC 1928 section 4), sent after a greeting without login


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to carry a case; `hosts` are those that must stay untouched when it is stopped."""

    name: str
    steps: tuple[Step, ...]
    hosts: tuple[tuple[str, ...], ...] = ()  # for each answer, the hosts it is about
