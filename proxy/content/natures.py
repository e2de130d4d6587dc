"""Stage 5: a file under a false name. Its first bytes are judged as the type that they show, beside
the one that the origin says: both must pass."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace

from mitmproxy import http

from kidgate.content.natures import HEAD_BYTES, may_say_more, nature
from kidgate.content.text.coding import decode
from kidgate.content.text.limits import Limits
from kidgate.policies.model import Decision, Visit
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.peers import Peer

HEAD = Limits(size=HEAD_BYTES)
Stream = Callable[[bytes], Iterable[bytes] | bytes]  # what `response.stream` may be


def judged(
    gateway: Gateway, visit: Visit, response: http.Response, begun: bytes
) -> tuple[Visit, Decision] | None:
    """What stops a body by its beginning; None: nothing does."""
    kind = nature(_head(response, begun), visit.facts.content_type)
    if not kind or not _is_beginning(response):
        return None
    later = replace(visit, facts=replace(visit.facts, content_type=kind))
    decision = gateway.judge(later)
    return (later, decision) if decision.stops else None


def _head(response: http.Response, begun: bytes) -> bytes:
    coding = response.headers.get("content-encoding", "")
    return decode(begun[:HEAD_BYTES], coding, HEAD).data[:HEAD_BYTES]


def _is_beginning(response: http.Response) -> bool:
    part = response.headers.get("content-range", "").lower()
    return response.status_code != 206 or part.startswith("bytes 0-")


def watch(gateway: Gateway, peer: Peer, visit: Visit, response: http.Response) -> None:
    """Judge the beginning of a body that streams, before whoever measures it sees a byte."""
    onward = response.stream if callable(response.stream) else None
    response.stream = Beginning(gateway, peer, visit, response, onward)


class Beginning:
    """For `response.stream`: hands the first bytes on once they were judged. No page fits here:
    what must not pass is cut, once it is written down."""

    def __init__(
        self,
        gateway: Gateway,
        peer: Peer,
        visit: Visit,
        response: http.Response,
        onward: Stream | None,
    ) -> None:
        self._gateway, self._peer, self._visit, self._response = gateway, peer, visit, response
        self.onward = onward
        self._begun = b""
        self._judged = False
        self._ended: asyncio.Task[None] | None = None

    def __call__(self, piece: bytes) -> bytes | Iterable[bytes]:
        if self._ended is not None:
            return ()
        if self._judged:
            return self._on(piece)
        begun = self._begun = self._begun + piece
        # An empty piece is the end: so mitmproxy tells it.
        if piece and len(begun) < HEAD_BYTES and may_say_more(_head(self._response, begun)):
            return ()
        self._judged, self._begun = True, b""
        stopped = judged(self._gateway, self._visit, self._response, begun)
        if stopped is None:
            return self._on(begun)
        self._ended = asyncio.get_running_loop().create_task(
            self._gateway.cut(*stopped, self._peer)
        )
        return ()

    def _on(self, piece: bytes) -> bytes | Iterable[bytes]:
        return piece if self.onward is None else self.onward(piece)
