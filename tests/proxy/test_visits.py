"""From a request to a visit: every name is read, and what cannot be read says so."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy import http

from kidgate.policies.model import Visit
from kidgate.policies.rows import DeviceRow
from kidgate.proxy.handler import GatewayHandler
from kidgate.proxy.peers import Peer
from kidgate.proxy.visits import NO_NAME, content_type_of, visit_of, visit_of_name
from tests.proxy.stand import NOW

TABLET = DeviceRow("tablet", of="mai")


def request(url: str = "http://a.example/", method: str = "GET", **headers: str) -> http.Request:
    found = http.Request.make(method, url)
    for name, value in headers.items():
        found.headers[name.replace("_", "-")] = value
    return found


def visit(
    found: http.Request, *, connect: str = "", sni: str = "", device: DeviceRow | None = TABLET
) -> Visit:
    peer = Peer(cast(GatewayHandler, None), "127.0.0.1", connect=connect, sni=sni)
    return visit_of(found, peer, device, NOW, url_bytes=100, known=lambda host: None)


def test_url_is_canonical() -> None:
    url = visit(request("http://A.Example.:8080/x?y=1", Host="a.example:8080")).url
    assert (url.scheme, url.host, url.port, url.path, url.query) == (
        "http",
        "a.example",
        8080,
        "/x",
        "y=1",
    )


def test_every_name_is_told() -> None:
    found = request(host="C.example")
    found.authority = "d.example:80"
    names = visit(found, connect="b.example", sni="s.example").other_names
    assert names == ("b.example", "s.example", "d.example", "c.example")


@pytest.mark.parametrize(
    ("device", "who"),
    [(TABLET, ("mai", "tablet")), (DeviceRow("tv"), (None, "tv")), (None, (None, None))],
)
def test_visit_says_who(device: DeviceRow | None, who: tuple[str | None, str | None]) -> None:
    found = visit(request(), device=device)
    assert (found.child, found.device) == who


def changed(**fields: Any) -> http.Request:
    found = request()
    for name, value in fields.items():
        setattr(found, name, value)
    return found


def two_hosts() -> http.Request:
    found = request()
    found.headers.set_all("host", ["a.example", "a.example"])
    return found


@pytest.mark.parametrize(
    "found",
    [
        changed(path="/" + "a" * 200),
        changed(path="a"),
        changed(path=""),
        changed(path="*"),
        changed(method="TRACE"),
        changed(method="TRACK"),
        changed(host="a b"),
        changed(host="bad\udcff.example"),
        changed(authority="[::1"),
        request(Host="a.example:port"),
        request(Host="a b"),
        two_hosts(),
    ],
)
def test_request_that_cannot_be_read_is_malformed(found: http.Request) -> None:
    read = visit(found)
    assert read.facts.malformed
    assert read.url.path == "/" or read.url.host == NO_NAME or read.url.host == "a.example"


def test_asterisk_of_options_is_well() -> None:
    assert not visit(changed(path="*", method="OPTIONS")).facts.malformed


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_visit_never_raises(host: str, path: str, name: str) -> None:
    found = request(Host=name.encode("utf-8", "replace").decode("latin-1"))
    found.data.host, found.data.path = host, path.encode("utf-8", "replace")
    read = visit(found)
    assert read.facts.malformed or read.url.host


@pytest.mark.parametrize(
    ("headers", "tunnel"),
    [
        ({}, False),
        ({"Upgrade": "websocket"}, False),
        ({"Accept": "application/dns-message"}, True),
        ({"Content_Type": "application/dns-message"}, True),
    ],
)
def test_tunnel_is_known_by_its_head(headers: dict[str, str], tunnel: bool) -> None:
    assert bool(visit(request(**headers)).facts.tunnel) is tunnel


def test_visit_of_a_name_carries_the_fault() -> None:
    peer = Peer(cast(GatewayHandler, None), "127.0.0.1", connect="a.example")
    found = visit_of_name(NO_NAME, 443, peer, None, NOW, "no name")
    assert (found.facts.malformed, found.other_names) == ("no name", ("a.example",))


@pytest.mark.parametrize(
    ("header", "kind"),
    [("Text/HTML; charset=utf-8", "text/html"), ("", ""), (";", ""), (" image/png ", "image/png")],
)
def test_content_type_is_without_its_parameters(header: str, kind: str) -> None:
    assert content_type_of(http.Response.make(200, b"", {"Content-Type": header})) == kind
