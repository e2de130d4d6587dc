"""The gateway is no way into itself or the house: every spelling, through every door.

Something listens on the gateway's own loopback address, and nothing may ever reach it.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
import struct
from collections.abc import Iterator

import pytest

from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow, Settings, TierRow
from tests.e2e.house import House, free_port
from tests.e2e.origin import Origin
from tests.proxy.door.hellos import real

OWN, SITE = "kidgate.home.arpa", "127.0.0.9"
SECONDS = 10
REFUSED = re.compile(rb"Kidgate-Reason: (private_destination|names_disagree|way_around)")
# Of this box.
LOOPBACK = (
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0X7F.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.1.",
    "127.255.255.254",
    "%31%32%37.0.0.1",
    "0.0.0.0",
    "0",
    "0x0",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::1]",
    "localhost",
    "LOCALHOST.",
    "any.localhost",
)
# Of the house, and of whoever runs machines for others.
PRIVATE = (
    "10.0.0.1",
    "10.1",
    "167772161",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "192.168.257",
    "3232235777",
    "0xc0a80101",
    "0300.0250.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "255.255.255.255",
    "224.0.0.251",
    "[fe80::1]",
    "[fd77::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[::ffff:192.168.1.1]",
    "[::ffff:a9fe:a9fe]",
    "[64:ff9b::c0a8:101]",
    "[2002:c0a8:101::]",
)
NAMES = {  # public names that lead inward
    "loop.example": "127.0.0.1",
    "loop6.example": "::1",
    "mapped.example": "::ffff:127.0.0.1",
    "any.example": "0.0.0.0",
    "house.example": "192.168.1.1",
    "cloud.example": "169.254.169.254",
    "nat64.example": "64:ff9b::7f00:1",
    "printer.local": "192.168.1.50",
    "router.lan": "fd77::1",
}
TARGETS = (*LOOPBACK, *PRIVATE, *NAMES)


@pytest.fixture(scope="module")
def inside() -> Iterator[Origin]:
    """What must not be reached."""
    with Origin(body=b"the inside") as origin:
        yield origin


@pytest.fixture(scope="module")
def outside() -> Iterator[Origin]:
    """A site that sends its visitors inward."""
    with Origin(host=SITE) as origin:
        yield origin


@pytest.fixture(scope="module")
def gate(
    tmp_path_factory: pytest.TempPathFactory, inside: Origin, outside: Origin
) -> Iterator[tuple[House, int]]:
    """A house with two doors, whose policy lets an adult everywhere; and the port of the second."""
    socks = free_port()
    rows = PolicyRows(
        settings=Settings(
            language="en",
            ports=(80, 443, inside.port, outside.port),
            private_allowed=(f"{SITE}/32",),
            unknown_tier="open",
        ),
        tiers=(TierRow("open"),),
        profiles=(ProfileRow("ba", tier="open"),),
        devices=(
            DeviceRow("laptop", of="ba", addresses=("127.0.0.6",)),
            DeviceRow("console", of="ba", addresses=("127.0.0.7",), trusts_ca=False),
        ),
    )
    house = House(tmp_path_factory.mktemp("gate") / "home", rows, {**NAMES, "good.example": SITE})
    house.more = {"listen": [f"127.0.0.1:{house.port}", f"socks://127.0.0.1:{socks}"]}
    with house:
        yield house, socks


@pytest.fixture(params=["127.0.0.6", "127.0.0.7"], ids=["opened", "unopened"])
def device(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def say(port: int, *words: bytes, device: str) -> bytes:
    """What comes back: to each word something, or the end; to an HTTP request all of it."""
    found = b""
    with socket.create_connection(("127.0.0.1", port), SECONDS, (device, 0)) as sock:
        sock.settimeout(SECONDS)
        with contextlib.suppress(ConnectionError):
            for number, word in enumerate(words):
                sock.sendall(word)
                while more := sock.recv(65536):
                    found += more
                    if number < len(words) - 1 or b"Connection: close" not in word:
                        break
    return found


def get(host: str, port: int, *, absolute: bool) -> bytes:
    place = host if port == 80 else f"{host}:{port}"
    target = f"http://{place}/secret" if absolute else "/secret"
    return f"GET {target} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n".encode()


def ports(inside: Origin) -> tuple[int, ...]:
    return (inside.port, 80, 443)


@pytest.mark.parametrize("host", TARGETS)
def test_request_is_refused_when_it_is_for_the_inside(
    gate: tuple[House, int], inside: Origin, device: str, host: str
) -> None:
    inside.forget()
    for port in ports(inside):
        answer = say(gate[0].port, get(host, port, absolute=True), device=device)
        assert b"the inside" not in answer
        assert answer.startswith(b"HTTP/1.1 400") or REFUSED.search(answer), answer[:300]
    assert inside.seen == []


@pytest.mark.parametrize("host", TARGETS)
def test_connect_is_refused_when_it_is_for_the_inside(
    gate: tuple[House, int], inside: Origin, device: str, host: str
) -> None:
    """A name is looked up only inside the tunnel: there, too, nothing is dialled."""
    inside.forget()
    for port in ports(inside):
        for inner in (get(host, port, absolute=False), real("good.example"), real("localhost")):
            head = f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode()
            answer = say(gate[0].port, head, inner, device=device)
            assert b"the inside" not in answer
            if host not in NAMES:
                assert not answer.startswith(b"HTTP/1.1 200"), answer[:300]
    assert inside.seen == []


@pytest.mark.parametrize("host", TARGETS)
def test_socks_call_is_refused_when_it_is_for_the_inside(
    gate: tuple[House, int], inside: Origin, device: str, host: str
) -> None:
    inside.forget()
    for port in ports(inside):
        for place in called(host):
            call = b"\x05\x01\0" + place + struct.pack(">H", port)
            for inner in (
                get(host, port, absolute=False),
                get("localhost", port, absolute=False),
                get("127.0.0.1", port, absolute=True),
                real("localhost"),
                b"\x16\x03\x01\x00\x05hello",
                b"SSH-2.0-OpenSSH_9.2\r\n",
            ):
                answer = say(gate[1], b"\x05\x01\0", call, inner, device=device)
                assert b"the inside" not in answer
    assert inside.seen == []


def called(host: str) -> Iterator[bytes]:
    """As a name, and as an address where it is one."""
    bare = host.strip("[]")
    yield bytes((3, len(bare))) + bare.encode()
    try:
        ip = ipaddress.ip_address(bare)
    except ValueError:
        return
    yield bytes((1 if ip.version == 4 else 4,)) + ip.packed


def test_redirection_by_a_site_leads_nowhere(
    gate: tuple[House, int], inside: Origin, outside: Origin, device: str
) -> None:
    inside.forget()
    for host in LOOPBACK:
        where = f"http://{host}:{inside.port}/secret"
        page = f"HTTP/1.1 302 Found\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n"
        outside.pages["/go"] = page.encode()
        begun = get("good.example", outside.port, absolute=True).replace(b"/secret", b"/go")
        answer = say(gate[0].port, begun, device=device)
        assert b"302" in answer, answer[:300]  # it is the client that follows
        assert b"the inside" not in say(
            gate[0].port, get(host, inside.port, absolute=True), device=device
        )
    assert inside.seen == []


def test_proxy_is_no_way_to_itself(gate: tuple[House, int], inside: Origin, device: str) -> None:
    """Through the proxy to the proxy, and from there to the inside as the gateway's own address."""
    inside.forget()
    house, socks = gate
    for port in (house.port, socks):
        head = f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
        nested = get("127.0.0.1", inside.port, absolute=True)
        assert b"the inside" not in say(house.port, head, nested, device=device)
    assert inside.seen == []


@pytest.mark.parametrize(
    "path",
    [
        *("/admin", "/login", "/api", "/api/policy", "/setup", "/users", "/log", "/export"),
        *("/ca.key", "/config.yaml", "/kidgate.db", "/snapshot.json", "/run/keeper.sock"),
        "/../ca/mitmproxy-ca.pem",
    ],
)
def test_own_host_has_nothing_of_an_adult(gate: tuple[House, int], device: str, path: str) -> None:
    port = gate[0].port
    for head in (
        f"GET http://{OWN}{path} HTTP/1.1\r\nHost: {OWN}\r\n",
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n",
        f"POST http://{OWN}{path} HTTP/1.1\r\nHost: {OWN}\r\nContent-Length: 0\r\n",
    ):
        answer = say(port, f"{head}Connection: close\r\n\r\n".encode(), device=device)
        assert answer.split(b" ")[1] in (b"400", b"404", b"405"), answer[:200]
        assert b"PRIVATE KEY" not in answer


def test_own_host_serves_no_port_but_its_pages(
    gate: tuple[House, int], inside: Origin, device: str
) -> None:
    """Our name is no address of ours: nothing is ever dialled for it."""
    inside.forget()
    answer = say(gate[0].port, get(OWN, inside.port, absolute=True), device=device)
    assert answer.startswith(b"HTTP/1.1 404")
    assert inside.seen == []
