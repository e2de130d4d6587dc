"""TLS sessions with origins, taken up again: no certificate is sent, parsed and verified anew.

A session proves an origin as far as its first handshake did. So it serves the same name under the
same context alone (roots, ciphers, versions, strictness: one `SSL.Context` for each set of them),
it is used once (RFC 8446 appendix C.4), and an hour after the certificate was verified it is used
no more, however often it was renewed since.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from mitmproxy.connection import Connection
from OpenSSL import SSL

PROVEN_SECONDS = 3600.0
NAMES = 512
OF_A_NAME = 8
Key = tuple[SSL.Context, str]
_lib: Any = SSL._lib  # type: ignore[attr-defined]


class Kept(NamedTuple):
    session: SSL.Session
    proven: float  # when its certificate was verified


class UnderWay(NamedTuple):
    tls: SSL.Connection
    key: Key
    proven: float  # of the session that it offers; or when it began, if it offers none


class UpstreamSessions:
    """The newest sessions with the names asked for last."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[Key, list[Kept]] = {}
        self._under_way: WeakKeyDictionary[Connection, UnderWay] = WeakKeyDictionary()

    def begin(self, server: Connection, tls: SSL.Connection) -> None:
        """A handshake with `server.sni` is about to begin: offer what is known."""
        if not server.sni:
            return
        key, now = (tls.get_context(), server.sni), self._clock()
        kept = self._take(key, now)
        if kept is not None:
            tls.set_session(kept.session)
        self._under_way[server] = UnderWay(tls, key, kept.proven if kept else now)

    def end(self, server: Connection) -> None:
        """The connection is closed: what it brought may serve the next one."""
        known = self._under_way.pop(server, None)
        if known is None or not server.tls_established:
            return
        tls, key, proven = known
        # Else OpenSSL takes the closing of the socket for a fault, and the session for spoilt.
        tls.set_shutdown(SSL.SENT_SHUTDOWN | SSL.RECEIVED_SHUTDOWN)
        session = tls.get_session()
        if session is None:
            return
        if not _lib.SSL_session_reused(tls._ssl):
            proven = self._clock()
        self._keep(key, Kept(session, proven))

    def _take(self, key: Key, now: float) -> Kept | None:
        kept = self._kept.get(key, [])
        while kept:
            newest = kept.pop()
            if now - newest.proven < PROVEN_SECONDS:
                return newest
        return None

    def _keep(self, key: Key, kept: Kept) -> None:
        listed = self._kept.pop(key, [])
        self._kept[key] = [*listed[1 - OF_A_NAME :], kept]  # the name asked for last stands last
        if len(self._kept) > NAMES:
            del self._kept[next(iter(self._kept))]
