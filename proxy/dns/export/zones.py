"""Zone files in RPZ form (draft-vixie-dnsop-dns-rpz): owner names relative to the zone's own.

`NAME CNAME .` says that it does not exist, `CNAME *.` that it has no data, `CNAME rpz-passthru.`
that no later zone is asked; any other record is the answer.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from kidgate.proxy.dns.export.audience import BLOCK, OPEN
from kidgate.proxy.dns.export.limits import comment
from kidgate.proxy.dns.settings import DnsSettings

NO_SUCH_NAME, NO_DATA, PASS = "CNAME .", "CNAME *.", "CNAME rpz-passthru."
LONGEST = 253
END = "kidgate"  # of the zones' own names, which nobody asks for


def blocked(settings: DnsSettings) -> tuple[str, ...]:
    """The records of a stopped name, as `dns: block` says. RPZ cannot refuse."""
    if settings.block != "page" or not settings.page_addresses:
        return (NO_SUCH_NAME,)
    return tuple(map(address_record, settings.page_addresses))


def address_record(address: str) -> str:
    kind = "A" if ipaddress.ip_address(address).version == 4 else "AAAA"
    return f"{kind} {address}"


class Zone:
    """A zone file being written. Owners too long to be written are counted."""

    def __init__(
        self, folder: Path, key: str, head: Iterable[str], ttl: int, stops: Sequence[str]
    ) -> None:
        self.name, self.path = f"{key}.{END}", folder / f"{key}.rpz"
        self._room = LONGEST - len(self.name) - 1
        self._stops = stops
        self.names = self.too_long = 0
        self._file: TextIO = self.path.open("w", encoding="ascii", errors="replace")
        self._file.write(comment(head, ";"))
        self._file.write(f"$ORIGIN {self.name}.\n$TTL {ttl}\n")
        # The times are those of copies, which nobody makes; the last is that of "no such name".
        self._file.write(f"@ SOA localhost. nobody.invalid. 1 3600 600 86400 {ttl}\n")
        self._file.write("@ NS localhost.\n")

    def add(self, owner: str, answer: str) -> None:
        """`answer`: BLOCK, OPEN, or the name whose addresses are the answer."""
        if answer == BLOCK:
            self.write(owner, self._stops)
        else:
            self.write(owner, [PASS if answer == OPEN else f"CNAME {answer}."])

    def write(self, owner: str, records: Iterable[str]) -> None:
        if len(owner) > self._room:
            self.too_long += 1
            return
        self.names += 1
        for record in records:
            self._file.write(f"{owner} {record}\n")

    def close(self) -> None:
        self._file.close()


def tree(name: str) -> Iterator[str]:
    """The owners of a name and all below it."""
    yield name
    yield f"*.{name}"
