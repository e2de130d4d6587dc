"""What these tests stand on: a house with an owner and a teacher, a server that takes messages."""

from __future__ import annotations

import contextlib
import json
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from kidgate.keeper import commands
from kidgate.keeper.writer import Writer, own_writer
from kidgate.policies.people import Role
from kidgate.policies.rows import GroupRow, PolicyRows, ProfileRow, Settings
from kidgate.store.channels import ChannelRow, all_channels, put_channel
from kidgate.store.columns import Base
from kidgate.store.people import put_user
from tests.keeper.stand import home_in, url, write

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)  # Monday, noon in Viet Nam
ROWS = PolicyRows(
    settings=Settings(zone="Asia/Ho_Chi_Minh", language="vi"),
    groups=(GroupRow("8A", kind="class"),),
    profiles=(
        ProfileRow("mai", name="Mai Nguyễn", tier="9-12"),
        ProfileRow("nam", name="Nam", tier="13-15", groups=("8A",)),
    ),
)


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@contextlib.contextmanager
def house(folder: Path, clock: Clock) -> Iterator[Writer]:
    home = home_in(folder)
    with own_writer(home, url(home), clock, create=True) as writer:
        write(writer, ROWS)
        with writer.database.writing() as session:
            for name, role, groups in (("mẹ", "owner", ()), ("cô", "teacher", ("8A",))):
                put_user(
                    session,
                    name,
                    role=Role(role),
                    language="vi",
                    groups=groups,
                    password_hash="",
                    at=NOON,
                )
        yield writer


def add(writer: Writer, name: str = "phone", **more: Any) -> dict[str, Any]:
    args = {"name": name, "url": "json://127.0.0.1:9/key", "user": "mẹ", **more}
    return commands.run(writer, "channel.add", args)


def put_channel_row(writer: Writer, name: str = "phone", **more: Any) -> int:
    """A channel without asking the sending process whether its URL can be one."""
    row = ChannelRow(0, name, "mẹ", "json://127.0.0.1:9/key", created_at=writer.now())
    with writer.database.writing() as session:
        return put_channel(session, replace(row, **more))


def outbox(writer: Writer) -> list[Any]:
    table = Base.metadata.tables["outbox"]
    with writer.database.reading() as session:
        return list(session.execute(table.select().order_by(table.c.id)))


def channels(writer: Writer) -> list[Any]:
    with writer.database.reading() as session:
        return all_channels(session)


@contextlib.contextmanager
def web_server(status: int = 200) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Its port, and what it was told."""
    told: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.append(json.loads(body) | {"path": self.path})
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with _serving(HTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield port, told


@contextlib.contextmanager
def mail_server() -> Iterator[tuple[int, list[str]]]:
    """As little SMTP as a sender needs: its port, and the mails."""
    mails: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 sink\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go\r\n")
                    body = iter(self.rfile.readline, b".\r\n")
                    mails.append(b"".join(body).decode())
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
                if word == b"QUIT":
                    return

    with _serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        yield port, mails


@contextlib.contextmanager
def _serving(server: Any) -> Iterator[int]:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
