"""A client refuses our certificate: whether that is worth telling the keeper, who counts."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from dataclasses import replace

from mitmproxy.tls import TlsData

from kidgate.policies.model import Verdict
from kidgate.policies.names import is_address
from kidgate.proxy.coverage import Seen
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.link import KeeperAway
from kidgate.proxy.peers import Peer
from kidgate.proxy.visits import resolved, visit_of_name

logger = logging.getLogger(__name__)
KEEPER_SECONDS = 2.0
# How `mitmproxy.proxy.layers.tls.ClientTLSLayer.on_handshake_error` says that an alert unknown_ca,
# bad_certificate or certificate_unknown came, or a close where our Finished was to be answered.
REFUSALS = (
    "The client does not trust the proxy's certificate",
    "The client disconnected during the handshake",
)


def failed(gateway: Gateway, data: TlsData) -> Awaitable[None] | None:
    """mitmproxy's hook: a TLS handshake with a client has failed."""
    peer = gateway.peers.by_id.get(data.context.client.id)
    message = data.conn.error or ""
    if peer is None or not message.startswith(REFUSALS):
        return None
    device_row = gateway.device_of(peer)
    gateway.coverage.count(device_row.key if device_row else peer.address, Seen.DISTRUSTED)
    address = data.context.server.address
    device = device_with_pinned_app(gateway, peer, address[1] if address else 443)
    return _tell(gateway, device, peer.host) if device else None


def device_with_pinned_app(gateway: Gateway, peer: Peer, port: int) -> str:
    """The key of the device whose app may have the name unopened; empty: none may."""
    device, host = gateway.device_of(peer), peer.host
    if device is None or not device.trusts_ca or not host or is_address(host):
        return ""
    if not gateway.pinned.trusts(device.key):
        return ""
    visit = visit_of_name(host, port, peer, device, gateway.now())
    visit = resolved(visit, gateway.resolver.known(host) or ())
    visit = replace(visit, facts=replace(visit.facts, pinned=True))
    decision = gateway.judge(visit)
    return device.key if decision.verdict is Verdict.ALLOW and not decision.decrypt else ""


async def _tell(gateway: Gateway, device: str, name: str) -> None:
    try:
        await gateway.who.ask("pinned.failed", seconds=KEEPER_SECONDS, device=device, name=name)
    except KeeperAway as fault:
        logger.info("a refused certificate was not counted: %s", fault)
