"""Where a redirected connection was headed; the kernel's own answers are played in
`tests/e2e/test_door.py`."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest

from kidgate.proxy.door import redirected
from kidgate.proxy.door.redirected import SO_ORIGINAL_DST, NotRedirected, original_destination
from tests.proxy.door.hellos import real
from tests.proxy.door.stand import Door, opened, run

pytestmark = pytest.mark.usefixtures("installed")
HELLO = real("good.example")
SOL_IP, SOL_IPV6 = 0, 41
IPV4 = struct.pack("=H", socket.AF_INET) + struct.pack(">H", 443) + bytes((192, 0, 2, 7)) + bytes(8)
IPV6 = (
    struct.pack("=H", socket.AF_INET6)
    + struct.pack(">HI", 443, 0)
    + ipaddress.ip_address("2001:db8::7").packed
    + bytes(4)
)


class Socket:
    """A socket of which the kernel knows this much."""

    def __init__(self, own: str, level: int, answer: bytes | None) -> None:
        self.own, self.level, self.answer = own, level, answer

    def getsockname(self) -> tuple[str, int]:
        return self.own, 443

    def getsockopt(self, level: int, option: int, size: int) -> bytes:
        assert (level, option) == (self.level, SO_ORIGINAL_DST)
        if self.answer is None:
            raise FileNotFoundError(2, "No such file or directory")
        assert size == len(self.answer)
        return self.answer


def headed(own: str, level: int, answer: bytes | None) -> tuple[str, int]:
    return original_destination(cast(socket.socket, cast(Any, Socket(own, level, answer))))


@pytest.mark.parametrize(
    ("own", "level", "answer", "place"),
    [
        ("192.168.1.1", SOL_IP, IPV4, ("192.0.2.7", 443)),
        ("::ffff:192.168.1.1", SOL_IP, IPV4, ("192.0.2.7", 443)),
        ("fd00::1", SOL_IPV6, IPV6, ("2001:db8::7", 443)),
        ("fe80::1%eth0", SOL_IPV6, IPV6, ("2001:db8::7", 443)),
    ],
)
def test_destination_is_read_of_either_family(
    own: str, level: int, answer: bytes, place: tuple[str, int]
) -> None:
    assert headed(own, level, answer) == place


@pytest.mark.parametrize(
    ("own", "level", "answer"),
    [("192.168.1.1", SOL_IP, None), ("192.0.2.7", SOL_IP, IPV4), ("2001:db8::7", SOL_IPV6, IPV6)],
)
def test_connection_to_the_port_itself_is_none(own: str, level: int, answer: bytes | None) -> None:
    with pytest.raises(NotRedirected):
        headed(own, level, answer)


def at_door(folder: Path, work: Callable[[Door], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        async with opened(folder, "transparent") as door:
            return await work(door)

    return run(main())


@pytest.fixture
def from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> Callable[[Door], None]:
    """From now on every connection was headed for an address where nobody is."""

    def redirect(door: Door) -> None:
        place = ("127.9.9.9", door.site.port)
        monkeypatch.setattr(redirected, "original_destination", lambda sock: place)

    return redirect


def test_hello_is_passed_to_its_name_as_we_resolve_it(
    folder: Path, from_elsewhere: Callable[[Door], None]
) -> None:
    async def work(door: Door) -> None:
        from_elsewhere(door)
        door.site.wanted, door.site.answer = len(HELLO), b"hello"
        reader, writer = await door.dial()
        writer.write(HELLO)
        assert await reader.readexactly(5) == b"hello"
        assert bytes(door.site.seen[0]) == HELLO
        writer.close()

    at_door(folder, work)


@pytest.mark.parametrize(
    ("hello", "reason", "host"),
    [
        (real("bad.example"), "rule", "bad.example"),
        (real(None), "way_around", "127.9.9.9"),
    ],
)
def test_hello_is_refused_by_its_name_or_for_want_of_one(
    folder: Path,
    from_elsewhere: Callable[[Door], None],
    hello: bytes,
    reason: str,
    host: str,
) -> None:
    async def work(door: Door) -> None:
        from_elsewhere(door)
        assert await door.say(hello) == b""
        assert [(entry.reason, entry.host) for entry in door.journal] == [(reason, host)]
        assert not door.site.seen

    at_door(folder, work)


def test_request_is_judged_by_its_host_and_no_login_is_asked_for(
    folder: Path, from_elsewhere: Callable[[Door], None]
) -> None:
    async def work(door: Door) -> None:
        from_elsewhere(door)
        door.heart.require_login = True
        bad = f"GET /x HTTP/1.1\r\nHost: bad.example:{door.site.port}\r\nConnection: close\r\n\r\n"
        assert (await door.say(bad.encode())).startswith(b"HTTP/1.1 403 ")
        assert [entry.url for entry in door.journal] == [f"http://bad.example:{door.site.port}/x"]
        good = f"GET /x HTTP/1.1\r\nHost: good.example:{door.site.port}\r\n\r\n".encode()
        door.site.wanted, door.site.answer = len(good), b"HTTP/1.1 204 No Content\r\n\r\n"
        reader, writer = await door.dial()
        writer.write(good)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        assert head.startswith(b"HTTP/1.1 204 ")
        writer.write(bad.encode())  # another name on the same connection
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        assert head.startswith(b"HTTP/1.1 403 ")
        assert len(door.site.seen) == 1
        writer.close()

    at_door(folder, work)


def test_connection_to_the_port_itself_is_refused_and_journaled(folder: Path) -> None:
    async def work(door: Door) -> None:
        assert await door.say(HELLO) == b""
        assert [entry.reason for entry in door.journal] == ["malformed"]
        assert not door.site.seen

    at_door(folder, work)
