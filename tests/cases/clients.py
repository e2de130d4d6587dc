"""A device of the world: performs steps through the proxy and says what it got."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, RejectConnection, Request, TextMessage

from tests.cases import client_h2
from tests.cases.answers import Answer, Reader
from tests.cases.hellos import TlsFailed
from tests.cases.steps import Step
from tests.cases.wire import Wire

SECONDS = 10.0
Inside = Callable[[], contextlib.AbstractContextManager[None]]
LINGER = 0.3  # for what a smuggled second request would bring
SAID = "said by the rig"
HTTP = re.compile(rb"[A-Z]+ \S+ HTTP/")
NO_HTTP = "closed: it is no HTTP"  # bytes of another protocol, which were not carried anywhere


class Device:
    """`authorities` are the roots it trusts: the origins', and the gateway's own unless it
    refuses."""

    def __init__(
        self,
        proxy: tuple[str, int],
        address: str,
        authorities: Iterable[x509.Certificate],
        gateway_ca: x509.Certificate,
        *,
        seconds: float = SECONDS,
    ) -> None:
        self.proxy = proxy
        self.address = address
        self.seconds = seconds
        self._inside: Inside = contextlib.nullcontext
        self._authorities = tuple(authorities)
        self._gateway_ca = gateway_ca

    def stand_in(self, place: Inside) -> None:
        """Connect from a network namespace of its own."""
        self._inside = place

    def connect(self, to: tuple[str, int]) -> Wire:
        """Raises OSError."""
        with self._inside():
            return Wire(to, self.address)

    def perform(self, step: Step) -> list[Answer]:
        """One answer for each request of the step."""
        count = max(1, len(step.methods), len(step.streams))
        try:
            wire = self.connect(step.to or self.proxy)
        except OSError as fault:
            return [Answer(fault=f"closed: {fault}")] * count
        with contextlib.closing(wire):
            minted = False
            if step.socks and (refused := self._call(wire, step.socks)):
                return [refused] * count
            if step.connect:
                refused = self._connect(wire, step)
                if refused is not None:
                    return [refused] * count
            if step.hello is not None:
                try:
                    wire.start_tls(step.hello, self.seconds)
                    minted = self._judge_leaf(wire)
                except TlsFailed as fault:
                    return [Answer(fault=f"tls: {fault}")] * count
            return self._speak(wire, step, minted=minted)

    def _connect(self, wire: Wire, step: Step) -> Answer | None:
        """None: the tunnel stands."""
        login = f"Proxy-Authorization: {step.login}\r\n" if step.login else ""
        head = f"CONNECT {step.connect} HTTP/1.1\r\nHost: {step.connect}\r\n{login}\r\n"
        reader = Reader(("CONNECT",))
        how = wire.talk([head.encode()], _until_complete(reader), self.seconds)
        reader.close(how)
        answer = reader.answers[0]
        return None if answer.status == 200 else answer

    def _call(self, wire: Wire, request: bytes) -> Answer | None:
        """A SOCKS5 call; None: it was let in."""
        got = bytearray()

        def until(size: int) -> Callable[[bytes], bool]:
            def take(data: bytes) -> bool:
                got.extend(data)
                return len(got) >= size

            return take

        how = wire.talk([b"\x05\x01\x00"], until(2), self.seconds)
        if bytes(got) != b"\x05\x00":
            return Answer(fault=f"closed: SOCKS greeting answered by {bytes(got)!r} ({how})")
        how = wire.talk([request], until(12), self.seconds)
        if len(got) < 12 or got[3]:
            return Answer(fault=f"closed: SOCKS call answered by {bytes(got[2:])!r} ({how})")
        return None

    def _judge_leaf(self, wire: Wire) -> bool:
        """Whether the gateway made it. Raises TlsFailed when this device trusts nobody who did."""
        assert wire.engine is not None
        leaf = x509.load_der_x509_certificate(wire.engine.leaf)
        if not any(_issued(leaf, issuer) for issuer in self._authorities):
            raise TlsFailed(f"the client does not trust {leaf.issuer.rfc4514_string()}")
        return _issued(leaf, self._gateway_ca)

    def _speak(self, wire: Wire, step: Step, *, minted: bool) -> list[Answer]:
        if step.streams:
            found = client_h2.speak(wire, step.streams, self.seconds)
            return [replace(answer, minted=minted) for answer in found]
        if step.websocket:
            return [replace(self._websocket(wire, *step.websocket), minted=minted)]
        if step.opaque:
            return [self._opaque(wire, step)]
        reader = Reader(step.methods, upgrade=b"upgrade:" in step.http1.lower(), minted=minted)
        how = wire.talk(_bytes_of(step), _until_complete(reader), self._patience(step))
        reader.close(wire.ended or how)
        if how == "done":
            wire.talk([step.tail], _keep(reader), LINGER)
        last = reader.answers[-1]
        return [*reader.answers[:-1], replace(last, after=reader.after)]

    def _patience(self, step: Step) -> float:
        return 6 * self.seconds if step.rest or step.reply else self.seconds

    def _opaque(self, wire: Wire, step: Step) -> Answer:
        """Bytes that are no HTTP: to who sends them an HTTP error is a closed door."""
        got = bytearray()

        def take(data: bytes) -> bool:
            got.extend(data)
            return False

        how = wire.talk([step.opaque], take, min(self.seconds, 4.0))
        if not got.startswith(b"HTTP/1."):
            ended = wire.ended or how
            unread = ended == "closed" and not got and not HTTP.match(step.opaque)
            fault = NO_HTTP if unread else ended
            return Answer(fault=fault, body=bytes(got), size=len(got))
        reader = Reader(("GET",))
        reader.feed(bytes(got))
        reader.close(wire.ended or how)
        status = reader.answers[0].status
        return Answer(fault="closed", aside=status, body=bytes(got), size=len(got))

    def _websocket(self, wire: Wire, host: str, path: str) -> Answer:
        """Open one, say something, hear it again: 101 with the echo as `after`."""
        talk = WebSocketTalk()
        how = wire.talk(
            [talk.open(host, path)], lambda data: talk.hear(data) or talk.open_now, self.seconds
        )
        if talk.accepted:
            how = wire.talk(
                [talk.say(SAID)], lambda data: talk.hear(data) or bool(talk.heard), self.seconds
            )
        talk.reader.close(how)
        return replace(talk.reader.answers[0], after="".join(talk.heard).encode())


class WebSocketTalk:
    """A WebSocket client without a socket."""

    def __init__(self) -> None:
        self.reader = Reader(("GET",), upgrade=True)
        self.heard: list[str] = []
        self.accepted = False
        self.rejected = False
        self._client = WSConnection(ConnectionType.CLIENT)

    @property
    def open_now(self) -> bool:
        """Whether the question is answered, one way or the other."""
        return self.accepted or self.rejected

    def open(self, host: str, path: str) -> bytes:
        return self._client.send(Request(host=host, target=path))

    def say(self, text: str) -> bytes:
        return self._client.send(TextMessage(data=text))

    def hear(self, data: bytes) -> bool:
        """Take bytes in; True when there will be no more."""
        self.reader.feed(data)
        self._client.receive_data(data)
        for event in self._client.events():
            self.accepted = self.accepted or isinstance(event, AcceptConnection)
            self.rejected = self.rejected or isinstance(event, RejectConnection)
            if isinstance(event, TextMessage):
                self.heard.append(event.data)
        return self.rejected and self.reader.complete


def _until_complete(reader: Reader) -> Callable[[bytes], bool]:
    def take(data: bytes) -> bool:
        reader.feed(data)
        return reader.complete

    return take


def _keep(reader: Reader) -> Callable[[bytes], bool]:
    def take(data: bytes) -> bool:
        reader.after += data
        return False

    return take


def _bytes_of(step: Step) -> Iterator[bytes]:
    yield step.http1
    if step.rest is not None:
        yield from step.rest()


def _issued(leaf: x509.Certificate, issuer: x509.Certificate) -> bool:
    if leaf.issuer != issuer.subject:
        return False
    try:
        leaf.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
