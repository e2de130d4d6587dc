"""SOCKS5 on the wire, whole and cut."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.proxy.door.socks import (
    NO_LOGIN,
    NONE_SUITS,
    PASSWORD,
    Call,
    NotSocks,
    Reply,
    choose,
    read_call,
    read_login,
    read_methods,
)


def call(kind: int, place: bytes, port: int = 443, command: int = 1) -> bytes:
    return bytes((5, command, 0, kind)) + place + struct.pack(">H", port)


def named(name: bytes) -> bytes:
    return bytes((len(name),)) + name


@pytest.mark.parametrize(
    ("read", "data", "found"),
    [
        (read_methods, b"\x05\x02\0\x02", (b"\0\x02", 4)),
        (read_methods, b"\x05\0", (b"", 2)),
        (read_login, b"\x01\x05phone\x06secret", ("phone", "secret", 14)),
        (read_login, b"\x01\0\0", ("", "", 3)),
        (read_login, b"\x01\x02\xc3\xa9\x01x", ("é", "x", 6)),
        (
            read_call,
            call(3, named(b"good.example")),
            (Call(1, "good.example", 443, is_address=False), 19),
        ),
        (
            read_call,
            call(1, bytes((192, 0, 2, 7))),
            (Call(1, "192.0.2.7", 443, is_address=True), 10),
        ),
        (
            read_call,
            call(4, ipaddress.ip_address("2001:db8::7").packed),
            (Call(1, "2001:db8::7", 443, is_address=True), 22),
        ),
    ],
)
def test_message_is_read_with_its_last_byte_and_not_before(
    read: Callable[[bytes], Any], data: bytes, found: Any
) -> None:
    assert [read(data[:end]) for end in range(len(data))] == [None] * len(data)
    assert read(data) == found
    assert read(data + b"more") == found


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (read_methods, b"\x04\x01\0\x50"),
        (read_methods, b"GET / HTTP/1.1"),
        (read_login, b"\x05\x01a\x01b"),
        (read_login, b"\x01\x01\xff\x01b"),
        (read_call, b"\x04\x01\0\x03"),
        (read_call, b"\x05\x01\x01\x03"),
    ],
)
def test_other_bytes_are_not_socks(read: Callable[[bytes], Any], data: bytes) -> None:
    with pytest.raises(NotSocks):
        read(data)


@given(st.binary(max_size=40))
def test_any_bytes_are_incomplete_refused_or_a_message(data: bytes) -> None:
    for read in (read_methods, read_login, read_call):
        for start in (b"", b"\x05\x01\0\x03", b"\x01\x03"):
            try:
                found: Any = read(start + data)
            except NotSocks:
                continue
            assert found is None or found[-1] <= len(start + data)


@pytest.mark.parametrize(
    ("data", "reply"),
    [
        (call(3, named(b"a.example")), None),
        (call(3, named(b"a.example"), command=2), Reply.COMMAND_NOT_SUPPORTED),  # BIND
        (call(3, named(b"a.example"), command=3), Reply.COMMAND_NOT_SUPPORTED),  # UDP ASSOCIATE
        (call(9, b"abcd"), Reply.ADDRESS_TYPE_NOT_SUPPORTED),
    ],
)
def test_call_is_served_or_refused_by_its_kind(data: bytes, reply: Reply | None) -> None:
    found = read_call(data)
    assert found is not None
    assert found[0].refusal is reply


@pytest.mark.parametrize(
    ("methods", "needed", "method"),
    [
        (b"\0", False, NO_LOGIN),
        (b"\0\x02", False, PASSWORD),
        (b"\x01\x02", True, PASSWORD),
        (b"\0\x01", True, NONE_SUITS),
        (b"\x01", False, NONE_SUITS),
        (b"", False, NONE_SUITS),
    ],
)
def test_login_is_taken_where_it_is_offered(methods: bytes, needed: bool, method: int) -> None:
    assert choose(methods, login_needed=needed) == method


def test_reply_is_ten_bytes() -> None:
    assert Reply.NOT_ALLOWED.wire == b"\x05\x02\0\x01" + bytes(6)
