"""SOCKS5 as a way in: its replies, its login, and the same verdicts as by CONNECT."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from kidgate.proxy import gateway as gateway_module
from kidgate.proxy.door.socks import Reply
from kidgate.proxy.who.known import Who
from tests.proxy.door.hellos import real
from tests.proxy.door.stand import Door, opened, run

pytestmark = pytest.mark.usefixtures("installed")
HELLO = real("good.example")
GREETING, NO_LOGIN, PASSWORD = b"\x05\x01\0", b"\x05\0", b"\x05\x02"
LOGGED_IN, WRONG_LOGIN = b"\x01\0", b"\x01\x01"


def at_door(folder: Path, work: Callable[[Door], Awaitable[Any]], **limits: Any) -> Any:
    async def main() -> Any:
        async with opened(folder, "socks", **limits) as door:
            return await work(door)

    return run(main())


def call(door: Door, name: bytes, *, command: int = 1, port: int = 0) -> bytes:
    place = bytes((len(name),)) + name + struct.pack(">H", port or door.site.port)
    return bytes((5, command, 0, 3)) + place


def call_address(door: Door, address: tuple[int, ...] = (127, 0, 0, 1)) -> bytes:
    return b"\x05\x01\0\x01" + bytes(address) + struct.pack(">H", door.site.port)


def login(user: bytes, password: bytes) -> bytes:
    return bytes((1, len(user))) + user + bytes((len(password),)) + password


@dataclass
class Table:
    """Whose card answers for an address."""

    macs: dict[str, str]

    def mac_of(self, address: str) -> str:
        return self.macs.get(address, "")


async def passes(door: Door, data: bytes, replies: bytes, hello: bytes = HELLO) -> None:
    """The hello arrives as it was sent."""
    door.site.wanted, door.site.answer = len(hello), b"hello"
    reader, writer = await door.dial()
    writer.write(data)
    assert await reader.readexactly(len(replies)) == replies
    writer.write(hello)
    assert await reader.readexactly(5) == b"hello"
    assert bytes(door.site.seen[-1]) == hello
    writer.close()


def test_call_to_a_name_is_passed(folder: Path) -> None:
    async def work(door: Door) -> None:
        replies = NO_LOGIN + Reply.SUCCEEDED.wire
        await passes(door, GREETING + call(door, b"Good.Example."), replies)

    at_door(folder, work)


def test_call_may_come_byte_by_byte(folder: Path) -> None:
    async def work(door: Door) -> None:
        door.site.wanted, door.site.answer = len(HELLO), b"hello"
        reader, writer = await door.dial()
        for number in GREETING + call(door, b"good.example") + HELLO:
            writer.write(bytes((number,)))
            await asyncio.sleep(0)
        expected = NO_LOGIN + Reply.SUCCEEDED.wire + b"hello"
        assert await reader.readexactly(len(expected)) == expected
        assert bytes(door.site.seen[0]) == HELLO
        writer.close()

    at_door(folder, work)


def test_call_to_an_address_goes_where_its_hello_says_and_we_resolve(folder: Path) -> None:
    async def work(door: Door) -> None:
        replies = NO_LOGIN + Reply.SUCCEEDED.wire
        # Nobody is at 127.9.9.9: the name is what is dialled.
        await passes(door, GREETING + call_address(door, (127, 9, 9, 9)), replies)

    at_door(folder, work)


@pytest.mark.parametrize(
    ("hello", "reason", "host"),
    [
        (real("bad.example"), "rule", "bad.example"),
        (real(None), "way_around", "127.0.0.1"),
    ],
)
def test_call_to_an_address_is_judged_by_its_hello(
    folder: Path, hello: bytes, reason: str, host: str
) -> None:
    async def work(door: Door) -> None:
        answer = await door.say(GREETING + call_address(door) + hello)
        assert answer == NO_LOGIN + Reply.SUCCEEDED.wire
        assert [(entry.reason, entry.host) for entry in door.journal] == [(reason, host)]
        assert not door.site.seen

    at_door(folder, work)


@pytest.mark.parametrize(
    ("name", "port", "reason"),
    [
        (b"bad.example", 0, "rule"),
        (b"good.example", 25, "port"),
        (b"bad host", 0, "malformed"),
        (b"\xff\xfe", 0, "malformed"),
        (b"", 0, "malformed"),
    ],
)
def test_refused_call_gets_its_reply_and_is_journaled(
    folder: Path, name: bytes, port: int, reason: str
) -> None:
    async def work(door: Door) -> None:
        answer = await door.say(GREETING + call(door, name, port=port))
        assert answer == NO_LOGIN + Reply.NOT_ALLOWED.wire
        assert [entry.reason for entry in door.journal] == [reason]

    at_door(folder, work)


@pytest.mark.parametrize("command", [2, 3])
def test_other_commands_are_not_served(folder: Path, command: int) -> None:
    async def work(door: Door) -> None:
        answer = await door.say(GREETING + call(door, b"good.example", command=command))
        assert answer == NO_LOGIN + Reply.COMMAND_NOT_SUPPORTED.wire

    at_door(folder, work)


def test_name_in_the_hello_must_be_that_of_the_call(folder: Path) -> None:
    async def work(door: Door) -> None:
        data = GREETING + call(door, b"good.example") + real("other.example")
        assert await door.say(data) == NO_LOGIN + Reply.SUCCEEDED.wire
        assert [entry.reason for entry in door.journal] == ["names_disagree"]
        assert not door.site.seen

    at_door(folder, work)


def test_login_says_which_device_it_is(folder: Path) -> None:
    async def work(door: Door) -> None:
        greeting = b"\x05\x02\0\x02"
        right = greeting + login(b"phone", b"secret")
        answer = await door.say(right + call(door, b"other.example"))
        assert answer == PASSWORD + LOGGED_IN + Reply.NOT_ALLOWED.wire
        assert [entry.device for entry in door.journal] == ["phone"]
        assert await door.say(greeting + login(b"phone", b"guess")) == PASSWORD + WRONG_LOGIN
        empty = greeting + login(b"", b"") + call(door, b"bad.example")
        assert await door.say(empty) == PASSWORD + LOGGED_IN + Reply.NOT_ALLOWED.wire
        assert [entry.device for entry in door.journal] == ["phone", "console"]

    at_door(folder, work)


def test_nobody_enters_without_a_login_where_one_is_needed(folder: Path) -> None:
    async def work(door: Door) -> None:
        door.heart.require_login = True
        assert await door.say(GREETING) == b"\x05\xff"
        assert await door.say(b"\x05\x01\x02" + login(b"", b"")) == PASSWORD + WRONG_LOGIN
        data = b"\x05\x01\x02" + login(b"phone", b"secret") + call(door, b"good.example")
        await passes(door, data, PASSWORD + LOGGED_IN + Reply.SUCCEEDED.wire)
        # An address is what a device says it is, a network card is not.
        card = "3c:22:fb:00:00:01"
        door.heart.snapshot = replace(door.heart.snapshot, device_of_mac={card: "console"})
        door.heart.who = Who(neighbours=Table({"127.0.0.1": card}))
        await passes(door, GREETING + call(door, b"good.example"), NO_LOGIN + Reply.SUCCEEDED.wire)

    at_door(folder, work)


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n\r\n", b"\x04\x01\0\x50\x7f\0\0\x01\0"])
def test_other_protocol_gets_no_answer(folder: Path, data: bytes) -> None:
    async def work(door: Door) -> None:
        assert await door.say(data) == b""

    at_door(folder, work)


def test_plain_request_in_a_call_is_judged_and_answered(folder: Path) -> None:
    async def work(door: Door) -> None:
        place = f"bad.example:{door.site.port}"
        head = f"GET /x HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n".encode()
        for start in (call_address(door), call(door, b"other.example")):
            answer = await door.say(GREETING + start + head)
            page = answer.removeprefix(NO_LOGIN + Reply.SUCCEEDED.wire)
            assert page.startswith(b"HTTP/1.1 403 ")
        assert [entry.url for entry in door.journal] == [
            f"http://{place}/x",
            f"http://other.example:{door.site.port}/x",
        ]
        assert not door.site.seen

    at_door(folder, work)


def test_plain_request_in_a_call_arrives_in_origin_form(folder: Path) -> None:
    async def work(door: Door) -> None:
        head = f"GET /x HTTP/1.1\r\nHost: good.example:{door.site.port}\r\n\r\n".encode()
        door.site.wanted, door.site.answer = len(head), b"HTTP/1.1 204 No Content\r\n\r\n"
        reader, writer = await door.dial()
        writer.write(GREETING + call_address(door) + head)
        await reader.readexactly(len(NO_LOGIN + Reply.SUCCEEDED.wire))
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204 ")
        assert bytes(door.site.seen[0]) == head
        writer.close()

    at_door(folder, work)


def test_client_that_never_ends_what_it_says_is_cut(folder: Path) -> None:
    async def work(door: Door) -> None:
        assert await door.say(GREETING + b"\x05\x01") == NO_LOGIN

    at_door(folder, work, header_seconds=0.2)


def test_fault_is_a_failure_reply_and_an_alarm(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError("made to fail")

    async def work(door: Door) -> None:
        monkeypatch.setattr(gateway_module, "decide", fail)
        answer = await door.say(GREETING + call(door, b"good.example"))
        assert answer == NO_LOGIN + Reply.FAILURE.wire
        assert door.heart.tally.faults == 1
        assert [entry.reason for entry in door.journal] == ["internal_error"]

    at_door(folder, work)
