"""One HTTP exchange on guarded connections: public addresses, verified certificates, one deadline.

No proxy is ever used: the environment's would send us through the very filter we feed.
"""

from __future__ import annotations

import contextlib
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from kidgate.lists.fetching.addresses import reachable
from kidgate.policies.destinations import Network

SocketOptions = Iterable[Any] | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """When all must be done, on a clock that never jumps."""

    at: float
    monotonic: Callable[[], float] = time.monotonic

    def least(self, timeout: float | None) -> float:
        """The time left, if that is less than `timeout`. Raises ReadTimeout when there is none."""
        left = self.at - self.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for the whole transfer is over")
        return left if timeout is None else min(left, timeout)


class Transport(httpx.BaseTransport):
    """Exchanges over connections that were guarded when they were made."""

    def __init__(
        self, allowed: tuple[Network, ...], deadline: Deadline, trust: ssl.SSLContext
    ) -> None:
        backend = _Backend(allowed, deadline)
        self._pool = httpcore.ConnectionPool(ssl_context=trust, network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method, url, headers=request.headers.raw, extensions=request.extensions
            )
        )
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), request=request
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Backend(httpcore.NetworkBackend):
    """Connects to what the name was resolved to, and to nothing else."""

    def __init__(self, allowed: tuple[Network, ...], deadline: Deadline) -> None:
        self._allowed, self._deadline = allowed, deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions = None,
    ) -> httpcore.NetworkStream:
        last: Exception | None = None
        for address in reachable(host, port, self._allowed):
            left = self._deadline.least(timeout)
            try:
                stream = self._sockets.connect_tcp(address, port, left, local_address)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as fault:
                last = fault
                continue
            return _Stream(stream, self._deadline)
        raise last or httpcore.ConnectError(f"`{host}` has no address")


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait ends at the deadline: a server that drips keeps nobody."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.least(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.least(timeout))

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.least(timeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
