"""Between a tunnel and the door; the whole way is `tests/lan/test_wireguard.py`'s."""

from __future__ import annotations

import asyncio
import socket
from typing import Any, cast

import pytest

from kidgate.proxy.door.caller import Inside
from kidgate.proxy.wireguard.streams import Streams, carry, place_of
from tests.proxy.stand import gateway


class Stream:
    """What a peer sends, and what it is sent. `dead`: its server has gone."""

    def __init__(self, *sent: bytes, place: Any = ("192.0.2.1", 443), dead: bool = False) -> None:
        self.sent, self.place, self.dead = list(sent), place, dead
        self.got: list[bytes] = []
        self.closed = False
        self.more = asyncio.Event()

    async def read(self, n: int) -> bytes:
        if not self.sent:
            await self.more.wait()
            return b""
        return self.sent.pop(0)

    def write(self, data: bytes) -> None:
        if self.dead:
            raise OSError("gone")
        self.got.append(data)

    async def drain(self) -> None:
        await asyncio.sleep(0)

    def close(self) -> None:
        self.closed = True
        if self.dead:
            raise OSError("gone")

    def get_extra_info(self, name: Any, default: Any = None) -> Any:
        return self.place if name == "sockname" else default


class Names:
    def __init__(self) -> None:
        self.asked: list[tuple[bytes, str, str]] = []

    async def answer(self, wire: bytes, address: str, *, stream: bool, key: str = "") -> bytes:
        self.asked.append((wire, address, key))
        return b"answer to " + wire

    async def serve(self, *args: Any) -> None:
        raise AssertionError("no stream was opened")


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (("192.0.2.1", 443), ("192.0.2.1", 443)),
        (("2001:DB8:0::1", 80, 0, 0), ("2001:db8::1", 80)),
        (("a name", 80), None),
        (None, None),
        (("192.0.2.1", "80"), None),
    ],
)
def test_place_is_where_a_stream_is_on_its_way_to(place: Any, found: Any) -> None:
    async def main() -> None:
        assert place_of(Stream(place=place)) == found

    asyncio.run(main())


def test_bytes_go_both_ways_until_our_end_is_closed() -> None:
    async def main() -> None:
        ours, theirs = socket.socketpair()
        stream = Stream(b"hel", b"lo")
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        carrying = asyncio.create_task(carry(stream, reader, writer))
        theirs.setblocking(False)
        loop, heard = asyncio.get_running_loop(), b""
        while len(heard) < 5:
            heard += await loop.sock_recv(theirs, 100)
        assert heard == b"hello"
        await loop.sock_sendall(theirs, b"back")
        theirs.close()
        stream.more.set()
        await asyncio.wait_for(carrying, 5)
        assert b"".join(stream.got) == b"back"
        assert stream.closed

    asyncio.run(main())


def test_stream_that_breaks_ends_quietly() -> None:
    async def main() -> None:
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        theirs.send(b"x")
        await asyncio.wait_for(carry(Stream(dead=True), reader, writer), 5)
        theirs.setblocking(False)
        loop = asyncio.get_running_loop()
        assert await asyncio.wait_for(loop.sock_recv(theirs, 1), 5) == b""

    asyncio.run(main())


def streams(names: Names) -> Streams:
    return Streams(Inside(gateway(), cast(Any, None), cast(Any, None)), names, "phone", "10.89.0.1")


def test_names_are_asked_as_the_key_s_device_and_other_datagrams_are_dropped() -> None:
    async def main() -> None:
        names = Names()
        question = Stream(b"one", b"two", b"", place=("10.89.255.53", 53))
        await streams(names).udp(question)
        assert names.asked == [(b"one", "10.89.0.1", "phone"), (b"two", "10.89.0.1", "phone")]
        assert question.got == [b"answer to one", b"answer to two"]
        quic = Stream(b"hello", place=("192.0.2.1", 443))
        await streams(names).udp(quic)
        assert (quic.got, quic.closed, len(names.asked)) == ([], True, 2)

    asyncio.run(main())


def test_device_has_no_more_connections_than_its_share() -> None:
    async def main() -> None:
        made = streams(Names())
        peers = made._inside.gateway.peers
        peers.counts["phone"] = peers.per_device
        stream = Stream()
        await made.tcp(stream)
        assert stream.closed

    asyncio.run(main())
