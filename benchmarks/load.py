"""Browsers that ask as fast as they are answered: `python -m benchmarks.load`.

A process of its own, so that its CPU is nobody else's. It takes jobs as JSON lines (`Job`) and
answers each with what it saw. Threads with blocking sockets: simple, and faster than any proxy
here.
"""

from __future__ import annotations

import itertools
import json
import socket
import ssl
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

TIMEOUT = 60.0
HEAD_END = b"\r\n\r\n"
# What a browser sends with a request, in length and number.
FIELDS = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    "Accept-Language: vi,en-US;q=0.7,en;q=0.3\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark\r\n"
)


@dataclass(frozen=True, slots=True)
class Job:
    """What to ask for: `requests` in all, spread over `connections` at a time, hosts in turn."""

    proxy: int  # port
    hosts: list[str]
    port: int  # of the origin
    requests: int
    connections: int
    tls: bool = False
    kept: bool = True  # else a new connection for each request
    source: str = "127.0.0.5"
    direct: bool = False  # the proxy is none to the client: TLS begins at once
    seconds: float = 0.0  # ask for so long instead, however many requests that are


@dataclass(slots=True)
class Seen:
    """What came back; times in seconds from the request's first byte to the answer's last."""

    statuses: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)


class Connection:
    """One connection to the proxy, in a tunnel if the job says TLS."""

    def __init__(self, job: Job, host: str) -> None:
        self._job = job
        sock = socket.create_connection(
            ("127.0.0.1", job.proxy), timeout=TIMEOUT, source_address=(job.source, 0)
        )
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock = sock
        if job.tls and not job.direct:
            target = f"{host}:{job.port}"
            sock.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
            self._answer(body=False)
        if job.tls:
            self._sock = _open_context().wrap_socket(sock, server_hostname=host)

    def get(self, host: str, number: int) -> str:
        """The status of one whole answer."""
        where = "" if self._job.tls else f"http://{host}:{self._job.port}"
        head = f"GET {where}/page/{number % 100} HTTP/1.1\r\nHost: {host}:{self._job.port}\r\n"
        self._sock.sendall(f"{head}{FIELDS}\r\n".encode())
        return self._answer()

    def close(self) -> None:
        self._sock.close()

    def _answer(self, *, body: bool = True) -> str:
        data = self._sock.recv(65536)
        while HEAD_END not in data:
            more = self._sock.recv(65536)
            if not more:
                raise ConnectionError(f"the proxy closed the connection after {data[:200]!r}")
            data += more
        head, _, rest = data.partition(HEAD_END)
        missing = _length(head) - len(rest) if body else 0
        while missing > 0:
            more = self._sock.recv(65536)
            if not more:
                raise ConnectionError("the proxy closed the connection in the middle of a body")
            missing -= len(more)
        return head.split(b" ", 2)[1].decode()


def _open_context() -> ssl.SSLContext:
    """A new one each time, for a whole handshake; the proxy's own certificate is not our
    question."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    return context


def _length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    return int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def browse(job: Job, first: int, seen: Seen) -> None:
    """One client's share: each `connections`-th request from `first` on."""
    connection = None
    ends = time.perf_counter() + job.seconds
    for number in itertools.count(first, job.connections):
        if time.perf_counter() > ends if job.seconds else number >= job.requests:
            break
        host = job.hosts[number % len(job.hosts)] if not job.tls else job.hosts[0]
        started = time.perf_counter()
        if connection is None:
            connection = Connection(job, host)
        seen.statuses[connection.get(host, number)] += 1
        seen.times.append(time.perf_counter() - started)
        if not job.kept:
            connection.close()
            connection = None
    if connection is not None:
        connection.close()


def run(job: Job) -> dict[str, object]:
    """Do a job. `seconds` is its whole time."""
    shares = [Seen() for _ in range(job.connections)]
    threads = [
        threading.Thread(target=browse, args=(job, first, seen))
        for first, seen in enumerate(shares)
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    statuses = sum((seen.statuses for seen in shares), Counter())
    times = sorted(one for seen in shares for one in seen.times)
    return {"seconds": seconds, "statuses": statuses, "times": times}


def main() -> None:
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps(run(Job(**question)) if question else {}), flush=True)


if __name__ == "__main__":
    main()
