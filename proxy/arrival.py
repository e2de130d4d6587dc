"""Stage 1, who: a CONNECT or a request says who it is, and where it wants to go."""

from __future__ import annotations

from mitmproxy import http

from kidgate.policies.model import Decision, Verdict
from kidgate.policies.names import InvalidName, parse_authority
from kidgate.proxy.answers import block_response, login_response
from kidgate.proxy.fields import drop
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.peers import Peer, credentials
from kidgate.proxy.visits import NO_NAME, visit_of_name

OURS = frozenset((b"proxy-authorization", b"proxy-connection"))  # what a client says to us alone


def log_in(gateway: Gateway, peer: Peer, request: http.Request) -> bool:
    """Take the proxy login off a request; False: there was none, or a wrong one, and one is
    needed."""
    header = request.headers.get("proxy-authorization", "")
    drop(request.headers, OURS)
    if header:
        pair = credentials(header)
        device = gateway.snapshot.device_with(*pair) if pair else None
        if device is None:
            return False
        peer.login = device.key
    return bool(peer.login) or not gateway.require_login


async def connect(gateway: Gateway, flow: http.HTTPFlow) -> None:
    """A CONNECT. A blocked name on a device that trusts our CA is let in, to be shown why."""
    peer, request = gateway.peers.by_id[flow.client_conn.id], flow.request
    if not log_in(gateway, peer, request):
        flow.response = login_response()
        return
    fault, host, port = "", NO_NAME, request.port
    try:
        host, port = parse_authority(f"{_bracketed(request.host)}:{request.port}", 443)
    except InvalidName as invalid:
        fault = str(invalid)
    peer.connect, peer.sni = "", ""
    device = gateway.device_of(peer)
    visit = visit_of_name(host, port, peer, device, gateway.now(), fault)
    decision = gateway.judge(visit)
    peer.connect = host
    if may_enter(decision, trusts_ca=device is None or device.trusts_ca):
        return
    decision, entry_id = await gateway.stop(visit, decision, peer)
    flow.response = block_response(
        gateway.pages, gateway.snapshot, visit, decision, entry_id, request
    )


def may_enter(decision: Decision, *, trusts_ca: bool) -> bool:
    """Refused at the door: what no page inside TLS could explain, or nobody could read it."""
    if decision.verdict is Verdict.ALLOW:
        return True
    hopeless = decision.reason.value in ("malformed", "port", "private_destination")
    return trusts_ca and not hopeless


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
