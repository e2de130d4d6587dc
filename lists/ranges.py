"""Address ranges in the index: sorted by start, each with the range it lies in.

Two ranges of a family lie one inside the other or apart, so that whatever holds an address is the
last range that starts at or before it, or one of those around that.
"""

from __future__ import annotations

import ipaddress
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kidgate.lists.layout import NETWORK, NONE
from kidgate.lists.sections import damaged

_PLACE = 17  # bytes of an entry that it is sorted by: family and start
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Range(NamedTuple):
    """A range as the table sorts it: wider ones first where two start alike."""

    family: int  # 4 or 6
    start: bytes  # 16, an IPv4 one padded with zeros
    prefix: int

    @property
    def network(self) -> _Network:
        return ipaddress.ip_network((self.start[: _length(self.family)], self.prefix))

    def holds(self, other: Range) -> bool:
        """Whether the other lies in this one, or is this one."""
        if self.family != other.family or self.prefix > other.prefix:
            return False
        shift = 128 - self.prefix
        return int.from_bytes(self.start) >> shift == int.from_bytes(other.start) >> shift


def parse_range(text: str) -> Range:
    """The range of a canonical CIDR text. Raises ValueError for any other."""
    network = ipaddress.ip_network(text)
    if str(network) != text:
        raise ValueError(f"`{text}` is not canonical")
    return Range(network.version, _padded(network.network_address.packed), network.prefixlen)


def packed(ranges: Iterable[tuple[Range, int]]) -> bytes:
    """The section: of each range its set of labels. In any order, none twice."""
    table = bytearray()
    around: list[tuple[int, Range]] = []  # those that hold the range just packed
    for at, (this, number) in enumerate(sorted(ranges)):
        while around and not around[-1][1].holds(this):
            around.pop()
        parent = around[-1][0] if around else NONE
        table += NETWORK.pack(this.family, this.start, this.prefix, number, parent)
        around.append((at, this))
    return bytes(table)


class Ranges:
    """Views on a section that `packed` made."""

    def __init__(self, table: memoryview) -> None:
        self._table = table
        self._count = len(table) // NETWORK.size

    def __len__(self) -> int:
        return self._count

    def around(self, address: str) -> Iterator[tuple[str, int]]:
        """(range, set number) for each range that holds an address, the narrowest first.

        Raises IndexFault when the table makes no sense.
        """
        ip = ipaddress.ip_address(address)
        asked = Range(ip.version, _padded(ip.packed), ip.max_prefixlen)
        place = bytes([asked.family]) + asked.start
        at = bisect_right(range(self._count), place, key=self._place) - 1
        while at >= 0:
            *fields, number, parent = NETWORK.unpack_from(self._table, at * NETWORK.size)
            this = Range(*fields)
            if _holds(this, asked):
                yield str(this.network), number
            if parent != NONE and parent >= at:
                raise damaged("its address ranges go round in a circle")
            at = parent if parent != NONE else -1

    def _place(self, at: int) -> bytes:
        return bytes(self._table[at * NETWORK.size : at * NETWORK.size + _PLACE])


def _holds(this: Range, asked: Range) -> bool:
    try:
        return this.holds(asked) and this.network is not None
    except ValueError as fault:
        raise damaged("it names an address range that is none") from fault


def _padded(address: bytes) -> bytes:
    return address.ljust(16, b"\0")


def _length(family: int) -> int:
    return 4 if family == 4 else 16
