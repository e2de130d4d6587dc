"""The packet filter's sets of devices, kept as the policy and the hour say.

Only on a box that is a gateway. Rules that another program flushed (nftables.service does so when
it is restarted) are put back: without them devices would go past us. When the kernel does not take
a change, the sets stay as they are and health says so; names are judged by the workers all the
same.
"""

from __future__ import annotations

import asyncio
import logging

from kidgate.keeper.writer import Writer
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.proxy.netfilter.apply import CannotApply, installed, nft
from kidgate.proxy.netfilter.members import Members, members, update_text
from kidgate.proxy.who import neighbours
from kidgate.store.alerts import put_alert

logger = logging.getLogger(__name__)
EVERY_SECONDS = 5.0
FLUSHED = {"what": "the packet filter was flushed", "state": "flushed"}


class PacketFilter:
    def __init__(self, writer: Writer, rules: str) -> None:
        """`rules` is the whole table as `gateway install` applies it; empty: only the sets."""
        self._writer = writer
        self._rules = rules
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
            self._put_back()
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

    def _put_back(self) -> None:
        """Where `gateway install` put rules and nobody removed them by `gateway remove`."""
        if self._rules and self._writer.home.gateway.exists() and not installed():
            nft(self._rules)
            self._held = {}
            logger.error("the packet filter was gone and is in force again: who flushed it?")
            with self._writer.database.writing() as session:
                put_alert(session, kind="gateway", facts=FLUSHED, at=self._writer.now())


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
