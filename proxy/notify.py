"""What systemd is told of the service (sd_notify(3)): ready, alive, stopping. Elsewhere nothing."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Mapping


class Notify:
    def __init__(self, env: Mapping[str, str] = os.environ) -> None:
        self._address = env.get("NOTIFY_SOCKET", "")

    def say(self, *lines: str) -> None:
        """`READY=1`, `WATCHDOG=1`, `STATUS=words`, `STOPPING=1`."""
        if not self._address:
            return
        # A name in the abstract namespace is written with `@` for its leading zero byte.
        place = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.sendto("\n".join(lines).encode(), place)
