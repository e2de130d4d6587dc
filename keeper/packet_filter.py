"""The packet filter's sets of devices, kept as the policy and the hour say.

Only on a box that is a gateway. When the kernel does not take a change, the sets stay as they are
and health says so; names are judged by the workers all the same.
"""

from __future__ import annotations

import asyncio
import logging

from kidgate.keeper.writer import Writer
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.proxy.netfilter.apply import CannotApply, nft
from kidgate.proxy.netfilter.members import Members, members, update_text
from kidgate.proxy.who import neighbours

logger = logging.getLogger(__name__)
EVERY_SECONDS = 5.0


class PacketFilter:
    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._held: Members = {}
        self.fault = ""

    async def run(self) -> None:
        while True:
            await asyncio.to_thread(self.once)
            await asyncio.sleep(EVERY_SECONDS)

    def once(self) -> None:
        """Bring the sets up to date; nothing is done when they are."""
        try:
            snapshot = self._writer.document().compile()
            wanted = members(snapshot, self._writer.now(), learned(snapshot))
            if wanted != self._held:
                nft(update_text(wanted))
                self._held = wanted
            self.fault = ""
        except CannotApply as fault:
            self._held = {}
            if str(fault) != self.fault:
                logger.error("the packet filter is not up to date: %s", fault)
            self.fault = str(fault)
        except Exception as fault:  # the database, the policy: whatever it was, try again
            logger.error("the packet filter waits: %s", fault)
            self.fault = str(fault)


def learned(snapshot: PolicySnapshot) -> dict[str, set[str]]:
    """The addresses at which the neighbour table shows each device: key -> addresses."""
    found: dict[str, set[str]] = {}
    try:
        for address, mac in neighbours.read():
            if key := snapshot.device_of_mac.get(mac):
                found.setdefault(key, set()).add(address)
    except OSError as fault:  # its MAC address is in a set of its own
        logger.error("the neighbour table cannot be read: %s", fault)
    return found
