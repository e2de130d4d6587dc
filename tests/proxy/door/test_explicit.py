"""The explicit way in: what is stopped ends at the door, what passes goes on byte by byte, what is
to be opened comes to mitmproxy whole."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mitmproxy.net.http import http1

from kidgate.policies.compile import compile_snapshot
from kidgate.policies.model import Action
from kidgate.policies.rows import Builtin, RuleRow
from kidgate.proxy import gateway as gateway_module
from kidgate.proxy.arrival import target_of
from kidgate.proxy.door.explicit import usual_connect
from kidgate.proxy.rfc9112 import check_head
from tests.proxy.door.hellos import in_records, made, message, real, server_name
from tests.proxy.door.stand import Door, opened, rows, run
from tests.proxy.stand import TIERS, until

pytestmark = pytest.mark.usefixtures("installed")
HELLO = real("good.example", "h2")
LET_IN = b"HTTP/1.1 200 Connection established\r\n\r\n"
Work = Callable[[Door], Awaitable[Any]]


def connect(door: Door, name: str = "good.example", *fields: str) -> bytes:
    lines = [f"CONNECT {name}:{door.site.port} HTTP/1.1", f"Host: {name}:{door.site.port}", *fields]
    return "\r\n".join([*lines, "", ""]).encode()


def get(door: Door, name: str = "good.example", *fields: str, method: str = "GET") -> bytes:
    place = f"{name}:{door.site.port}"
    lines = [f"{method} http://{place}/p HTTP/1.1", f"Host: {place}", *fields]
    return "\r\n".join([*lines, "", ""]).encode()


def at_door(folder: Path, work: Work, **limits: Any) -> Any:
    async def main() -> Any:
        async with opened(folder, **limits) as door:
            return await work(door)

    return run(main())


# Passed


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    records=st.lists(st.integers(1, 400), max_size=5),
    segments=st.lists(st.integers(1, 900), max_size=8),
    more=st.binary(max_size=200),
    answer=st.binary(min_size=1, max_size=3000),
    together=st.booleans(),
)
def test_passed_bytes_are_the_same_however_they_are_cut(
    folder: Path,
    records: list[int],
    segments: list[int],
    more: bytes,
    answer: bytes,
    together: bool,
) -> None:
    async def work(door: Door) -> None:
        flight = in_records(message(HELLO), records) + more
        door.site.wanted, door.site.answer = len(flight), answer
        reader, writer = await door.dial()
        head = connect(door)
        if together:
            flight = head + flight
        else:
            writer.write(head)
            assert await reader.readexactly(len(LET_IN)) == LET_IN
        cuts = sorted({cut % len(flight) for cut in segments})
        for begin, end in zip([0, *cuts], [*cuts, len(flight)], strict=True):
            writer.write(flight[begin:end])
            await writer.drain()
            await asyncio.sleep(0)
        if together:
            assert await reader.readexactly(len(LET_IN)) == LET_IN
        assert await reader.readexactly(len(answer)) == answer
        assert bytes(door.site.seen[0]) == flight.removeprefix(head)
        writer.close()

    at_door(folder, work)


def test_passed_hello_may_come_byte_by_byte(folder: Path) -> None:
    async def work(door: Door) -> None:
        door.site.wanted, door.site.answer = len(HELLO), b"hello"
        reader, writer = await door.dial()
        for number in connect(door) + HELLO:
            writer.write(bytes((number,)))
            await asyncio.sleep(0)
        assert await reader.readexactly(len(LET_IN) + 5) == LET_IN + b"hello"
        assert bytes(door.site.seen[0]) == HELLO
        writer.close()

    at_door(folder, work)


def test_newlines_after_a_connect_are_no_part_of_the_tunnel(folder: Path) -> None:
    async def work(door: Door) -> None:
        door.site.wanted, door.site.answer = len(HELLO), b"hello"
        reader, writer = await door.dial()
        writer.write(connect(door) + b"\r\n" + HELLO)
        assert await reader.readexactly(len(LET_IN) + 5) == LET_IN + b"hello"
        writer.close()

    at_door(folder, work)


def test_passed_connection_is_cut_when_a_rule_comes(folder: Path) -> None:
    async def work(door: Door) -> None:
        door.site.wanted, door.site.answer = len(HELLO), b"hello"
        reader, writer = await door.dial()
        writer.write(connect(door) + HELLO)
        await reader.readexactly(len(LET_IN) + 5)
        door.heart.recheck()
        assert len(door.heart.open_visits) == 1
        policy = rows(door.site.port)
        block = RuleRow(9, "child:mai", "good.example", Action.BLOCK)
        policy = replace(policy, rules=(*policy.rules, block))
        door.heart.snapshot = compile_snapshot(policy, Builtin(), tiers=TIERS, services=(), id="2")
        door.heart.recheck()
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()

    at_door(folder, work)


def test_passed_connection_is_cut_when_it_is_to_be_opened(folder: Path) -> None:
    async def work(door: Door) -> None:
        door.site.wanted, door.site.answer = len(HELLO), b"hello"
        reader, writer = await door.dial()
        writer.write(connect(door) + HELLO)
        await reader.readexactly(len(LET_IN) + 5)
        policy = rows(door.site.port)
        devices = tuple(replace(device, trusts_ca=True) for device in policy.devices)
        door.heart.snapshot = compile_snapshot(
            replace(policy, devices=devices), Builtin(), tiers=TIERS, services=(), id="2"
        )
        door.heart.recheck()
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()

    at_door(folder, work)


# Stopped


def test_blocked_name_is_answered_with_a_page_and_journaled(folder: Path) -> None:
    async def work(door: Door) -> None:
        answer = await door.say(connect(door, "bad.example"))
        assert answer.startswith(b"HTTP/1.1 403 ") and b"kidgate-reason: rule" in answer.lower()
        (entry,) = door.journal
        assert (entry.host, entry.device, entry.verdict) == ("bad.example", "console", "block")
        assert not door.site.seen

    at_door(folder, work)


@pytest.mark.parametrize(
    ("hello", "reason"),
    [
        (real("other.example"), "names_disagree"),
        (real("bad.example"), "rule"),
        (made([server_name(b"good.example"), server_name(b"bad.example")]), "malformed"),
        (made([server_name(b"bad host")]), "malformed"),
        (made([server_name(b"good.example")], after=b"x"), "malformed"),
        (in_records(b"\x02" + message(HELLO)[1:]), "malformed"),
        (in_records(b"\x01\0\xff\xff" + bytes(70_000), range(1000, 70_000, 1000)), "malformed"),
    ],
)
def test_hello_is_refused_and_journaled_when_it_may_not_pass(
    folder: Path, hello: bytes, reason: str
) -> None:
    async def work(door: Door) -> None:
        reader, writer = await door.dial()
        writer.write(connect(door))
        await reader.readexactly(len(LET_IN))
        writer.write(hello)
        with contextlib.suppress(ConnectionResetError):  # of what it had not read
            assert await asyncio.wait_for(reader.read(), 5) == b""
        assert [entry.reason for entry in door.journal] == [reason]
        assert not door.site.seen
        writer.close()

    at_door(folder, work)


def test_malformed_hello_is_refused_to_a_device_that_trusts_us_too(folder: Path) -> None:
    async def work(door: Door) -> None:
        hello = made([server_name(b"good.example"), server_name(b"bad.example")])
        assert await door.say(connect(door) + hello, "127.0.0.5") == LET_IN
        assert [entry.reason for entry in door.journal] == ["malformed"]

    at_door(folder, work)


def test_login_says_which_device_it_is(folder: Path) -> None:
    async def work(door: Door) -> None:
        def login(text: str) -> str:
            return "Proxy-Authorization: Basic " + base64.b64encode(text.encode()).decode()

        wrong = await door.say(connect(door, "other.example", login("phone:guess")))
        assert wrong.startswith(b"HTTP/1.1 407 ")
        right = await door.say(connect(door, "other.example", login("phone:secret")))
        assert right.startswith(b"HTTP/1.1 403 ")
        assert [entry.device for entry in door.journal] == ["phone"]

    at_door(folder, work)


def test_blocked_request_is_answered_and_the_next_may_come(folder: Path) -> None:
    async def work(door: Door) -> None:
        reader, writer = await door.dial()
        for _ in range(3):
            writer.write(get(door, "bad.example"))
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 403 ")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            assert b"bad.example" in await reader.readexactly(length)
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        door.site.answer = answer
        door.site.wanted = len(get(door)) - len(f"http://good.example:{door.site.port}")
        writer.write(get(door))
        assert await reader.readexactly(len(answer)) == answer
        assert len(door.journal) == 3
        writer.close()

    at_door(folder, work)


def test_blocked_requests_may_come_at_once(folder: Path) -> None:
    async def work(door: Door) -> None:
        many = get(door, "bad.example") * 4 + get(door, "bad.example", "Connection: close")
        answer = await door.say(many)
        assert answer.count(b"HTTP/1.1 403 ") == 5
        assert len(door.journal) == 5

    at_door(folder, work)


def test_blocked_head_request_gets_no_body(folder: Path) -> None:
    async def work(door: Door) -> None:
        answer = await door.say(get(door, "bad.example", "Connection: close", method="HEAD"))
        assert answer.startswith(b"HTTP/1.1 403 ") and answer.endswith(b"\r\n\r\n")

    at_door(folder, work)


@pytest.mark.parametrize(
    "data",
    [
        b"GET http://good.example/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET http://good.example/ HTTP/1.1\r\n Host: good.example\r\n\r\n",
        b"CONNECT good.example HTTP/1.1\r\nHost: good.example\r\n\r\n",
        b"GET http://good.example/ HTTP/1.1\r\nX: " + b"x" * 3000,
    ],
)
def test_malformed_request_is_refused_as_mitmproxy_refuses_it(folder: Path, data: bytes) -> None:
    async def work(door: Door) -> None:
        answer = await door.say(data)
        assert answer.split(b" ")[1] in (b"400", b"431")
        assert not door.site.seen

    at_door(folder, work, header_bytes=2000)


@pytest.mark.parametrize("data", [b"SSH-2.0-OpenSSH_9\r\n", b"\x05\x01\0", b"\x16\x04\x00"])
def test_other_protocol_gets_no_answer(folder: Path, data: bytes) -> None:
    async def work(door: Door) -> None:
        assert await door.say(data) == b""
        assert await door.say(connect(door) + data, "127.0.0.5") == LET_IN
        assert not door.site.seen
        (entry,) = door.journal
        assert (entry.reason, entry.category) == ("way_around", "raw_tcp")
        assert (entry.device, entry.host) == ("tablet", "good.example")

    at_door(folder, work)


# The usual CONNECT, read without mitmproxy


HOSTS = st.lists(
    st.sampled_from(["www", "a-b", "-a", "a-", "xn--bcher-kva", "xn--", "10", "0x7f", "A", "a_b"]),
    min_size=1,
    max_size=4,
).map(".".join)
FIELDS = st.lists(
    st.sampled_from(
        [
            "Host: www.a:443",
            "host: x",
            "Host: ",
            "User-Agent: curl/8",
            "User-Agent: ",
            "user-agent: Mozilla/5.0 (X11)",
            "Proxy-Connection: keep-alive",
            "Accept: */*",
            "Proxy-Authorization: Basic cGhvbmU6c2VjcmV0",
            "Content-Length: 5",
            " Host: folded",
            "Accept : x",
            "Accept: \u00e9",
        ]
    ),
    max_size=4,
)


@settings(max_examples=400)
@given(
    method=st.sampled_from(["CONNECT", "connect", "GET"]),
    host=HOSTS,
    port=st.sampled_from(["443", "0", "80", "65536", "0443", ""]),
    version=st.sampled_from(["1.1", "1.0", "2"]),
    fields=FIELDS,
    end=st.sampled_from(["\r\n", "\n"]),
)
@example("CONNECT", "www.a", "443", "1.1", ["Host: www.a:443", "Accept: */*"], "\r\n")
def test_usual_connect_is_what_mitmproxy_reads(
    method: str, host: str, port: str, version: str, fields: list[str], end: str
) -> None:
    """Whatever we take without mitmproxy, it would have taken too, and for the same."""
    lines = [f"{method} {host}:{port} HTTP/{version}", *fields, "", ""]
    head = end.join(lines).encode()
    found = usual_connect(head + b"more")
    if found is None:
        return
    assert check_head(head) is None
    request = http1.read_request_head(head.split(b"\r\n")[:-2])
    assert (request.method, target_of(request)) == ("CONNECT", (found.host, found.port, ""))
    assert found.size == len(head)
    assert "proxy-authorization" not in request.headers


@pytest.mark.parametrize(
    "fields",
    [
        "Host: www.a:443\r\nUser-Agent: curl/8.14.1\r\nProxy-Connection: Keep-Alive\r\n",
        "User-Agent: Mozilla/5.0 (X11)\r\nProxy-Connection: keep-alive\r\n"
        "Connection: keep-alive\r\nHost: www.a:443\r\n",
        "Host: www.a:443\r\n",
    ],
)
def test_usual_connect_is_that_of_browsers_and_curl(fields: str) -> None:
    head = f"CONNECT Www.A:443 HTTP/1.1\r\n{fields}\r\n".encode()
    assert usual_connect(head) == ("www.a", 443, len(head))
    assert all(usual_connect(head[:end]) is None for end in range(len(head)))


# Opened


def test_opened_hello_comes_to_mitmproxy_whole(folder: Path) -> None:
    async def work(door: Door) -> str:
        trusting = ssl.create_default_context(cafile=str(folder / "ca" / "kidgate-ca.pem"))
        reader, writer = await door.dial("127.0.0.5")
        writer.write(connect(door, "bad.example"))
        assert await reader.readexactly(len(LET_IN)) == LET_IN
        await writer.start_tls(trusting, server_hostname="bad.example")
        writer.write(f"GET / HTTP/1.1\r\nHost: bad.example:{door.site.port}\r\n\r\n".encode())
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        assert head.startswith(b"HTTP/1.1 403 ")
        assert [entry.host for entry in door.journal] == ["bad.example"]
        writer.close()
        return ""

    at_door(folder, work)


# Limits


def test_client_that_says_nothing_is_cut(folder: Path) -> None:
    async def work(door: Door) -> None:
        reader, writer = await door.dial()
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()

    at_door(folder, work, header_seconds=0.2)


@pytest.mark.parametrize("begun", [b"GET http://good.", HELLO[:1], HELLO[:-1]])
def test_client_that_never_ends_what_it_says_is_cut(folder: Path, begun: bytes) -> None:
    async def work(door: Door) -> None:
        reader, writer = await door.dial()
        if begun[:1] == b"\x16":
            writer.write(connect(door))
            await reader.readexactly(len(LET_IN))
        writer.write(begun)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        assert not door.site.seen
        writer.close()

    at_door(folder, work, header_seconds=0.3)


def test_passed_connection_is_not_cut_as_a_slow_one(folder: Path) -> None:
    async def work(door: Door) -> None:
        door.site.wanted, door.site.answer = len(HELLO) + 4, b"late"
        reader, writer = await door.dial()
        writer.write(connect(door) + HELLO)
        await reader.readexactly(len(LET_IN))
        await asyncio.sleep(0.5)
        writer.write(b"more")
        assert await reader.readexactly(4) == b"late"
        writer.close()

    at_door(folder, work, header_seconds=0.2)


def test_device_has_its_share_of_connections_and_no_more(folder: Path) -> None:
    async def work(door: Door) -> None:
        kept = [await door.dial() for _ in range(3)]
        assert await until(lambda: len(door.heart.peers.by_id) == 3)
        reader, writer = await door.dial()
        assert await asyncio.wait_for(reader.read(), 5) == b""
        other = await door.say(get(door, "bad.example", "Connection: close"), "127.0.0.8")
        assert other.startswith(b"HTTP/1.1 403 ")
        for _, one in (*kept, (reader, writer)):
            one.close()

    at_door(folder, work, connections_per_device=3)


# Faults


@pytest.mark.parametrize(
    ("part", "name"), [(gateway_module, "decide"), (gateway_module.Gateway, "device_of")]
)
def test_fault_is_a_block_with_a_page_and_an_alarm(
    folder: Path, monkeypatch: pytest.MonkeyPatch, part: Any, name: str
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError("made to fail")

    async def work(door: Door) -> None:
        monkeypatch.setattr(part, name, fail)
        for data in (connect(door) + HELLO, get(door)):
            answer = await door.say(data)
            assert answer.startswith(b"HTTP/1.1 503 ")
            assert b"internal_error" in answer
        assert not door.site.seen
        assert door.heart.tally.faults == 2
        assert "RuntimeError" in door.heart.tally.last_fault
        assert [entry.reason for entry in door.journal] == ["internal_error"] * 2

    at_door(folder, work)


@pytest.mark.parametrize(
    "place",
    [
        "kidgate.proxy.door.tunnel.visit_of_hello",
        "kidgate.proxy.door.tunnel.fate_of",
        "kidgate.proxy.door.tunnel.HelloReader",
        "kidgate.proxy.door.tunnel.dial",
        "kidgate.proxy.door.tunnel.Passing",
        "kidgate.proxy.door.passing.Relay",
        "kidgate.proxy.door.relay._End.watch",
        "kidgate.proxy.door.relay._End.send",
        "kidgate.proxy.door.tunnel.hand_over",
        "kidgate.proxy.resolver.Resolver.known",
        "kidgate.proxy.recorder.Recorder.record",
    ],
)
def test_nothing_passes_when_a_part_fails_within_the_tunnel(
    folder: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError("made to fail")

    async def work(door: Door) -> None:
        opened = "hand_over" in place
        if "record" in place:
            door.heart.recorder.record = fail  # type: ignore[method-assign]
            hello = real("bad.example")
        else:
            monkeypatch.setattr(place, fail)
            hello = HELLO
        address = "127.0.0.5" if opened else "127.0.0.1"
        assert await door.say(connect(door) + hello, address) == LET_IN
        assert not any(door.site.seen)
        assert door.heart.tally.faults == 1

    at_door(folder, work)


def test_page_that_cannot_be_made_leaves_a_closed_connection(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError("made to fail")

    async def work(door: Door) -> None:
        monkeypatch.setattr(door.heart.pages, "block", fail)
        assert await door.say(get(door, "bad.example")) == b""
        assert not door.site.seen

    at_door(folder, work)


# Drain


def test_drained_door_takes_nobody_and_lets_those_inside_end(folder: Path) -> None:
    async def work(door: Door) -> None:
        door.site.wanted, door.site.answer = len(HELLO) + 4, b"late"
        reader, writer = await door.dial()
        writer.write(connect(door) + HELLO)
        await reader.readexactly(len(LET_IN))
        door.listeners.close()
        drained = asyncio.create_task(door.listeners.drained(5))
        with pytest.raises(ConnectionRefusedError):
            await door.dial()
        writer.write(b"more")
        assert await reader.readexactly(4) == b"late"
        writer.close()
        await asyncio.wait_for(drained, 5)

    at_door(folder, work)


def test_drained_door_cuts_what_does_not_end(folder: Path) -> None:
    async def work(door: Door) -> None:
        reader, writer = await door.dial()
        writer.write(connect(door) + HELLO)
        await reader.readexactly(len(LET_IN))
        silent, other = await door.dial()
        door.listeners.close()
        await door.listeners.drained(0.1)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        assert await asyncio.wait_for(silent.read(), 5) == b""
        writer.close()
        other.close()

    at_door(folder, work)
