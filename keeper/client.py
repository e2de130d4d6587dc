"""Asking a writer to do something: the keeper if one runs, else this process under the lock."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from kidgate.documents.home import Home
from kidgate.keeper import commands
from kidgate.keeper.errors import from_json
from kidgate.keeper.updating.running import Progress, update
from kidgate.keeper.writer import WriterBusy, own_writer

CONNECT_SECONDS = 2.0
STARTS_SECONDS = 20.0  # a keeper that starts: on a small box under load
AGAIN_SECONDS = 0.1
ANSWER_SECONDS = 600.0  # an index of millions of names


class KeeperSilent(ConnectionError):
    """A keeper holds the socket but does not answer."""


def do(
    home: Home,
    database_url: str,
    now: Callable[[], datetime],
    op: str,
    *,
    create: bool = False,
    extra_ca: Path | None = None,
    progress: Progress | None = None,
    **args: Any,
) -> dict[str, Any]:
    """Run a command. Raises what it raises, WriterBusy, or KeeperSilent.

    Arguments are plain JSON, as over the socket. `progress` hears how `feed.update` gets on.
    """
    deadline = time.monotonic() + STARTS_SECONDS
    while True:
        with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
            return ask(home, op, args, progress)
        try:
            with own_writer(home, database_url, now, create=create, extra_ca=extra_ca) as writer:
                if op == "feed.update" and progress is not None:
                    return update(writer, args, progress)
                return commands.run(writer, op, args)
        except WriterBusy:
            # Most likely a keeper that has the lock and not yet its socket.
            if time.monotonic() > deadline:
                raise
            time.sleep(AGAIN_SECONDS)


def ask(
    home: Home, op: str, args: dict[str, Any], progress: Progress | None = None
) -> dict[str, Any]:
    """Ask the running keeper alone. FileNotFoundError or ConnectionRefusedError: none runs."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(CONNECT_SECONDS)
        sock.connect(str(home.socket))
        sock.settimeout(ANSWER_SECONDS)
        sock.sendall(json.dumps({"call": 1, "op": op, **args}).encode() + b"\n")
        with sock.makefile("rb") as lines:
            while "progress" in (answer := _answer(lines)):
                if progress is not None:
                    progress(answer["progress"])
    if "error" in answer:
        raise from_json(answer["error"])
    return answer


def _answer(lines: BinaryIO) -> dict[str, Any]:
    """The next line the keeper says."""
    try:
        line = lines.readline()
    except TimeoutError:
        line = b""
    if not line:
        raise KeeperSilent("the keeper did not answer; see kidgate status")
    answer: dict[str, Any] = json.loads(line)
    return answer
