"""A transparent gateway asked by its own address: its pages, and never anything else on it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kidgate.documents.home import Home
from kidgate.keeper import client
from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow, Settings, TierRow
from kidgate.policies.rows_json import to_json
from tests.lan.lan import GATE4, GATE6, HOME4, HOME6, HOME_MAC, ROOT, WORLD4, Lan
from tests.namespaces import missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "can be built")
CONFIG = """\
locale: en
gateway: {interfaces: [house0]}
dashboard: {listen: []}
listen: ["transparent://0.0.0.0:8081", "transparent://[::]:8081", "0.0.0.0:3128", "[::]:3128"]
resolver: {servers: ["203.0.113.10"]}
"""
ROWS = PolicyRows(
    settings=Settings(language="en", unknown_tier="open"),
    tiers=(TierRow("open"),),
    profiles=(ProfileRow("mai", tier="open"),),
    devices=(DeviceRow("tablet", of="mai", macs=(HOME_MAC,)),),
)
INSIDE = """
import socket, threading
def serve(family, host):
    server = socket.create_server((host, 80), family=family)
    while True:
        sock, _ = server.accept()
        sock.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\nthe inside")
        sock.close()
for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    threading.Thread(target=serve, args=(family, host), daemon=True).start()
import time; time.sleep(0.2)
print("ready", flush=True)
threading.Event().wait()
"""
ASK = """
import json, socket, sys
address, port, host, path = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
with socket.create_connection((address, port), 10) as sock:
    head = f"GET {path} HTTP/1.1\\r\\nHost: {host}\\r\\nConnection: close\\r\\n\\r\\n"
    sock.sendall(head.encode())
    found = b""
    try:
        while more := sock.recv(65536):
            found += more
    except OSError:
        pass
print(json.dumps(found.decode(errors="replace")))
"""


class Gate:
    def __init__(self, lan: Lan, root: Path) -> None:
        self.lan, self.root = lan, root

    def ask(self, address: str, host: str, path: str, port: int = 80) -> str:
        return str(self.lan.python("home", ASK, address, str(port), host, path))

    def kidgate(self, *words: str) -> Any:
        done = self.lan.run("gate", *self.command(*words), "--json")
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)

    def command(self, *words: str) -> list[str]:
        env = ["env", f"KIDGATE_HOME={self.root}", f"PYTHONPATH={ROOT / 'src'}"]
        return [*env, sys.executable, "-m", "kidgate", *words]


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    home = Home(tmp_path_factory.mktemp("gate") / "home").make()
    client.do(
        home,
        f"sqlite:///{home.database}",
        lambda: datetime.now(UTC),
        "policy.write",
        create=True,
        rows=to_json(ROWS),
        base=None,
        author="test",
        comment="test",
    )
    (home.root / "config.yaml").write_text(CONFIG)
    with Lan() as lan:
        made = Gate(lan, home.root)
        made.kidgate("gateway", "install")
        lan.serve("gate", INSIDE)
        lan.start("gate", made.command("up"), "ready")
        yield made


@pytest.mark.parametrize(("address", "host"), [(GATE4, GATE4), (GATE6, f"[{GATE6}]")])
def test_pages_are_there_by_the_gateways_address(gate: Gate, address: str, host: str) -> None:
    check = gate.ask(address, host, "/check")
    assert json.loads(check.partition("\r\n\r\n")[2]) == {
        "kidgate": True,
        "child": "mai",
        "tier": "open",
    }
    page = gate.ask(address, host, "/install")
    assert "Set up this device" in page and f"http://{host}/install" in page


@pytest.mark.parametrize(("address", "host"), [(GATE4, GATE4), (GATE6, f"[{GATE6}]")])
def test_pac_file_leads_to_the_explicit_proxy_on_the_same_address(
    gate: Gate, address: str, host: str
) -> None:
    assert f'return "PROXY {host}:3128"' in gate.ask(address, host, "/proxy.pac")
    asked = gate.ask(address, f"{host}:3128", "/wpad.dat", port=3128)
    assert f'return "PROXY {host}:3128"' in asked


@pytest.mark.parametrize("address", [GATE4, GATE6, WORLD4])
@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0.0.0.0", "localhost"),
        *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[fe80::1]"),
        *(HOME4, f"[{HOME6}]", "192.168.77.254", "203.0.113.1", "169.254.169.254"),
    ],
)
def test_nothing_else_of_the_house_is_reached(gate: Gate, address: str, host: str) -> None:
    answer = gate.ask(address, host, "/")
    assert "the inside" not in answer
    assert "200 OK" not in answer.partition("\r\n")[0], answer[:300]


def test_transparent_port_itself_is_closed_to_the_house(gate: Gate) -> None:
    done = gate.lan.run("home", sys.executable, "-c", ASK, GATE4, "8081", GATE4, "/check")
    assert done.returncode != 0 and "ConnectionRefusedError" in done.stderr


def test_doctor_and_coverage_know_this_gateway(gate: Gate) -> None:
    gate.ask(GATE4, GATE4, "/check")
    found = gate.kidgate("doctor")["parts"]
    parts = {(row["part"], row["level"]) for row in found}
    assert {("rules", "ok"), ("IPv6", "ok"), ("forwarding", "ok"), ("ports", "ok")} <= parts
    gate.lan.python("home", QUIC, WORLD4)
    rows = {row["device"]: row for row in gate.kidgate("status", "--coverage")["devices"]}
    assert rows["tablet"]["refused"]["quic"] >= 1


QUIC = """
import json, socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.sendto(b"\\xc0" + bytes(1199), (sys.argv[1], 443))
print(json.dumps("sent"))
"""
