"""What speaks no HTTP on a port for HTTP: SSH, OpenVPN, torrents. It is closed unread and without a
word, and journaled as a way around. Which bytes are none is `rfc9112`'s to say."""

from __future__ import annotations

from dataclasses import replace

from kidgate.policies.model import Decision, Reason, Source, Verdict
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.peers import Peer
from kidgate.proxy.visits import NO_NAME, visit_of_name

RAW_TCP = "raw_tcp"  # of a tier's `ways_around`


async def turn_away(gateway: Gateway, peer: Peer, port: int) -> None:
    """Journal one that is closed now. A tier that allows raw TCP has other ports for it: behind
    these, what is said could not be told from a page that is hidden."""
    host = peer.host or peer.target or NO_NAME
    visit = visit_of_name(host, port, peer, gateway.device_of(peer), gateway.now())
    visit = replace(visit, facts=replace(visit.facts, tunnel=RAW_TCP))
    await gateway.stop(visit, _refused(gateway.judge(visit)), peer)


def _refused(decision: Decision) -> Decision:
    """What stops the visit anyway says why better."""
    if decision.verdict is Verdict.BLOCK:
        return decision
    source = Source("gateway", "tunnel", RAW_TCP)
    return replace(
        decision,
        verdict=Verdict.BLOCK,
        reason=Reason.WAY_AROUND,
        source=source,
        category=RAW_TCP,
        rule_id=None,
        exception_rule_id=None,
        rewrite=None,
    )
