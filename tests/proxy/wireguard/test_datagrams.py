"""Raw datagrams from a tunnel: as the tier says, and never into the house."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from kidgate.policies.compile import compile_snapshot
from kidgate.policies.model import Action
from kidgate.policies.rows import Builtin, DeviceRow, PauseRow, PolicyRows, TierRow
from kidgate.proxy.door.caller import Inside
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.wireguard.datagrams import begins_tunnel, may_send
from kidgate.proxy.wireguard.streams import Streams
from tests.proxy.stand import NOW, ROWS, gateway
from tests.proxy.wireguard.test_streams import Stream

PLACE = ("198.51.100.7", 5000)
KEY = "B" + "A" * 42 + "="
VPN = {"raw_udp": Action.ALLOW, "vpn": Action.BLOCK}


def heart(ways: dict[str, Action], rows: PolicyRows = ROWS) -> Gateway:
    made = gateway()
    rows = replace(rows, devices=(DeviceRow("phone", of="mai", wireguard=KEY, tunnel=1),))
    tiers = (TierRow("plain", age_tier=True, ways_around=ways),)
    made.snapshot = compile_snapshot(rows, Builtin(), tiers=tiers, services=(), id="1")
    return made


@pytest.mark.parametrize(
    ("ways", "place", "data", "passes"),
    [
        ({}, PLACE, b"x", True),
        ({"raw_udp": Action.BLOCK}, PLACE, b"x", False),
        ({}, ("198.51.100.7", 443), b"x", False),
        ({}, ("198.51.100.7", 853), b"x", False),
        ({}, ("192.168.1.1", 5000), b"x", False),
        ({}, ("::ffff:192.168.1.1", 5000), b"x", False),
        ({}, ("64:ff9b::c0a8:101", 5000), b"x", False),
        (VPN, ("198.51.100.7", 51820), b"x", False),
        (VPN, PLACE, b"\x01\0\0\0" + bytes(144), False),
        (VPN, PLACE, b"\x38" + bytes(13), False),
        (VPN, PLACE, b"\x01\0\0\0" + bytes(10), True),
    ],
)
def test_datagram_passes_as_the_packet_filter_would_let_it(
    ways: dict[str, Action], place: tuple[str, int], data: bytes, passes: bool
) -> None:
    assert may_send(heart(ways), "phone", place, data) is passes


def test_nothing_passes_in_a_pause_or_of_a_key_that_is_gone() -> None:
    paused = replace(ROWS, pauses=(PauseRow(1, "child:mai", NOW + timedelta(hours=1)),))
    assert not may_send(heart({}, paused), "phone", PLACE, b"x")
    assert not may_send(heart({}), "gone", PLACE, b"x")


def test_only_the_first_of_a_tunnel_is_like_one() -> None:
    assert begins_tunnel(b"\x01\0\0\0" + bytes(144))
    assert not begins_tunnel(b"\x02\0\0\0" + bytes(144))


def test_datagrams_go_both_ways_until_the_tier_says_no() -> None:
    async def main() -> None:
        made = heart({})
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
            far.bind(("127.0.0.1", 0))
            far.setblocking(False)
            place = far.getsockname()
            stream = Stream(b"one", place=place)
            streams = Streams(
                Inside(made, cast(Any, None), cast(Any, None)), None, "phone", "10.89.0.1"
            )
            running = asyncio.create_task(streams.udp(stream))
            loop = asyncio.get_running_loop()
            data, client = await asyncio.wait_for(loop.sock_recvfrom(far, 100), 10)
            assert data == b"one"
            assert made.peers.counts["phone"] == 1
            far.sendto(b"back", client)
            while not stream.got:
                await asyncio.sleep(0.01)
            assert stream.got == [b"back"]
            made.snapshot = heart({"raw_udp": Action.BLOCK}).snapshot
            stream.sent.append(b"two")
            stream.more.set()
            await asyncio.wait_for(running, 10)
            assert stream.closed
            assert not made.peers.by_id

    asyncio.run(main())
