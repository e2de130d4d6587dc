"""mitmproxy as it comes, in the gateway's place: it lets through what ours refuses whatever the
policy.

The rig's self test plays against it the cases that an open policy cannot make fail.
"""

from __future__ import annotations

import socket
from typing import Any

from tests.cases.gateway import Gateway, NotReady, Row, until

PROGRAM = "from mitmproxy.tools.main import mitmdump; mitmdump()"
OPTIONS = ("ssl_insecure=true", "block_global=false", "rawtcp=true", "connection_strategy=lazy")


class BareProxy(Gateway):
    """Trusts every certificate, and keeps no journal."""

    def _program(self) -> list[str]:
        host, port = self._place()
        options = [
            f"confdir={self.home.ca}",
            f"listen_host={host}",
            f"listen_port={port}",
            *OPTIONS,
        ]
        return ["-c", PROGRAM, "-q", *(word for option in options for word in ("--set", option))]

    def _place(self) -> tuple[str, int]:
        line = (
            (self.home.root / "config.yaml").read_text().partition("listen:\n- ")[2].split("\n")[0]
        )
        host, _, port = line.rpartition(":")
        return host, int(port)

    def until_ready(self, seconds: float) -> None:
        if not until(self._listens, seconds, every=0.2):
            raise NotReady(f"mitmproxy does not listen: {self.text_log()[-1000:]}")

    def _listens(self) -> bool:
        with socket.socket() as sock:
            return sock.connect_ex(self._place()) == 0

    def journal(self) -> list[Row]:
        return []

    def health(self) -> dict[str, Any]:
        return {}
