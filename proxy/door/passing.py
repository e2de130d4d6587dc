"""A connection that was judged and stays closed to us: its bytes, and whose time they are."""

from __future__ import annotations

import asyncio
import logging
import socket

from kidgate.policies.model import Visit
from kidgate.proxy.door.caller import Caller
from kidgate.proxy.door.relay import Relay
from kidgate.proxy.visits import asked_by

logger = logging.getLogger(__name__)


class Passing:
    """From the verdict to the end, which is that of the caller too."""

    __slots__ = ("_caller", "_moved", "_origin", "_relay", "_visit")

    def __init__(self, caller: Caller, origin: socket.socket, visit: Visit) -> None:
        self._caller, self._origin, self._visit = caller, origin, visit
        self._moved = asyncio.get_running_loop().time()
        self._relay = Relay(caller.sock, origin, self._over)

    def begin(self) -> None:
        """With what the client has said already."""
        caller = self._caller
        caller.gateway.usage.follow(self._relay, self._now)
        caller.pass_on(self)
        first = bytes(caller.read)
        caller.read.clear()
        self._relay.start(first)

    def cut(self) -> None:
        self._relay.stop()

    def look(self, now: float) -> None:
        """Ends it when nothing has moved for too long."""
        if self._relay.stirred:
            self._relay.stirred = False
            self._moved = now
        elif now - self._moved >= self._caller.gateway.limits.idle_seconds:
            self.cut()

    def _now(self) -> Visit:
        """The visit as whoever has the device now makes it."""
        gateway = self._caller.gateway
        return asked_by(self._visit, gateway.device_of(self._caller.peer), gateway.now())

    def _over(self) -> None:
        gateway = self._caller.gateway
        try:
            gateway.usage.leave(self._relay, gateway.snapshot)
        except Exception as fault:
            logger.exception("the time used on a passed connection is not known")
            gateway.fault(self._visit, f"door: {type(fault).__name__}")
        self._origin.close()
        self._caller.over()
