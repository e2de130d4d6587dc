"""Each way in, through real processes and with real clients: what passes is untouched, what is
blocked ends at the door, what is to be opened is opened; and faults let nothing through."""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kidgate.policies.model import Action
from kidgate.policies.rows import PolicyRows, RuleRow
from tests.e2e.conftest import HOSTS, policy
from tests.e2e.house import House, free_port, read_all, read_one, status
from tests.e2e.netns import (
    LAN,
    LAN6,
    NOWHERE,
    NOWHERE6,
    PORT,
    WORLD,
    WORLD6,
    Net,
    NoNamespaces,
)
from tests.e2e.origin import Origin, wait_until
from tests.e2e.pki import Authority

CLOSED, TRUSTING = "127.0.0.6", "127.0.0.5"  # see `conftest.policy`
PAGE = b"GET /p HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl must be installed")


def doors(*places: str) -> dict[str, Any]:
    return {"listen": list(places)}


def secure_get(sock: socket.socket, context: ssl.SSLContext, name: str) -> tuple[bytes, str]:
    """The answer, and who signed the certificate."""
    with context.wrap_socket(sock, server_hostname=name) as tls:
        parts: Any = tls.getpeercert() or {}
        issuer = dict(part[0] for part in parts.get("issuer", ()))
        tls.sendall(PAGE % name.encode())
        return read_all(tls), str(issuer.get("commonName", ""))


def journaled(house: House) -> list[tuple[str, str, str]]:
    """URL, reason and device of what was stopped; on a busy machine by way of the spool."""
    wait_until(house.journal)
    return [(line.url, line.reason, line.device) for line in house.journal()]


def theirs(authority: Authority) -> ssl.SSLContext:
    """The TLS of a device that trusts the sites' authority alone."""
    return ssl.create_default_context(cafile=str(authority.pem))


# SOCKS5


@pytest.fixture(scope="module")
def socks_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def socks_house(
    tmp_path_factory: pytest.TempPathFactory,
    open_site: Origin,
    open_secure: Origin,
    authority: Authority,
    socks_port: int,
) -> Iterator[House]:
    house = House(
        tmp_path_factory.mktemp("socks") / "home",
        policy(open_site.port, open_secure.port),
        HOSTS,
        extra_ca=authority.pem,
    )
    house.more = doors(f"127.0.0.1:{house.port}", f"socks://127.0.0.1:{socks_port}")
    with house:
        yield house


@pytest.fixture
def socks(socks_house: House, site: Origin, secure: Origin) -> House:
    socks_house.begin_journal()
    return socks_house


def call(port: int, name: str, to: int, address: str) -> socket.socket:
    """A SOCKS call that is let in."""
    sock = socket.create_connection(("127.0.0.1", port), 15, source_address=(address, 0))
    host = name.encode()
    place = bytes((len(host),)) + host + struct.pack(">H", to)
    sock.sendall(b"\x05\x01\0" + b"\x05\x01\0\x03" + place)
    answer = b""
    while len(answer) < 12:
        answer += sock.recv(12 - len(answer))
    assert answer[:4] == b"\x05\0\x05\0", answer
    return sock


def test_socks_call_of_a_closed_device_is_passed_untouched(
    socks: House, socks_port: int, secure: Origin, authority: Authority
) -> None:
    with call(socks_port, "good.example", secure.port, CLOSED) as sock:
        answer, issuer = secure_get(sock, theirs(authority), "good.example")
    assert answer.endswith(secure.body)
    assert issuer == "test root"


def test_socks_call_of_a_trusting_device_is_opened(
    socks: House, socks_port: int, secure: Origin
) -> None:
    for name, code in (("good.example", 200), ("bad.example", 403)):
        with call(socks_port, name, secure.port, TRUSTING) as sock:
            place = f"{name}:{secure.port}".encode()
            with socks.trusting().wrap_socket(sock, server_hostname=name) as tls:
                tls.sendall(PAGE % place)
                assert status(read_all(tls)) == code
    assert secure.paths == ["/p"]
    assert journaled(socks) == [(f"https://bad.example:{secure.port}/p", "rule", "tablet")]


@needs_curl
@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_curl_comes_by_socks(
    socks: House, socks_port: int, secure: Origin, authority: Authority, scheme: str
) -> None:
    def curl(name: str, *more: str) -> subprocess.CompletedProcess[bytes]:
        command = [
            *("curl", "--silent", "--show-error", "--max-time", "20", "--interface", CLOSED),
            *("--proxy", f"{scheme}://127.0.0.1:{socks_port}", "--cacert", str(authority.pem)),
            *("--resolve", f"{name}:{secure.port}:127.0.0.1"),
            *more,
            f"https://{name}:{secure.port}/c",
        ]
        return subprocess.run(command, capture_output=True, check=False)

    assert curl("good.example").stdout == secure.body
    refused = curl("bad.example")
    assert refused.returncode != 0
    assert secure.paths == ["/c"]
    assert journaled(socks) == [(f"https://bad.example:{secure.port}/", "rule", "console")]


@needs_curl
def test_curl_logs_in_by_socks(socks: House, socks_port: int, site: Origin) -> None:
    def curl(login: str) -> bytes:
        command = [
            *("curl", "--silent", "--max-time", "20", "--interface", "127.0.0.9"),
            *("--proxy", f"socks5h://{login}127.0.0.1:{socks_port}"),
            f"http://bad.example:{site.port}/c",
        ]
        return subprocess.run(command, capture_output=True, check=False).stdout

    assert b"bad.example" in curl("phone:secret@")
    assert journaled(socks) == [(f"http://bad.example:{site.port}/c", "rule", "phone")]
    assert curl("phone:guess@") == b""


# Redirected, of both families


def lan_policy() -> PolicyRows:
    """`conftest.policy` in a house with addresses of its own."""
    rows = policy()
    addresses = {"tablet": 5, "console": 6}
    devices = tuple(
        replace(
            row,
            addresses=tuple(f"{net}{addresses[row.key]}" for net in (f"{LAN}.", LAN6)),
        )
        for row in rows.devices
        if row.key in addresses
    )
    networks = (f"{WORLD}/32", f"{WORLD6}/128")
    return replace(rows, devices=devices, settings=replace(rows.settings, private_allowed=networks))


@pytest.fixture(scope="module")
def net() -> Iterator[Net]:
    try:
        with Net(devices=(5, 6, 9)) as made:
            yield made
    except NoNamespaces as why:
        pytest.skip(str(why))


@pytest.fixture(scope="module", params=["IPv4", "IPv6"])
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def world(net: Net, family: str, authority: Authority) -> Iterator[tuple[Origin, Origin]]:
    host = WORLD if family == "IPv4" else WORLD6
    site = Origin(host=host, port=80)
    secure = Origin(host=host, port=443, tls=authority.context(*HOSTS))
    with ExitStack() as stack:
        with net.inside("world"):
            stack.enter_context(site)
            stack.enter_context(secure)
        yield site, secure


@pytest.fixture(scope="module")
def lan_house(
    net: Net,
    family: str,
    world: tuple[Origin, Origin],
    authority: Authority,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    address = WORLD if family == "IPv4" else WORLD6
    house = House(
        tmp_path_factory.mktemp("lan") / "home",
        lan_policy(),
        dict.fromkeys(HOSTS, address),
        extra_ca=authority.pem,
    )
    house.more = doors(f"transparent://0.0.0.0:{PORT}", f"transparent://[::]:{PORT}")
    with ExitStack() as stack:
        with net.inside("gateway"):
            stack.enter_context(house)
        yield house


@pytest.fixture
def lan(lan_house: House, world: tuple[Origin, Origin]) -> House:
    for origin in world:
        origin.forget()
    lan_house.begin_journal()
    return lan_house


def dial(net: Net, family: str, device: int, port: int) -> socket.socket:
    """A device of the house, on its way to an address where nobody is."""
    ours, there = (f"{LAN}.", NOWHERE) if family == "IPv4" else (LAN6, NOWHERE6)
    with net.inside("client"):
        return socket.create_connection((there, port), 15, source_address=(f"{ours}{device}", 0))


def test_redirected_hello_is_passed_to_the_name_it_says(
    lan: House, net: Net, family: str, world: tuple[Origin, Origin], authority: Authority
) -> None:
    answer, issuer = secure_get(dial(net, family, 6, 443), theirs(authority), "good.example")
    assert answer.endswith(world[1].body)
    assert issuer == "test root"


def test_redirected_hello_is_opened_where_the_device_trusts_us(
    lan: House, net: Net, family: str, world: tuple[Origin, Origin]
) -> None:
    for name, code in (("good.example", 200), ("bad.example", 403)):
        answer, issuer = secure_get(dial(net, family, 5, 443), lan.trusting(), name)
        assert (status(answer), "Kidgate" in issuer) == (code, True)
    assert world[1].paths == ["/p"]
    assert journaled(lan) == [("https://bad.example/p", "rule", "tablet")]


def test_redirected_hello_of_a_blocked_name_is_closed_and_journaled(
    lan: House, net: Net, family: str, world: tuple[Origin, Origin], authority: Authority
) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        secure_get(dial(net, family, 6, 443), theirs(authority), "bad.example")
    assert world[1].seen == []
    assert journaled(lan) == [("https://bad.example/", "rule", "console")]


def test_redirected_request_is_judged_by_its_host(
    lan: House, net: Net, family: str, world: tuple[Origin, Origin]
) -> None:
    for name, code in ((b"good.example", 200), (b"bad.example", 403)):
        with dial(net, family, 6, 80) as sock:
            sock.sendall(PAGE % name)
            assert status(read_all(sock)) == code
    assert world[0].paths == ["/p"]
    assert journaled(lan) == [("http://bad.example/p", "rule", "console")]


def test_connection_to_the_transparent_port_itself_leads_nowhere(
    lan: House, net: Net, family: str, world: tuple[Origin, Origin]
) -> None:
    gateway = f"{LAN}.1" if family == "IPv4" else f"{LAN6}1"
    with net.inside("client"):
        sock = socket.create_connection((gateway, PORT), 15)
    with sock:
        sock.sendall(PAGE % b"good.example")
        assert read_all(sock) == b""
    assert world[0].seen == []
    assert [reason for _, reason, _ in journaled(lan)] == ["malformed"]


@needs_curl
def test_curl_knows_of_no_proxy(
    lan: House, net: Net, family: str, world: tuple[Origin, Origin], authority: Authority
) -> None:
    there, source = (NOWHERE, f"{LAN}.6") if family == "IPv4" else (f"[{NOWHERE6}]", f"{LAN6}6")

    def curl(name: str) -> bytes:
        command = [
            *("curl", "--silent", "--max-time", "20", "--interface", source),
            *("--cacert", str(authority.pem), "--resolve", f"{name}:443:{there}"),
            f"https://{name}/c",
        ]
        with net.inside("client"):
            return subprocess.run(command, capture_output=True, check=False).stdout

    assert curl("good.example") == world[1].body
    assert curl("bad.example") == b""
    assert world[1].paths == ["/c"]


# Faults


PARTS = (
    "decide",
    "journal",
    "resolver",
    "kidgate.proxy.door.tunnel.visit_of_hello",
    "kidgate.proxy.door.tunnel.HelloReader",
    "kidgate.proxy.door.tunnel.fate_of",
    "kidgate.proxy.door.tunnel.dial",
    "kidgate.proxy.door.passing.Relay",
    "kidgate.proxy.door.explicit.enter",
    "kidgate.proxy.door.calls.enter",
    "kidgate.proxy.door.heads.early_answer",
    "kidgate.proxy.door.handover.GatewayHandler",
)


@pytest.fixture(scope="module")
def breaking(
    tmp_path_factory: pytest.TempPathFactory,
    open_site: Origin,
    open_secure: Origin,
    authority: Authority,
) -> Iterator[tuple[House, int, Path]]:
    """A house, its SOCKS port, and the file that says which part of its door fails."""
    root, socks_port = tmp_path_factory.mktemp("breaking"), free_port()
    part = root / "part"
    part.touch()
    house = House(
        root / "home",
        policy(open_site.port, open_secure.port),
        HOSTS,
        extra_ca=authority.pem,
        env={
            "BROKEN": str(part),
            "BREAKABLE": json.dumps([name for name in PARTS if "." in name]),
            "KIDGATE_WORKER_MODULE": "tests.e2e.broken_worker",
        },
    )
    house.more = doors(f"127.0.0.1:{house.port}", f"socks://127.0.0.1:{socks_port}")
    with house:
        yield house, socks_port, part


@pytest.mark.parametrize("part", PARTS)
def test_origin_sees_nothing_of_what_is_blocked_when_a_part_of_the_door_fails(
    part: str, breaking: tuple[House, int, Path], site: Origin, secure: Origin
) -> None:
    """By each way in, of a device that is opened and of one that is not."""
    house, socks_port, failing = breaking
    failing.write_text(part)
    for address in (CLOSED, TRUSTING):
        house.get(f"http://bad.example:{site.port}/", address)
        target = f"bad.example:{secure.port}"
        connect = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode()
        host = b"bad.example"
        socks_call = b"\x05\x01\0\x05\x01\0\x03\x0b" + host + struct.pack(">H", secure.port)
        for port, head in ((house.port, connect), (socks_port, socks_call)):
            with socket.create_connection(
                ("127.0.0.1", port), 5, source_address=(address, 0)
            ) as sock:
                sock.settimeout(2)
                sock.sendall(head)
                read_some(sock)
                knock(sock)
    failing.write_text("")
    assert site.seen == []
    assert secure.seen == []
    assert status(house.get(f"http://good.example:{site.port}/", TRUSTING)) == 200


def read_some(sock: socket.socket) -> bytes:
    try:
        return sock.recv(65536)
    except OSError:
        return b""


def knock(sock: socket.socket) -> None:
    """Try TLS, and a request in it, whatever stands in the way."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with context.wrap_socket(sock, server_hostname="bad.example") as tls:
            tls.sendall(PAGE % b"bad.example")
            read_all(tls)
    except OSError:
        pass


def test_guest_that_speaks_no_http_is_closed_and_journaled_inside_tls_too(
    house: House, secure: Origin
) -> None:
    with (
        house.tunnel(f"good.example:{secure.port}") as sock,
        house.trusting().wrap_socket(sock, server_hostname="good.example") as tls,
    ):
        tls.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
        assert read_all(tls) == b""
    assert wait_until(lambda: [line.category for line in house.journal()] == ["raw_tcp"], 5)
    assert house.journal()[0].reason == "way_around"
    assert secure.seen == []


# Kill, drain, reload


def relayed(house: House, secure: Origin, authority: Authority) -> ssl.SSLSocket:
    """A kept connection of a closed device that has been used once."""
    sock = house.tunnel(f"good.example:{secure.port}", CLOSED)
    tls = theirs(authority).wrap_socket(sock, server_hostname="good.example")
    ask(tls)
    return tls


def ask(tls: ssl.SSLSocket) -> None:
    tls.sendall(b"GET /k HTTP/1.1\r\nHost: good.example\r\n\r\n")
    assert status(read_one(tls)) == 200


def test_killed_worker_takes_no_connection_but_its_own(
    tmp_path: Path, secure: Origin, authority: Authority
) -> None:
    rows = policy(secure.port)
    with House(tmp_path / "home", rows, HOSTS, extra_ca=authority.pem, workers=2) as house:
        kept = [relayed(house, secure, authority) for _ in range(12)]
        workers = house.health()["workers"]
        assert wait_until(
            lambda: sum(w["connections"] for w in house.health()["workers"]) == len(kept)
        )
        workers = house.health()["workers"]
        os.kill(workers[0]["pid"], 9)
        alive = 0
        for tls in kept:
            try:
                ask(tls)
                alive += 1
            except (OSError, ssl.SSLError):
                pass
            tls.close()
        assert alive == workers[1]["connections"]
        for _ in range(6):  # the dead one's share of the port waits for its successor
            relayed(house, secure, authority).close()


def test_connection_under_way_ends_well_when_the_house_is_stopped(
    tmp_path: Path, authority: Authority
) -> None:
    body = os.urandom(3_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
    with Origin(tls=authority.context(*HOSTS), pages={"/p": head + body}) as secure:
        house = House(tmp_path / "home", policy(secure.port), HOSTS, extra_ca=authority.pem)
        with house:
            tls = relayed(house, secure, authority)
            tls.sendall(PAGE % b"good.example")
            got = tls.recv(65536)
            stopping = threading.Thread(target=house.stop)
            stopping.start()
            while len(got) < len(head) + len(body):
                more = tls.recv(65536)
                assert more
                got += more
            assert got == head + body
            tls.close()
            stopping.join(15)


def test_reload_cuts_what_is_no_longer_allowed_and_nothing_else(
    house: House, secure: Origin, authority: Authority
) -> None:
    tls = relayed(house, secure, authority)
    unrelated = RuleRow(0, "child:mai", "elsewhere.example", Action.BLOCK)
    version = house.write(replace(house.rows, rules=(*house.rows.rules, unrelated)))
    assert house.in_force(version)
    ask(tls)
    block = RuleRow(0, "child:mai", "good.example", Action.BLOCK)
    version = house.write(replace(house.rows, rules=(*house.rows.rules, block)))
    assert house.in_force(version)
    with pytest.raises((OSError, ssl.SSLError, ValueError)):
        ask(tls)
    tls.close()
