"""Stage 3, hello: by SNI and address: refuse, pass through untouched, or decrypt.

The door asks this of every tunnel, before mitmproxy is there (`kidgate.proxy.door`); mitmproxy's
hook asks it again of what the door let in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import replace
from enum import Enum
from typing import Protocol

from mitmproxy.tls import ClientHelloData

from kidgate.policies.model import Decision, Reason, Verdict, Visit
from kidgate.policies.names import InvalidName, canonical_host
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.peers import Peer
from kidgate.proxy.visits import NO_NAME, resolved, visit_of_name

SERVER_NAME = 0  # RFC 6066 section 3
ENCRYPTED_HELLO = 0xFE0D  # RFC 9849 section 10.1


class Hello(Protocol):
    """A ClientHello, by whoever read it."""

    @property
    def sni(self) -> str | None:
        """The server name as it was sent; None: there is none, or it cannot be read."""
        ...

    @property
    def extensions(self) -> Sequence[tuple[int, bytes]]: ...


class Fate(Enum):
    """What becomes of a TLS connection after its hello."""

    OPEN = "open"  # mitmproxy decrypts it; each request is judged
    PASS = "pass"
    REFUSE = "refuse"  # closed unread: nobody could read a page in it


def visit_of_hello(
    gateway: Gateway, peer: Peer, hello: Hello | None, port: int, fault: str = ""
) -> Visit:
    """The visit of a ClientHello, and its name noted; None: it could not be read."""
    if hello is not None:
        peer.sni, fault = sni_of(hello)
    host, device = peer.host, gateway.device_of(peer)
    if not host:
        fault = "TLS to the proxy port itself is not served"
    visit = visit_of_name(host or NO_NAME, port, peer, device, gateway.now(), fault)
    if stray := gateway.stray(peer, host):
        return replace(visit, facts=replace(visit.facts, tunnel=stray))
    if device is None or hello is None:
        return visit
    if hides_its_name(hello):  # then it counts as pinned nowhere: another name may lie within
        tunnel = "" if device.trusts_ca else "ech"
        return replace(visit, facts=replace(visit.facts, tunnel=tunnel))
    pinned = gateway.pinned.holds(device.key, host, visit.at)
    return replace(visit, facts=replace(visit.facts, pinned=True)) if pinned else visit


def fate_of(gateway: Gateway, peer: Peer, decision: Decision) -> Fate:
    """Where the device trusts our CA, what stops it is said inside: there a page can be shown."""
    if decision.verdict is Verdict.ALLOW and not decision.decrypt:
        return Fate.PASS
    device = gateway.device_of(peer)
    trusts_ca = device is None or device.trusts_ca
    if decision.stops and (not trusts_ca or decision.reason is Reason.MALFORMED):
        return Fate.REFUSE
    return Fate.OPEN


def hello(gateway: Gateway, data: ClientHelloData) -> Awaitable[None] | None:
    """mitmproxy's hook: judge a ClientHello by the names it gives."""
    peer = gateway.peers.by_id[data.context.client.id]
    address = data.context.server.address
    visit = visit_of_hello(gateway, peer, data.client_hello, address[1] if address else 443)
    addresses = gateway.resolver.known(visit.url.host) if peer.host else ()
    if addresses is None:
        return _hello_later(gateway, data, peer, visit)
    visit = resolved(visit, addresses)
    return _act(gateway, data, peer, visit, gateway.judge(visit))


async def _hello_later(gateway: Gateway, data: ClientHelloData, peer: Peer, visit: Visit) -> None:
    waiting = _act(gateway, data, peer, *await gateway.judge_resolved(visit))
    if waiting is not None:
        await waiting


def _act(
    gateway: Gateway, data: ClientHelloData, peer: Peer, visit: Visit, decision: Decision
) -> Awaitable[None] | None:
    match fate_of(gateway, peer, decision):
        case Fate.PASS:
            data.ignore_connection = True
            gateway.open_visits[data.context.client.id] = (peer, visit)
            return gateway.write(visit, decision, peer) if decision.watch else None
        case Fate.REFUSE:
            data.ignore_connection = True
            peer.refused = True
            return _refuse(gateway, visit, decision, peer)
        case Fate.OPEN:
            return None


async def _refuse(gateway: Gateway, visit: Visit, decision: Decision, peer: Peer) -> None:
    await gateway.stop(visit, decision, peer)


def hides_its_name(client_hello: Hello) -> bool:
    """Whether the true name may lie in an encrypted hello.

    Browsers send an empty one (GREASE) with every hello, and nobody can tell the two apart: so it
    counts only where we cannot look inside TLS, and there by tier.
    """
    return any(kind == ENCRYPTED_HELLO for kind, _ in client_hello.extensions)


def sni_of(client_hello: Hello) -> tuple[str, str]:
    """The canonical SNI and what is wrong with it: one that mitmproxy cannot read is no missing
    one."""
    if client_hello.sni is None:
        odd = any(kind == SERVER_NAME for kind, _ in client_hello.extensions)
        return "", "the server name in the TLS hello cannot be read" if odd else ""
    try:
        return canonical_host(client_hello.sni), ""
    except InvalidName as invalid:
        return "", str(invalid)
