"""From a mitmproxy flow to a Visit: the only code that reads one for the policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from mitmproxy import http

from kidgate.content.text.mime import parsed
from kidgate.policies.model import Facts, Stage, Visit
from kidgate.policies.names import (
    InvalidName,
    Url,
    canonical_host,
    canonical_target,
    parse_authority,
)
from kidgate.policies.rows import DeviceRow
from kidgate.policies.tunnels import tunnel_of_head
from kidgate.proxy.claims import initiator_of, resource_of
from kidgate.proxy.peers import Peer

DEFAULT_PORTS = {"http": 80, "https": 443}
# What a visit is called whose own name cannot be read.
NO_NAME = "invalid.invalid"


def url_of(request: http.Request) -> Url:
    """Where a request would be sent, canonical. Raises InvalidName."""
    path, query = canonical_target(request.path)
    return Url(request.scheme, canonical_host(request.host), request.port, path, query)


def claimed_names(request: http.Request, peer: Peer) -> Iterator[str]:
    """Every other name the client gave for this request. Raises InvalidName."""
    yield from peer.names
    for text in (request.authority, request.headers.get("host", "")):
        if text:
            yield parse_authority(text, request.port)[0]


def fault_of(request: http.Request, *, url_bytes: int) -> str:
    """What is wrong with a parsed request, in words; the bytes of HTTP/1 were checked before."""
    if len(request.path) > url_bytes:
        return f"the address is longer than {url_bytes} bytes"
    if not request.path.startswith("/") and not (
        request.method == "OPTIONS" and request.path == "*"
    ):
        return "the path is malformed"
    if request.method in ("TRACE", "TRACK"):
        return f"the method {request.method} is not served"
    if len(request.headers.get_all("host")) > 1:
        return "the header host stands twice"
    return ""


def visit_of(
    request: http.Request,
    peer: Peer,
    device: DeviceRow | None,
    at: datetime,
    *,
    url_bytes: int,
    known: Callable[[str], tuple[str, ...] | None],
) -> Visit:
    """The visit of a request head; one that cannot be read says so in `facts.malformed`.

    `known` tells the addresses of a host without waiting, or None.
    """
    fault = fault_of(request, url_bytes=url_bytes)
    names: tuple[str, ...] = ()
    url = Url(request.scheme or "http", NO_NAME, request.port, "/")
    try:
        if not fault:
            url, names = url_of(request), tuple(claimed_names(request, peer))
    except InvalidName as invalid:
        fault = str(invalid)
    return Visit(
        url=url,
        at=at,
        child=device.of or None if device else None,
        device=device.key if device else None,
        stage=Stage.REQUEST,
        method=request.method,
        other_names=names,
        facts=Facts(
            malformed=fault,
            addresses=(known(url.host) or ()) if not fault else (),
            initiator=initiator_of(request.headers),
            resource=resource_of(request.headers),
            tunnel=tunnel_of(request),
        ),
    )


def visit_of_name(
    host: str, port: int, peer: Peer, device: DeviceRow | None, at: datetime, fault: str = ""
) -> Visit:
    """The visit of a CONNECT or a ClientHello: a name and a port."""
    return Visit(
        url=Url("https", host, port, "/"),
        at=at,
        child=device.of or None if device else None,
        device=device.key if device else None,
        stage=Stage.HELLO,
        other_names=peer.names,
        facts=Facts(malformed=fault),
    )


def visit_of_fault(host: str, at: datetime) -> Visit:
    """The visit of something that failed before anything better was known of it."""
    return Visit(url=Url("http", host[:253].lower() or NO_NAME, 0, "/"), at=at)


def asked_by(visit: Visit, device: DeviceRow | None, at: datetime) -> Visit:
    """The visit at another moment: by then the device may be another child's."""
    child, key = (device.of or None, device.key) if device else (None, None)
    return replace(visit, at=at, child=child, device=key)


def resolved(visit: Visit, addresses: tuple[str, ...]) -> Visit:
    """The visit, with where it would be sent."""
    return replace(visit, facts=replace(visit.facts, addresses=addresses))


def tunnel_of(request: http.Request) -> str:
    """The tunnel that a request head itself asks for; see `policies.tunnels`."""
    headers = request.headers
    return tunnel_of_head(
        request.path,
        accept=headers.get("accept", ""),
        content_type=headers.get("content-type", ""),
        upgrade=headers.get("upgrade", ""),
    )


def content_type_of(response: http.Response) -> str:
    """Type and subtype; of several the one that browsers take, which is the last."""
    said = str(response.headers.get("content-type", ""))
    if "," in said:
        return parsed(said).essence
    return said.partition(";")[0].strip().lower()
