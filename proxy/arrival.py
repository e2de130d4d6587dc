"""Stage 1, who: a CONNECT, a SOCKS call or a request says who it is, and where it wants to go."""

from __future__ import annotations

from mitmproxy import http

from kidgate.policies.model import Decision, Verdict
from kidgate.policies.names import InvalidName, parse_authority
from kidgate.proxy.answers import block_response, login_response
from kidgate.proxy.fields import drop
from kidgate.proxy.gateway import Gateway, Stopped
from kidgate.proxy.peers import Peer, credentials
from kidgate.proxy.visits import NO_NAME, visit_of_name

OURS = frozenset((b"proxy-authorization", b"proxy-connection"))  # what a client says to us alone


def log_in(gateway: Gateway, peer: Peer, request: http.Request) -> bool:
    """Take the proxy login off a request; False: there was none, or a wrong one, and one is
    needed."""
    header = request.headers.get("proxy-authorization", "")
    drop(request.headers, OURS)
    if not peer.may_log_in:
        return True
    if header and not log_in_as(gateway, peer, credentials(header)):
        return False
    return knows(gateway, peer)


def log_in_as(gateway: Gateway, peer: Peer, pair: tuple[str, str] | None) -> bool:
    """Whether user and password are a device's; the connection is that device's from now on."""
    device = gateway.snapshot.device_with(*pair) if pair else None
    if device is None:
        return False
    peer.login = device.key
    gateway.peers.hold(peer, device.key)
    return True


def knows(gateway: Gateway, peer: Peer) -> bool:
    """Whether enough is known of who asks; False: a login is needed, and there was none.

    A key or a network card says as much as a login; an address is what the device says it is.
    """
    if peer.login or peer.key or not gateway.require_login:
        return True
    gateway.device_of(peer)  # which looks for the card
    return peer.mac in gateway.snapshot.device_of_mac


async def connect(gateway: Gateway, flow: http.HTTPFlow) -> None:
    """mitmproxy's hook: a CONNECT on a connection that it holds already."""
    peer, request = gateway.peers.by_id[flow.client_conn.id], flow.request
    if not log_in(gateway, peer, request):
        flow.response = login_response()
        return
    stopped = await enter(gateway, peer, *target_of(request))
    if stopped is not None:
        flow.response = block_response(gateway.pages, gateway.snapshot, *stopped, request)


def target_of(request: http.Request) -> tuple[str, int, str]:
    """Canonical host and port of a CONNECT, and what is wrong with them."""
    try:
        host, port = parse_authority(f"{_bracketed(request.host)}:{request.port}", 443)
        return host, port, ""
    except InvalidName as invalid:
        return NO_NAME, request.port, str(invalid)


async def enter(
    gateway: Gateway, peer: Peer, host: str, port: int, fault: str = ""
) -> Stopped | None:
    """Judge where a tunnel shall lead; None: it is let in.

    A blocked name on a device that trusts our CA is let in, to be shown why.
    """
    peer.connect, peer.sni = "", ""
    device = gateway.device_of(peer)
    visit = visit_of_name(host, port, peer, device, gateway.now(), fault)
    decision = gateway.judge(visit)
    peer.connect = host
    if may_enter(decision, trusts_ca=device is None or device.trusts_ca):
        return None
    return Stopped(visit, *await gateway.stop(visit, decision, peer))


def may_enter(decision: Decision, *, trusts_ca: bool) -> bool:
    """Refused at the door: what no page inside TLS could explain, or nobody could read it."""
    if decision.verdict is Verdict.ALLOW:
        return True
    hopeless = decision.reason.value in ("malformed", "port", "private_destination")
    return trusts_ca and not hopeless


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
