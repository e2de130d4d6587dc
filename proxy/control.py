"""The channel between the supervisor and a worker: small JSON datagrams, with file descriptors.

Supervisor to worker: `{"index": true}` with the sealed index and its file, or false when there is
no sound one; `{"drain": seconds}`.
Worker to supervisor: `{"ready": true}`, then a heartbeat with its counts every second.
"""

from __future__ import annotations

import array
import json
import socket
from typing import Any

MESSAGE_BYTES = 65_536


def channel() -> tuple[socket.socket, socket.socket]:
    """Two ends; datagrams arrive whole, and a dead end is noticed."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(end: socket.socket, message: dict[str, Any], fds: tuple[int, ...] = ()) -> None:
    """OSError when the other end is gone, BlockingIOError when it does not read."""
    data = json.dumps(message).encode()
    ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
    end.sendmsg([data], ancillary)


def receive(end: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """One message and the descriptors that came with it; None when the other end is gone."""
    data, fds, _, _ = socket.recv_fds(end, MESSAGE_BYTES, 4)
    return (json.loads(data), fds) if data else (None, fds)
