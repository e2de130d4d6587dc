"""The rules with real packets: home, gate and world in network namespaces."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kidgate.dashboard.serving import front
from kidgate.proxy.netfilter.plan import Plan
from kidgate.proxy.netfilter.table import CALLER, INSIDE, removal_text, table_text
from tests.lan.lan import GATE4, GATE6, HOME4, HOME6, HOME_MAC, WORLD4, WORLD6, Lan
from tests.namespaces import missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "can be built")
PLAN = Plan(("house0",), transparent=8081, dns=5353, uid=65534)
BOTH = pytest.mark.parametrize("address", [WORLD4, WORLD6])

ANSWERS = """
import socket, sys, threading
def udp(port):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.bind(("::", port))
    while True:
        data, place = sock.recvfrom(2000)
        sock.sendto(sys.argv[1].encode(), place)
def tcp(port):
    server = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
    while True:
        sock, _ = server.accept()
        sock.sendall(sys.argv[1].encode())
        sock.close()
for kind, port in (word.split(":") for word in sys.argv[2:]):
    threading.Thread(target=udp if kind == "udp" else tcp, args=(int(port),), daemon=True).start()
import time; time.sleep(0.2)
print("ready", flush=True)
threading.Event().wait()
"""
ASK = """
import json, os, socket, sys
os.setuid(int(sys.argv[5]))
kind, address, port, data = sys.argv[1], sys.argv[2], int(sys.argv[3]), bytes.fromhex(sys.argv[4])
family = socket.AF_INET6 if ":" in address else socket.AF_INET
sock = socket.socket(family, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
sock.settimeout(2)
try:
    sock.connect((address, port))
    if kind == "udp":
        sock.send(data)
    answer = sock.recv(100).decode()
except OSError as fault:
    answer = type(fault).__name__
print(json.dumps(answer))
"""


@pytest.fixture(scope="module")
def house() -> Iterator[Lan]:
    with Lan() as lan:
        for key in ("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"):
            lan.run("gate", "sysctl", "-qw", f"{key}=1")
        lan.serve("world", ANSWERS, "world", "udp:443", "udp:853", "tcp:853", "tcp:5000",
                  "udp:5000", "udp:1194", "udp:53", "tcp:443", "udp:40000")  # fmt: skip
        lan.serve("gate", ANSWERS, "gate", "tcp:8081", "udp:5353", "tcp:5353", "tcp:22")
        applied = lan.run("gate", "nft", "-f", "-", text=table_text(PLAN))
        assert applied.returncode == 0, applied.stderr
        yield lan


def ask(house: Lan, kind: str, address: str, port: int, data: bytes = b"hello") -> str:
    return str(house.python("home", ASK, kind, address, str(port), data.hex(), "0"))


def element(house: Lan, verb: str, name: str, item: str) -> None:
    done = house.run("gate", "nft", verb, "element", "inet", "kidgate", name, f"{{ {item} }}")
    assert done.returncode == 0, done.stderr


def refused(house: Lan, name: str) -> str:
    return house.run("gate", "nft", "list", "set", "inet", "kidgate", f"refused_{name}").stdout


@BOTH
def test_web_goes_to_the_gateway(house: Lan, address: str) -> None:
    assert ask(house, "tcp", address, 443) == "gate"


@pytest.mark.parametrize("address", [WORLD4, WORLD6, GATE4, GATE6])
def test_names_are_asked_of_the_gateway_wherever_they_are_sent(house: Lan, address: str) -> None:
    assert ask(house, "udp", address, 53) == "gate"


@BOTH
def test_quic_is_refused_at_once(house: Lan, address: str) -> None:
    assert ask(house, "udp", address, 443) == "ConnectionRefusedError"
    home, suffix = (HOME6, "6") if ":" in address else (HOME4, "4")
    assert home in refused(house, f"quic_{suffix}")


@BOTH
@pytest.mark.parametrize("kind", ["udp", "tcp"])
def test_encrypted_dns_is_refused(house: Lan, address: str, kind: str) -> None:
    assert ask(house, kind, address, 853) != "world"


@BOTH
@pytest.mark.parametrize("kind", ["udp", "tcp"])
@pytest.mark.parametrize("by", ["address", "mac"])
def test_raw_traffic_passes_from_members_alone(
    house: Lan, address: str, kind: str, by: str
) -> None:
    assert ask(house, kind, address, 5000) != "world"
    six = ":" in address
    item = HOME_MAC if by == "mac" else HOME6 if six else HOME4
    name = f"raw_{kind}_{'mac' if by == 'mac' else '6' if six else '4'}"
    element(house, "add", name, item)
    try:
        assert ask(house, kind, address, 5000) == "world"
    finally:
        element(house, "delete", name, item)
    assert ask(house, kind, address, 5000) != "world"


@pytest.mark.parametrize(
    ("port", "data"),
    [
        (1194, b"hello"),
        (40000, b"\1\0\0\0" + bytes(144)),  # WireGuard's first packet on any port
        (40000, b"\x38" + bytes(13)),  # OpenVPN's
    ],
)
def test_tunnels_need_more_than_raw_traffic(house: Lan, port: int, data: bytes) -> None:
    element(house, "add", "raw_udp_4", HOME4)
    try:
        assert ask(house, "udp", WORLD4, 40000) == "world"
        assert ask(house, "udp", WORLD4, port, data) != "world"
        element(house, "add", "tunnels_4", HOME4)
        assert ask(house, "udp", WORLD4, port, data) == "world"
        element(house, "delete", "tunnels_4", HOME4)
    finally:
        element(house, "delete", "raw_udp_4", HOME4)


def test_redirected_port_is_not_asked_by_itself(house: Lan) -> None:
    assert ask(house, "tcp", GATE4, 8081) == "ConnectionRefusedError"


@pytest.mark.parametrize("address", [GATE4, GATE6, "127.0.0.1", "::1", "203.0.113.1"])
def test_worker_reaches_nothing_on_this_box(house: Lan, address: str) -> None:
    assert house.python("gate", ASK, "tcp", address, "22", "00", "65534") == (
        "ConnectionRefusedError"
    )
    assert house.python("gate", ASK, "tcp", address, "22", "00", "0") == "gate"


INSIDE_ONLY = """
import json, os, socket, sys
server = socket.create_server((sys.argv[1], 0))
os.setuid(65534)
def calls(source):
    sock = socket.socket()
    sock.settimeout(2)
    sock.bind((source, 0))
    try:
        sock.connect(server.getsockname())
    except OSError as fault:
        return type(fault).__name__
    return "answers"
print(json.dumps([calls(sys.argv[2]), calls("127.0.0.1")]))
"""


def test_dashboard_reaches_its_own_pages_and_nobody_who_does_not_say_so(house: Lan) -> None:
    """The front of its TLS calls them on this box."""
    said = house.python("gate", INSIDE_ONLY, INSIDE, CALLER)
    assert said == ["answers", "ConnectionRefusedError"]
    assert (front.INSIDE, front.CALLER) == (INSIDE, CALLER)


def test_rules_replace_themselves_and_touch_no_other_table(house: Lan) -> None:
    other = "table inet other { chain c { type filter hook forward priority 0; } }\n"
    house.run("gate", "nft", "-f", "-", text=other)
    before = house.run("gate", "nft", "list", "table", "inet", "other").stdout
    assert house.run("gate", "nft", "-f", "-", text=table_text(PLAN)).returncode == 0
    for _ in range(2):
        assert house.run("gate", "nft", "-f", "-", text=removal_text()).returncode == 0
    assert "kidgate" not in house.run("gate", "nft", "list", "tables").stdout
    assert house.run("gate", "nft", "list", "table", "inet", "other").stdout == before
    assert house.run("gate", "nft", "-f", "-", text=table_text(PLAN)).returncode == 0
