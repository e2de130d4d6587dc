"""Names to addresses, ours: what is judged is what is dialled.

One small cache over name servers of the house's choice, else the system's resolver (`getaddrinfo`),
with the house's static names first. The worker's event loop asks it for every connection it opens,
so that no name is resolved twice with two answers between the verdict and the dial (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kidgate.policies.names import InvalidName, canonical_address, is_address
from kidgate.proxy.door.direct import DirectLoop

CACHE_SECONDS = 60.0
FAILURE_SECONDS = 5.0
CACHE_NAMES = 4096
UNANSWERED = 3  # names in a row: one alone may be a broken zone, so many are a dead name server


class NoAddress(OSError):
    """A name has no address now."""


@dataclass(frozen=True, slots=True)
class Answer:
    addresses: tuple[str, ...]  # canonical
    until: float  # monotonic


class NameServers(Protocol):
    """What `kidgate.proxy.dns.upstream` implements."""

    @property
    def fault(self) -> str: ...

    async def addresses(self, host: str) -> tuple[str, ...]: ...


class Resolver:
    def __init__(
        self,
        static: Mapping[str, Sequence[str]],
        *,
        timeout: float = 5.0,
        servers: NameServers | None = None,
    ) -> None:
        """`servers` are asked instead of the system's resolver."""
        self._static = {name: tuple(addresses) for name, addresses in static.items()}
        self._timeout, self._servers = timeout, servers
        self._cache: OrderedDict[str, Answer] = OrderedDict()
        self._asking: dict[str, asyncio.Task[tuple[str, ...]]] = {}
        self._unanswered: set[str] = set()

    @property
    def fault(self) -> str:
        """What is wrong with the name servers, in words; empty: they answer."""
        if self._servers is not None:
            return self._servers.fault
        count = len(self._unanswered)
        return f"no name server answers: {count} names in a row" if count >= UNANSWERED else ""

    def known(self, host: str) -> tuple[str, ...] | None:
        """What we would dial now without waiting; None when the name must be asked for."""
        if is_address(host):
            return (host,)
        if (addresses := self.fixed(host)) is not None:
            return addresses
        answer = self._cache.get(host)
        return answer.addresses if answer and answer.until > time.monotonic() else None

    async def resolve(self, host: str) -> tuple[str, ...]:
        """Addresses of a canonical host, IPv6 and IPv4 as the system orders them; () when none.

        Never raises but for cancellation; waits at most the time-out.
        """
        known = self.known(host)
        if known is not None:
            return known
        task = self._asking.get(host)
        if task is None:
            task = asyncio.ensure_future(self._ask(host))
            self._asking[host] = task
            task.add_done_callback(lambda _: self._asking.pop(host, None))
        return await asyncio.shield(task)

    def fixed(self, host: str) -> tuple[str, ...] | None:
        """The addresses of the house's own table; None: it does not know the host."""
        found = self._static.get(host)
        if found is None and self._static:
            _, _, parent = host.partition(".")
            found = self._static.get(f"*.{parent}")
        return found

    async def _ask(self, host: str) -> tuple[str, ...]:
        if self._servers is not None:
            addresses = await self._servers.addresses(host)
        else:
            addresses = await self._ask_system(host)
        seconds = CACHE_SECONDS if addresses else FAILURE_SECONDS
        self._cache[host] = Answer(addresses, time.monotonic() + seconds)
        while len(self._cache) > CACHE_NAMES:
            self._cache.popitem(last=False)
        return addresses

    async def _ask_system(self, host: str) -> tuple[str, ...]:
        try:
            found = await asyncio.wait_for(
                asyncio.to_thread(socket.getaddrinfo, host, None, 0, socket.SOCK_STREAM),
                self._timeout,
            )
        except (OSError, UnicodeError) as fault:
            found = []
            self._note(host, answered=not _is_silence(fault))
        else:
            self._note(host, answered=True)
        return tuple(dict.fromkeys(filter(None, (_address(f[4][0]) for f in found))))

    def _note(self, host: str, *, answered: bool) -> None:
        if answered:
            self._unanswered.clear()
        elif len(self._unanswered) < CACHE_NAMES:
            self._unanswered.add(host)


def _is_silence(fault: Exception) -> bool:
    """Whether nobody answered; "there is no such name" is an answer."""
    if isinstance(fault, socket.gaierror):
        return fault.errno == socket.EAI_AGAIN
    return isinstance(fault, TimeoutError)


def _address(text: object) -> str | None:
    try:
        return canonical_address(str(text).partition("%")[0])
    except InvalidName:
        return None


class JudgedLoop(DirectLoop):
    """An event loop whose every dial goes through one resolver."""

    resolver: Resolver | None = None

    async def getaddrinfo(
        self,
        host: Any,
        port: Any,
        *,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        if self.resolver is None or not isinstance(host, str):
            return await super().getaddrinfo(
                host, port, family=family, type=type, proto=proto, flags=flags
            )
        addresses = await self.resolver.resolve(host)
        if not addresses:
            raise NoAddress(f"`{host}` has no address")
        kind = type or socket.SOCK_STREAM
        # Named, for asyncio turns off Nagle's algorithm only where it reads TCP: a streamed body
        # would wait 40 ms for the answer to its head.
        protocol = proto or (socket.IPPROTO_TCP if kind == socket.SOCK_STREAM else 0)
        return [
            (socket.AF_INET6, kind, protocol, "", (a, port, 0, 0))
            if ":" in a
            else (socket.AF_INET, kind, protocol, "", (a, port))
            for a in addresses
        ]
