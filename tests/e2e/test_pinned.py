"""Apps that accept no certificate but their own, with a client that does not trust our CA."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kidgate.policies.model import Action
from kidgate.policies.rows import ProfileRow, RuleRow, TierRow
from kidgate.proxy.pinned.learned import Pin, load
from tests.e2e.conftest import HOSTS, policy
from tests.e2e.house import House, read_all, status
from tests.e2e.origin import Origin, wait_until
from tests.e2e.pki import Authority

APP, UNKNOWN, WATCHED = "good.example", "other.example", "warned.example"


@pytest.fixture
def house(
    tmp_path_factory: pytest.TempPathFactory, open_secure: Origin, authority: Authority
) -> Iterator[House]:
    rows = policy(open_secure.port)
    tier = TierRow("test", safe_search=True, ways_around={"vpn": Action.BLOCK})
    rules = (
        RuleRow(1, "child:mai", "bad.example", Action.BLOCK),
        RuleRow(2, "child:mai", WATCHED, Action.WATCH),
        RuleRow(3, "child:mai", APP, Action.ALLOW),
        RuleRow(4, "child:mai", "www.google.com", Action.ALLOW),
    )
    rows = replace(rows, tiers=(tier,), rules=rules, profiles=(ProfileRow("mai", tier="test"),))
    open_secure.forget()
    root = tmp_path_factory.mktemp("pinned") / "home"
    with House(root, rows, HOSTS, extra_ca=authority.pem) as running:
        yield running


def app(house: House, authority: Authority, name: str, port: int) -> bytes:
    """What an app gets that trusts the sites' authority alone; empty: it hung up."""
    context = ssl.create_default_context(cafile=str(authority.pem))
    with house.tunnel(f"{name}:{port}") as sock:
        try:
            with context.wrap_socket(sock, server_hostname=name) as tls:
                tls.sendall(
                    f"GET /a HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode()
                )
                return read_all(tls)
        except ssl.SSLError:
            return b""


def learned(house: House) -> list[tuple[str, str]]:
    if not house.home.pinned.exists():
        return []
    return [(pin.device, pin.name) for pin in load(house.home.pinned.read_bytes())]


def test_pinned_app_is_let_through_after_three_refusals(
    house: House, authority: Authority, open_secure: Origin
) -> None:
    port = open_secure.port
    for _ in range(4):
        assert app(house, authority, APP, port) == b""
    assert learned(house) == []  # a device that never accepted us has not installed our CA
    assert status(house.get_tls(UNKNOWN, port)) == 200
    for _ in range(2):
        assert app(house, authority, APP, port) == b""
    assert learned(house) == []
    assert app(house, authority, APP, port) == b""
    assert wait_until(lambda: learned(house) == [("tablet", APP)], 5)
    assert wait_until(lambda: app(house, authority, APP, port).endswith(open_secure.body), 5)
    pin: Pin = load(house.home.pinned.read_bytes())[0]
    assert (pin.until - pin.since).days == 7
    # Forgotten, it is opened again; blocked meanwhile, it does not pass.
    blocked = (*house.rows.rules, RuleRow(9, "child:mai", f"={APP}", Action.BLOCK))
    assert house.in_force(house.write(replace(house.rows, rules=blocked)))
    assert app(house, authority, APP, port) == b""
    assert house.in_force(house.write(house.rows))
    assert house.do("pinned.forget", name=APP)["forgotten"] == 1
    assert wait_until(lambda: app(house, authority, APP, port) == b"", 5)


def test_child_cannot_have_what_is_judged_passed_unopened(
    house: House, authority: Authority, open_secure: Origin
) -> None:
    port = open_secure.port
    assert status(house.get_tls(APP, port)) == 200
    for name in ("bad.example", UNKNOWN, WATCHED, "www.google.com"):
        for _ in range(5):
            assert app(house, authority, name, port) == b""
    for _ in range(3):  # in order: once this is learned, the others would be
        app(house, authority, APP, port)
    assert wait_until(lambda: learned(house) == [("tablet", APP)], 5)
