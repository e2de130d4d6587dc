"""DHCP lease files: which MAC address and which name go with an address.

    dnsmasq   `expiry mac address name client-id` (dnsmasq(8), --dhcp-leasefile)
    Kea       CSV with the header `address,hwaddr,...,expire,...,hostname,state` (memfile backend)
    ISC       `lease 192.0.2.7 { hardware ethernet ...; client-hostname "..."; }` (dhcpd.leases(5))

Told apart by content. A later entry for an address replaces an earlier one, as in all three. What
cannot be read is passed over: a lease is help, never the policy.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kidgate.documents.file_mark import mark_of
from kidgate.policies.macs import canonical_mac
from kidgate.policies.names import canonical_address

LARGEST = 16_777_216  # bytes
LONGEST_NAME = 64
_ISC = re.compile(r"^\s*lease\s+([0-9.]+)\s*\{(.*?)^\s*\}", re.MULTILINE | re.DOTALL)
_HARDWARE = re.compile(r"hardware\s+ethernet\s+([0-9a-fA-F:]+)\s*;")
_NAME = re.compile(r'client-hostname\s+"([^"]*)"\s*;')
_ENDED = re.compile(r"^\s*binding\s+state\s+(?:free|backup|expired|released)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Lease:
    address: str  # canonical
    mac: str  # canonical
    name: str = ""  # what the device calls itself: shown, never believed


class Leases:
    """The lease files of the house, read again when they change; never raises."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self._seen: tuple[object, ...] | None = None
        self._by_address: Mapping[str, Lease] = {}

    def at(self, address: str) -> Lease | None:
        """The lease of a canonical address."""
        seen = tuple(mark_of(file) for file in self._files)
        if seen != self._seen:
            self._seen = seen
            self._by_address = {
                lease.address: lease for file in self._files for lease in parse(_text(file))
            }
        return self._by_address.get(address)


def parse(text: str) -> Iterator[Lease]:
    """The leases in a file of any of the three forms, in its order."""
    head = text.lstrip()[:200]
    if head.startswith("address,hwaddr"):
        yield from _kea(text)
    elif _ISC.search(text):
        yield from _isc(text)
    else:
        yield from _dnsmasq(text)


def _dnsmasq(text: str) -> Iterator[Lease]:
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 4 and words[0].isdigit():
            # An IPv6 lease has the interface's number where the MAC address stands.
            yield from _lease(words[2], words[1], "" if words[3] == "*" else words[3])


def _kea(text: str) -> Iterator[Lease]:
    for row in csv.DictReader(text.splitlines()):
        if row.get("state") in (None, "", "0"):  # 0: in use
            yield from _lease(
                row.get("address") or "", row.get("hwaddr") or "", row.get("hostname") or ""
            )


def _isc(text: str) -> Iterator[Lease]:
    for address, body in _ISC.findall(text):
        hardware, name = _HARDWARE.search(body), _NAME.search(body)
        if hardware and not _ENDED.search(body):
            yield from _lease(address, hardware[1], name[1] if name else "")


def _lease(address: str, mac: str, name: str) -> Iterator[Lease]:
    shown = "".join(c for c in name if c.isprintable())[:LONGEST_NAME]
    try:
        yield Lease(canonical_address(address), canonical_mac(mac), shown.rstrip("."))
    except ValueError:
        return


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST).decode("utf-8", "replace")
    except OSError:
        return ""
