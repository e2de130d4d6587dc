"""Serve an application on sockets that somebody else opened, until the process is told to end."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from ssl import SSLContext
from wsgiref.types import WSGIApplication

import waitress

from kidgate.dashboard.serving.front import INSIDE, Callers, Front
from kidgate.dashboard.serving.leaf import server_context

THREADS = 4
ROOM = 64  # connections that wait for a thread


def serve(
    app: WSGIApplication,
    plain: Sequence[socket.socket],
    secure: Sequence[socket.socket],
    *,
    ca: Path,
    names: tuple[str, ...],
    now: Callable[[], datetime],
) -> None:
    """Until SystemExit is raised in this thread (see `signal`). `ca` is the authority's folder."""
    sockets = list(plain)
    if secure:
        inner = socket.create_server((INSIDE, 0))
        port = int(inner.getsockname()[1])
        sockets.append(inner)
        callers = Callers()
        app = callers.wrap(app, port)
        contexts = _contexts(ca, names, now)
        _in_thread(Front(callers, contexts, port), secure)
    waitress.serve(
        app,
        sockets=sockets,
        threads=THREADS,
        ident="Kidgate",
        connection_limit=ROOM * len(sockets),
        cleanup_interval=10,
        channel_timeout=60,
        max_request_body_size=1 << 21,
        max_request_header_size=1 << 16,
        expose_tracebacks=False,
        clear_untrusted_proxy_headers=True,
        _quiet=True,
    )


def _contexts(
    ca: Path, names: tuple[str, ...], now: Callable[[], datetime]
) -> Callable[[str], SSLContext]:
    """By the address that was called, and the month: a certificate is renewed before its end."""

    @cache
    def made(address: str, month: int) -> SSLContext:
        return server_context(ca, (address, "localhost", *names), now())

    return lambda address: made(address.partition("%")[0], now().month)


def _in_thread(front: Front, sockets: Sequence[socket.socket]) -> None:
    """TLS in a thread and event loop of its own, which end with the process."""
    threading.Thread(
        target=lambda: asyncio.run(front.serve(sockets)), name="tls", daemon=True
    ).start()
