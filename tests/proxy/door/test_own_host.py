"""A device asks the gateway itself, by its address, before it uses it as a proxy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kidgate.policies.compile import compile_snapshot
from kidgate.policies.rows import Builtin
from kidgate.proxy.door import redirected
from kidgate.proxy.pages import Pages
from tests.proxy.door.stand import Door, opened, rows, run
from tests.proxy.stand import TIERS

pytestmark = pytest.mark.usefixtures("installed")
OWN = "kidgate.home.arpa"


def at_door(folder: Path, work: Callable[[Door], Awaitable[Any]], way: str = "explicit") -> Any:
    async def main() -> Any:
        async with opened(folder, way) as door:
            return await work(door)

    return run(main())


def asks(folder: Path, host: str, path: str = "/check", *, way: str = "explicit") -> bytes:
    """The answer to a request in origin form."""

    async def work(door: Door) -> bytes:
        name = host.replace("PORT", str(door.port))
        head = f"GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"
        answer = await door.say(head.encode())
        assert not door.site.seen
        return answer.replace(str(door.port).encode(), b"PORT")

    found: bytes = at_door(folder, work, way)
    return found


@pytest.mark.parametrize("host", ["127.0.0.1:PORT", "127.1:PORT", "192.168.1.2", "[::1]:80", OWN])
def test_page_is_ours_when_the_proxy_is_asked_by_address_or_own_name(
    folder: Path, host: str
) -> None:
    assert b'{"kidgate": true' in asks(folder, host)


def test_front_page_claims_nothing_when_it_is_asked_by_address(folder: Path) -> None:
    """That a device can find us does not mean that it goes through us."""
    pem = (folder / "ca" / "kidgate-ca.pem").read_bytes()

    async def work(door: Door) -> bytes:
        door.heart.pages = Pages(language="en", ca_certificate=pem)
        direct = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: en\r\n"
        return await door.say(f"{direct}Connection: close\r\n\r\n".encode())

    answer = at_door(folder, work)
    assert b"Set up this device" in answer and b"goes through Kidgate</p>" not in answer


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", f"{OWN}.evil.example"])
def test_page_is_not_ours_when_another_name_leads_here(folder: Path, host: str) -> None:
    assert b'kidgate": true' not in asks(folder, host)


@pytest.mark.parametrize(
    ("host", "proxy"),
    [
        ("127.0.0.1:PORT", b"PROXY 127.0.0.1:PORT"),
        ("192.168.1.2:3128", b"PROXY 192.168.1.2:3128"),
        ("[fd77::1]:3128", b"PROXY [fd77::1]:3128"),
        (OWN, b"PROXY 127.0.0.1:PORT"),
    ],
)
def test_pac_file_names_the_address_that_was_asked(folder: Path, host: str, proxy: bytes) -> None:
    answer = asks(folder, host, "/proxy.pac")
    assert answer.count(proxy) == 2


def test_page_needs_no_login_but_the_next_request_does(folder: Path) -> None:
    async def work(door: Door) -> bytes:
        door.heart.require_login = True
        direct = "GET /check HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        proxied = "GET http://good.example/ HTTP/1.1\r\nHost: good.example\r\nConnection: close\r\n"
        return await door.say((direct + proxied + "\r\n").encode())

    answer = at_door(folder, work)
    assert b"HTTP/1.1 200" in answer and b"HTTP/1.1 407" in answer


def redirected_to(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(redirected, "original_destination", lambda sock: (address, 80))


@pytest.mark.parametrize("target", ["127.0.0.1", "192.168.77.1"])
def test_page_is_ours_when_a_redirected_device_asks_by_our_address(
    folder: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    redirected_to(monkeypatch, target)

    async def work(door: Door) -> bytes:
        own = replace(rows(door.site.port).settings, own_addresses=("192.168.77.0/24",))
        made = replace(rows(door.site.port), settings=own)
        door.heart.snapshot = compile_snapshot(made, Builtin(), tiers=TIERS, services=(), id="2")
        door.heart.explicit = (("::", 9), ("0.0.0.0", 3128))
        one = f"GET /check HTTP/1.1\r\nHost: {target}\r\n\r\n"
        two = f"GET /proxy.pac HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n"
        return await door.say((one + two).encode())

    answer = at_door(folder, work, "transparent")
    assert b'{"kidgate": true' in answer
    assert answer.count(b"PROXY 127.0.0.1:3128") == 2


@pytest.mark.parametrize(
    ("target", "host"),
    [
        ("192.168.1.9", "192.168.1.9"),  # somebody else in the house
        ("127.0.0.1", "bad.example"),  # the page of a blocked name
        ("127.0.0.1", "192.168.1.9"),
        ("203.0.113.7", "127.0.0.1"),
    ],
)
def test_page_is_not_ours_when_a_redirected_device_asks_for_another(
    folder: Path, monkeypatch: pytest.MonkeyPatch, target: str, host: str
) -> None:
    redirected_to(monkeypatch, target)
    assert b'kidgate": true' not in asks(folder, host, way="transparent")
