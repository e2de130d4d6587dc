"""What a worker takes for use, of flows as they go by."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from mitmproxy import http, websocket
from mitmproxy.test import tflow
from wsproto.frame_protocol import Opcode

from kidgate.policies.model import Visit
from kidgate.policies.names import parse_url
from kidgate.policies.usage import FLOOR_BYTES, MEDIA_BYTES
from kidgate.proxy import responses
from kidgate.proxy.claims import resource_of
from kidgate.proxy.time_used.notes import Notes
from kidgate.proxy.usage import Usage
from kidgate.proxy.visits import visit_of
from tests.proxy.stand import NOW, gateway

CLICK = {"sec-fetch-dest": "document", "sec-fetch-mode": "navigate", "sec-fetch-user": "?1"}
FETCH = {"sec-fetch-dest": "empty", "sec-fetch-mode": "cors"}


class Box:
    """One gateway, one child, a clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.gateway = gateway()
        self.gateway.usage = Usage(notes=Notes(self.wall, lambda: self.at, "b"))

    def wall(self) -> datetime:
        return NOW + timedelta(seconds=self.at)

    @property
    def usage(self) -> Usage:
        return self.gateway.usage

    def answered(self, fields: dict[str, str], kind: str = "text/html", **more: Any) -> Any:
        """The response head of a request with these headers; what its stream is then."""
        flow = tflow.tflow(resp=True)
        flow.request = http.Request.make("GET", more.get("url", "https://a.example/"), b"", fields)
        flow.response = http.Response.make(200, b"", {"content-type": kind})
        peer: Any = type("Peer", (), {"names": ()})()
        visit = visit_of(
            flow.request,
            peer,
            self.gateway.snapshot.devices["tablet"],
            NOW,
            url_bytes=9999,
            known=lambda host: (),
        )
        assert visit.facts.resource == resource_of(flow.request.headers)
        self.gateway.open_visits[flow.id] = (peer, visit)
        assert responses.response_head(self.gateway, flow) is None
        return flow.response.stream

    @property
    def noted(self) -> list[tuple[float, float]]:
        """From when to when `all` was used."""
        waiting = self.usage.notes._waiting.get("b", {})
        return [(use.first, use.last) for use in waiting.get(("mai", "tablet", "all"), [])]


@pytest.mark.parametrize("fields", [CLICK, {"accept": "text/html,*/*"}])
def test_page_that_is_opened_is_noted(fields: dict[str, str]) -> None:
    box = Box()
    assert box.answered(fields).onward is None
    assert box.noted == [(1000, 1000)]


@pytest.mark.parametrize(
    "fields", [FETCH, {**CLICK, "sec-purpose": "prefetch"}, {"accept": "image/png"}]
)
def test_part_of_a_page_is_not_noted_nor_measured(fields: dict[str, str]) -> None:
    box = Box()
    assert box.answered(fields).onward is None
    assert box.noted == []


def test_video_is_noted_as_it_flows() -> None:
    box = Box()
    stream = box.answered(FETCH, "video/mp4")
    assert stream(b"x" * (MEDIA_BYTES - 1)) == b"x" * (MEDIA_BYTES - 1)
    assert box.noted == []
    for _ in range(10):
        assert stream(b"x" * 1000) == b"x" * 1000
        box.at += 3
    assert stream(b"") == b""
    assert box.noted == [(1000, 1027)]


def test_video_that_stands_still_is_not_noted() -> None:
    box = Box()
    stream = box.answered(FETCH, "video/mp4")
    for _ in range(5):
        stream(b"x" * 1000)
        box.at += 61
    assert box.noted == []


def test_app_is_noted_from_the_floor_on_in_each_minute() -> None:
    box = Box()
    stream = box.answered({}, "application/json")
    stream(b"x" * (FLOOR_BYTES - 1))
    assert box.noted == []
    box.at += 59
    stream(b"xx")
    box.at += 2
    stream(b"x")  # a new minute
    assert box.noted == [(1059, 1059)]


class Wire:
    bytes = 0


def test_relayed_connection_is_noted_by_its_bytes() -> None:
    box, wire, snapshot = Box(), Wire(), gateway().snapshot
    url = visit_at("https://a.example/").url
    box.usage.follow(wire, lambda: Visit(url, NOW, "mai", "tablet"))
    for _ in range(10):  # a keep-alive
        wire.bytes += 2000
        box.at += 30
        box.usage.look_at_relays(snapshot)
    assert box.noted == []
    for _ in range(4):
        wire.bytes += FLOOR_BYTES
        box.at += 30
        box.usage.look_at_relays(snapshot)
    assert box.noted == [(1330, 1420)]
    wire.bytes += FLOOR_BYTES
    box.at += 10
    box.usage.leave(wire, snapshot)
    box.usage.look_at_relays(snapshot)
    assert box.noted == [(1330, 1430)]


def visit_at(url: str) -> Visit:
    return Visit(parse_url(url), NOW, child="mai", device="tablet")


def test_websocket_counts_by_what_the_child_says() -> None:
    box, flow = Box(), tflow.twebsocketflow(messages=False)
    visit, snapshot = visit_at("https://a.example/chat"), gateway().snapshot
    assert flow.websocket is not None

    def say(data: bytes, *, from_client: bool = True) -> None:
        message = websocket.WebSocketMessage(Opcode.TEXT, from_client, data)
        flow.websocket.messages = [message]  # type: ignore[union-attr]
        box.usage.said(flow, visit, snapshot)

    for _ in range(6):
        say(b'{"type":"ping"}')
        say(b"news for you", from_client=False)
        box.at += 30
    assert box.noted == []
    say(b"xin chao")
    box.at += 5
    say(b"ban khoe khong")
    assert box.noted == [(1180, 1185)]
