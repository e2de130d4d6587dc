"""A whole gateway in a temporary folder, as its user would start it: real processes on loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from kidgate.documents.home import Home
from kidgate.keeper import client
from kidgate.policies.rows import PolicyRows
from kidgate.policies.rows_json import to_json
from kidgate.store.database import open_database
from kidgate.store.journal import Line, query
from tests.e2e.origin import wait_until

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass
class House:
    """`kidgate up` with a policy of rows; a child's device is a loopback source address."""

    root: Path
    rows: PolicyRows
    hosts: dict[str, str]  # name -> address
    extra_ca: Path | None = None
    workers: int = 1
    limits: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home = Home(self.root)
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None
        self.before: dict[int, int] = {}

    @property
    def database(self) -> str:
        return f"sqlite:///{self.home.database}"

    def __enter__(self) -> House:
        self.home.make()
        self.write(self.rows, create=True)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def write(self, rows: PolicyRows, *, create: bool = False) -> str:
        """Make this the policy; the new version."""
        answer = client.do(
            self.home,
            self.database,
            lambda: datetime.now(UTC),
            "policy.write",
            create=create,
            rows=to_json(rows),
            base=None,
            author="test",
            comment="test",
        )
        return str(answer["version"])

    def do(self, op: str, **args: Any) -> dict[str, Any]:
        return client.do(self.home, self.database, lambda: datetime.now(UTC), op, **args)

    def start(self) -> None:
        config = {
            "listen": [f"127.0.0.1:{self.port}"],
            "workers": self.workers,
            "resolver": {"hosts": self.hosts},
            "limits": self.limits,
            "dashboard": {"listen": []},
            **({"upstream": {"extra_ca": str(self.extra_ca)}} if self.extra_ca else {}),
            **self.more,
        }
        path = self.root / "config.yaml"
        path.write_text(yaml.safe_dump(config))
        self.log = (self.root / "log.txt").open("a+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kidgate", "up", "--config", str(path)],
            cwd=ROOT,
            env={**os.environ, "KIDGATE_HOME": str(self.root), **self.env},
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("ready"), f"{line!r}\n{self.logged()}"

    def stop(self) -> int:
        process = self.process
        if process is None:
            return 0
        self.process = None
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            if process.stdout is not None:
                process.stdout.close()
            self.log.close()
        return process.returncode

    def logged(self) -> str:
        return (self.root / "log.txt").read_text()

    def health(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.home.health.read_text())
        return found

    def in_force(self, version: str) -> bool:
        """Wait until every worker has this policy version."""
        return wait_until(
            lambda: all(w.get("policy") == version for w in self.health()["workers"]), 60
        )

    def begin_journal(self) -> None:
        """From now on `journal` tells only what is new."""
        self.before = {line.id: line.count for line in self.whole_journal()}

    def journal(self) -> list[Line]:
        """Lines that came, or whose count grew, since `begin_journal`; newest first."""
        found = self.whole_journal()
        return [
            replace(line, count=line.count - self.before.get(line.id, 0))
            for line in found
            if line.count > self.before.get(line.id, 0)
        ]

    def whole_journal(self) -> list[Line]:
        """Every line. What a slow machine left in the spool is waited for, not for ever: a test may
        have broken the journal."""
        wait_until(self._spool_is_empty, 10)
        database = open_database(self.database, create=False)
        try:
            with database.reading() as session:
                return query(session, limit=100_000)
        finally:
            database.close()

    def _spool_is_empty(self) -> bool:
        try:
            return not any(path.stat().st_size for path in self.home.spool.glob("*.jsonl"))
        except FileNotFoundError:  # it was folded in under our eyes
            return False

    # A child's device.

    def connect(self, address: str = "127.0.0.5") -> socket.socket:
        return socket.create_connection(
            ("127.0.0.1", self.port), timeout=15, source_address=(address, 0)
        )

    def raw(self, data: bytes, address: str = "127.0.0.5") -> bytes:
        """Send bytes, read until the other side closes or is silent."""
        with self.connect(address) as sock:
            sock.sendall(data)
            return read_all(sock)

    def get(self, url: str, address: str = "127.0.0.5", **fields: str) -> bytes:
        """A plain request through the proxy on a connection of its own."""
        host = url.split("/")[2]
        lines = [f"GET {url} HTTP/1.1", f"Host: {host}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
        return self.raw("\r\n".join([*lines, "", ""]).encode(), address)

    def tunnel(self, target: str, address: str = "127.0.0.5", **fields: str) -> socket.socket:
        """A CONNECT that must succeed."""
        sock = self.connect(address)
        extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
        sock.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{extra}\r\n".encode())
        answer = sock.recv(65536)
        assert answer.startswith(b"HTTP/1.1 200"), answer
        return sock

    def trusting(self, *alpn: str) -> ssl.SSLContext:
        """The TLS of a device that has our CA installed, and trusts nothing else."""
        context = ssl.create_default_context(cafile=str(self.home.ca / "kidgate-ca.pem"))
        if alpn:
            context.set_alpn_protocols(list(alpn))
        return context

    def get_tls(self, host: str, port: int, path: str = "/", address: str = "127.0.0.5") -> bytes:
        with (
            self.tunnel(f"{host}:{port}", address) as sock,
            self.trusting().wrap_socket(sock, server_hostname=host) as tls,
        ):
            head = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
            tls.sendall(head.encode())
            return read_all(tls)


def read_all(sock: socket.socket) -> bytes:
    data = b""
    try:
        while more := sock.recv(65536):
            data += more
    except (TimeoutError, ConnectionResetError, ssl.SSLError):
        pass
    return data


def read_one(sock: socket.socket) -> bytes:
    """One whole response with a Content-Length, from a connection that stays open."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(sock)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += _more(sock)
    return head + b"\r\n\r\n" + body


def _more(sock: socket.socket) -> bytes:
    data = sock.recv(65536)
    if not data:
        raise ConnectionError("the connection ended within an answer")
    return data


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0
