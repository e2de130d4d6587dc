"""What the network and the house know of an address: its MAC address, its name, who signed in.

Which device has a MAC address, and whose it is, stands in the policy (`snapshot.device_at`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from kidgate.proxy.link import KeeperAway
from kidgate.proxy.who.leases import Lease
from kidgate.proxy.who.sessions import Sessions
from kidgate.proxy.who.strangers import Stranger, Strangers

AGAIN_SECONDS = 1.0  # lease files are looked at anew for an address after this
ADDRESSES = 4096  # remembered as without a lease


class Macs(Protocol):
    """`neighbours.Neighbours`, or nobody."""

    def mac_of(self, address: str) -> str: ...


class LeaseFiles(Protocol):
    """`leases.Leases`, or none."""

    def at(self, address: str) -> Lease | None: ...


class Keeper(Protocol):
    """`kidgate.proxy.link.Link`."""

    async def ask(self, op: str, *, seconds: float, **fields: Any) -> dict[str, Any]: ...


class Nobody:
    """Where nothing is known of the network: each device is what its address says."""

    def mac_of(self, address: str) -> str:
        return ""

    def at(self, address: str) -> Lease | None:
        return None

    async def ask(self, op: str, *, seconds: float, **fields: Any) -> dict[str, Any]:
        raise KeeperAway("there is no keeper")


@dataclass(slots=True)
class Who:
    neighbours: Macs = field(default_factory=Nobody)
    leases: LeaseFiles = field(default_factory=Nobody)
    sessions: Sessions = field(default_factory=Sessions)
    strangers: Strangers = field(default_factory=Strangers)
    keeper: Keeper = field(default_factory=Nobody)
    monotonic: Callable[[], float] = time.monotonic
    _unleased: dict[str, float] = field(default_factory=dict)

    def mac_of(self, address: str) -> str:
        """The canonical MAC address behind a canonical address; empty when nobody knows.

        Who answers on the wire counts more than who asked for the address once.
        """
        mac = self.neighbours.mac_of(address)
        if mac:
            return mac
        now = self.monotonic()
        if now < self._unleased.get(address, now):
            return ""
        lease = self.leases.at(address)
        if lease is not None:
            return lease.mac
        if len(self._unleased) >= ADDRESSES:
            self._unleased.clear()
        self._unleased[address] = now + AGAIN_SECONDS
        return ""

    async def ask(self, op: str, *, seconds: float, **fields: Any) -> dict[str, Any]:
        """Ask the keeper, who holds all limits. Raises KeeperAway."""
        return await self.keeper.ask(op, seconds=seconds, **fields)

    def newcomers(self) -> list[Stranger]:
        """Unknown devices that nobody was told of yet, with the name each gives itself."""
        return [found.named(self._name(found.address)) for found in self.strangers.take()]

    def _name(self, address: str) -> str:
        lease = self.leases.at(address)
        return lease.name if lease is not None else ""
