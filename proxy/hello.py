"""Stage 3, hello: by SNI and address: refuse, pass through untouched, or decrypt."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

from mitmproxy.tls import ClientHello, ClientHelloData

from kidgate.policies.model import Decision, Reason, Verdict, Visit
from kidgate.policies.names import InvalidName, canonical_host
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.peers import Peer
from kidgate.proxy.visits import NO_NAME, resolved, visit_of_name

SERVER_NAME = 0  # RFC 6066 section 3
ENCRYPTED_HELLO = 0xFE0D  # RFC 9849 section 10.1


def hello(gateway: Gateway, data: ClientHelloData) -> Awaitable[None] | None:
    """Judge a ClientHello by the names it gives."""
    peer = gateway.peers.by_id[data.context.client.id]
    peer.sni, fault = sni_of(data.client_hello)
    address = data.context.server.address
    host = peer.connect
    if not host:
        fault = "TLS to the proxy port itself is not served"
    port = address[1] if address else 443
    device = gateway.device_of(peer)
    visit = visit_of_name(host or NO_NAME, port, peer, device, gateway.now(), fault)
    if device is not None and not device.trusts_ca and hides_its_name(data.client_hello):
        visit = replace(visit, facts=replace(visit.facts, tunnel="ech"))
    addresses = gateway.resolver.known(host) if host else ()
    if addresses is None:
        return _hello_later(gateway, data, peer, visit)
    return _act(gateway, data, peer, resolved(visit, addresses))


async def _hello_later(gateway: Gateway, data: ClientHelloData, peer: Peer, visit: Visit) -> None:
    addresses = await gateway.resolver.resolve(visit.url.host)
    waiting = _act(gateway, data, peer, resolved(visit, addresses))
    if waiting is not None:
        await waiting


def _act(
    gateway: Gateway, data: ClientHelloData, peer: Peer, visit: Visit
) -> Awaitable[None] | None:
    decision, device = gateway.judge(visit), gateway.device_of(peer)
    trusts_ca = device is None or device.trusts_ca
    if decision.verdict is Verdict.ALLOW and not decision.decrypt:
        data.ignore_connection = True
        gateway.open_visits[data.context.client.id] = (peer, visit)
        return gateway.write(visit, decision, peer) if decision.watch else None
    if decision.stops and (not trusts_ca or decision.reason is Reason.MALFORMED):
        data.ignore_connection = True
        peer.refused = True
        return _refuse(gateway, visit, decision, peer)
    return None


async def _refuse(gateway: Gateway, visit: Visit, decision: Decision, peer: Peer) -> None:
    await gateway.stop(visit, decision, peer)


def hides_its_name(client_hello: ClientHello) -> bool:
    """Whether the true name may lie in an encrypted hello.

    Browsers send an empty one (GREASE) with every hello, and nobody can tell the two apart: so it
    counts only where we cannot look inside TLS, and there by tier.
    """
    return any(kind == ENCRYPTED_HELLO for kind, _ in client_hello.extensions)


def sni_of(client_hello: ClientHello) -> tuple[str, str]:
    """The canonical SNI and what is wrong with it: one that mitmproxy cannot read is no missing
    one."""
    if client_hello.sni is None:
        odd = any(kind == SERVER_NAME for kind, _ in client_hello.extensions)
        return "", "the server name in the TLS hello cannot be read" if odd else ""
    try:
        return canonical_host(client_hello.sni), ""
    except InvalidName as invalid:
        return "", str(invalid)
