"""`kidgate up` on the gate of a `Lan`, and what its user would type there."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from kidgate.documents.home import Home
from kidgate.keeper import client
from kidgate.policies.rows import PolicyRows
from kidgate.policies.rows_json import to_json
from kidgate.policies.tunnel_keys import tunnel_addresses
from kidgate.proxy.wireguard.keys import public_of, server_key
from kidgate.store.database import open_database
from kidgate.store.journal import Line, query
from tests.lan.lan import GATE4, GATE6, Lan

EXPLICIT, TRANSPARENT = 8080, 8081
OWN = "kidgate.home.arpa"
LISTEN = (
    f"{GATE4}:{EXPLICIT}",
    f"[{GATE6}]:{EXPLICIT}",
    f"transparent://0.0.0.0:{TRANSPARENT}",
    f"transparent://[::]:{TRANSPARENT}",
    f"dns://{GATE4}:53",
    f"dns://[{GATE6}]:53",
)
REDIRECT = f"""
table inet redirected {{
  chain prerouting {{
    type nat hook prerouting priority dstnat;
    iifname house0 tcp dport {{ 80, 443 }} redirect to :{TRANSPARENT}
  }}
}}
"""


class House:
    """A gateway in a namespace; its state is a temporary folder."""

    def __init__(self, lan: Lan, root: Path, rows: PolicyRows, **more: Any) -> None:
        self.lan, self.home = lan, Home(root).make()
        config = {"listen": LISTEN, "dns": {"page_addresses": [GATE4]}, **more}
        config.setdefault("dashboard", {"listen": []})
        config["listen"] = list(config["listen"])
        config.setdefault("resolver", {"servers": ["203.0.113.10"], "hosts": {}})
        (root / "config.yaml").write_text(yaml.safe_dump(config))
        self.do("policy.write", create=True, rows=to_json(rows), base=None, author="", comment="")

    def do(self, op: str, *, create: bool = False, **args: Any) -> dict[str, Any]:
        url = f"sqlite:///{self.home.database}"
        return client.do(self.home, url, lambda: datetime.now(UTC), op, create=create, **args)

    def up(self) -> House:
        self.lan.run("gate", "nft", "-f", "-", text=REDIRECT)
        for name in ("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"):
            self.lan.run("gate", "sysctl", "-qw", f"{name}=1")
        self.lan.start("gate", [*self._program(), "up"], "ready")
        return self

    def tunnel(
        self, private: str, port: int, number: int, addresses: tuple[str, ...] = ()
    ) -> subprocess.Popen[str]:
        """A device's WireGuard client; its first line says `ready`, or `silent` where it is
        refused. `addresses` other than those it was given."""
        four, six = tunnel_addresses(number)
        public = public_of(server_key(self.home.wireguard))
        places = addresses or (f"{four}/32", f"{six}/128")
        words = [sys.executable, "-m", "tests.lan.wireguard_client", private, public]
        return self.lan.begin("home", [*words, GATE4, str(port + number - 1), *places])

    def kidgate(self, *words: str, text: str = "") -> str:
        """What a command on the gate prints."""
        done = self.lan.run("gate", *self._program(), *words, text=text)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _program(self) -> list[str]:
        return ["env", f"KIDGATE_HOME={self.home.root}", sys.executable, "-m", "kidgate"]

    def curl(self, *words: str) -> str:
        """A page as a device of the house gets it."""
        done = self.lan.run("home", "curl", "-sS", "--max-time", "10", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def who(self, *words: str) -> str | None:
        """As whom the gateway sees a device that asks with these words of curl's."""
        found: dict[str, str | None] = json.loads(self.curl(*words, f"http://{OWN}/check"))
        return found["child"]

    def journal(self) -> list[Line]:
        database = open_database(f"sqlite:///{self.home.database}", create=False)
        try:
            with database.reading() as session:
                return query(session, limit=1000)
        finally:
            database.close()
