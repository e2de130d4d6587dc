"""What a browser kept is shown again only where this worker has judged it; pages ask each time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest
from mitmproxy import http
from mitmproxy.test import tflow, tutils

from kidgate.addons.chain import Chain
from kidgate.addons.request import Request
from kidgate.addons.response import Response
from kidgate.policies.model import Action
from kidgate.policies.rows import ProfileRow, RuleRow
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.peers import Peer
from tests.proxy.content.test_held import BETS, CALM, TIER, call, heart
from tests.proxy.stand import ROWS

TAG, DATE = '"v1"', "Mon, 16 Nov 2026 08:00:00 GMT"
KEPT = {"if-none-match": TAG, "if-modified-since": DATE}
NEW = {"etag": TAG, "last-modified": DATE}
HTML = "text/html; charset=utf-8"


def asking(gate: Gateway, headers: dict[str, str], dest: str = "document") -> http.HTTPFlow:
    """A request that was let through, as the origin hears it."""
    fields = {"host": "good.example", **({"sec-fetch-dest": dest} if dest else {}), **headers}
    request = tutils.treq(method=b"GET", headers=_fields(fields))
    request.host, request.port, request.path, request.authority = "good.example", 80, "/", ""
    flow = tflow.tflow(req=request)
    gate.peers.add(flow.client_conn.id, Peer(cast(Any, None), "127.0.0.1"))
    call(_chain(gate), "requestheaders", flow)
    assert flow.response is None
    return flow


def _chain(gate: Gateway) -> Chain:
    return Chain.of(gate, (Request(gate), Response(gate)), ())


def _fields(fields: dict[str, str]) -> http.Headers:
    return http.Headers([(name.encode(), value.encode()) for name, value in fields.items()])


def answer(
    gate: Gateway,
    flow: http.HTTPFlow,
    body: bytes = CALM,
    status: int = 200,
    kind: str = HTML,
    **headers: str,
) -> http.Response:
    """What the child gets of an answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    fields = ({"content-type": kind} if kind else {}) | named
    flow.response = tutils.tresp(content=body, status_code=status, headers=_fields(fields))
    for hook in ("responseheaders", "response"):
        call(_chain(gate), hook, flow)
    assert flow.response is not None
    return flow.response


def conditions(flow: http.HTTPFlow) -> set[str]:
    names = ("if-none-match", "if-modified-since", "if-range", "range")
    return {name for name in names if name in flow.request.headers}


def seen(gate: Gateway, **headers: str) -> Gateway:
    """A house in which the page went through."""
    assert answer(gate, asking(gate, {}), **(headers or NEW)).status_code == 200
    return gate


@pytest.mark.parametrize("dest", ["document", "iframe", "image", "empty", "track", ""])
@pytest.mark.parametrize("header", list(KEPT))
def test_what_nobody_judged_is_asked_for_whole(dest: str, header: str) -> None:
    assert conditions(asking(heart(), {header: KEPT[header]}, dest)) == set()


def test_what_was_judged_may_be_kept() -> None:
    gate = seen(heart())
    for one in (KEPT, *({name: value} for name, value in KEPT.items())):
        flow = asking(gate, one)
        assert conditions(flow) == set(one)
        assert answer(gate, flow, b"", 304, "").status_code == 304


@pytest.mark.parametrize(
    "asked",
    [
        {"if-none-match": '"v2"'},
        {"if-none-match": f'{TAG}, "v2"'},
        {"if-none-match": "*"},
        {"if-none-match": TAG, "if-modified-since": "Tue, 17 Nov 2026 08:00:00 GMT"},
    ],
    ids=["other", "two", "any", "other date"],
)
def test_another_thing_than_what_was_judged_is_asked_for_whole(asked: dict[str, str]) -> None:
    assert conditions(asking(seen(heart()), asked)) == set()


def test_what_was_stopped_or_not_read_is_not_kept() -> None:
    gate = heart()
    assert answer(gate, asking(gate, {}), BETS, **NEW).status_code == 403
    assert conditions(asking(gate, KEPT)) == set()
    gate = heart(replace(TIER, unjudged=Action.WATCH))
    assert answer(gate, asking(gate, {}), status=206, **NEW).status_code == 206
    assert answer(gate, asking(gate, {}), content_encoding="bz2", **NEW).status_code == 200
    assert conditions(asking(gate, KEPT)) == set()


def test_everything_is_judged_again_under_another_policy_or_other_lists() -> None:
    gate = seen(heart())
    gate.snapshot = replace(gate.snapshot, id="2")
    assert conditions(asking(gate, KEPT)) == set()
    gate = seen(heart())
    gate.analysers.changed = lambda: True
    asyncio.run(gate.analysers.look())
    assert conditions(asking(gate, KEPT)) == set()


def test_what_another_child_was_shown_is_judged_again_for_this_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = (ProfileRow("mai", tier="plain"), ProfileRow("an", tier="plain"))
    gate = seen(heart(profiles=both))
    device = replace(ROWS.devices[0], of="an")
    monkeypatch.setattr(Gateway, "device_of", lambda gateway, peer: device)
    assert conditions(asking(gate, KEPT)) == set()


@pytest.mark.parametrize(
    ("gate", "dest"),
    [
        (heart(), "script"),
        (heart(), "video"),
        (heart(replace(TIER, text_limits={}, message_limits={})), "document"),
        (heart(rules=(RuleRow(1, "everyone", "good.example", Action.ALLOW),)), "document"),
    ],
    ids=["script", "video", "no limits", "allowed by an adult"],
)
def test_what_nobody_would_judge_keeps_its_conditions(gate: Gateway, dest: str) -> None:
    asked = KEPT | {"range": "bytes=5-", "if-range": TAG}
    assert conditions(asking(gate, asked, dest)) == set(asked)


def test_what_has_no_words_is_asked_for_whole_once() -> None:
    gate = heart()
    flow = asking(gate, KEPT, "empty")
    assert conditions(flow) == set()
    assert answer(gate, flow, kind="application/zip", **NEW).status_code == 200
    assert conditions(asking(gate, KEPT, "empty")) == set(KEPT)


def test_not_modified_that_nobody_asked_for_follows_the_tier() -> None:
    gate = heart()
    assert answer(gate, asking(gate, KEPT), b"", 304, "").status_code == 403
    gate = heart(replace(TIER, unjudged=Action.WATCH))
    assert answer(gate, asking(gate, KEPT), b"", 304, "").status_code == 304
    (entry,) = cast(Any, gate.recorder).entries
    assert (entry.verdict, entry.reason) == ("allow", "unjudged")
    assert "kept from before" in str(entry)


@pytest.mark.parametrize(
    ("dest", "left"),
    [("document", set()), ("image", set()), ("empty", {"range", "if-range"}), ("", {"range"})],
)
def test_what_is_shown_is_asked_for_whole(dest: str, left: set[str]) -> None:
    asked = {"range": "bytes=9-"} | ({"if-range": TAG} if dest else {})
    assert conditions(asking(heart(), asked, dest)) == left


@pytest.mark.parametrize(
    "kind", ["multipart/byteranges; boundary=x", "multipart/x-mixed-replace;boundary=x"]
)
def test_what_comes_in_pieces_follows_the_tier(kind: str) -> None:
    gate = heart()
    assert answer(gate, asking(gate, {}), kind=kind).status_code == 403
    free = heart(replace(TIER, text_limits={}, message_limits={}))
    assert answer(free, asking(free, {}), kind=kind).status_code == 200


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (None, "no-cache"),
        ("public, max-age=600, immutable", "public, no-cache"),
        ("Max-Age = 600, stale-while-revalidate=60", "no-cache"),
        ("no-store", "no-store"),
        ("No-Cache, private", "No-Cache, private"),
        ('no-cache="set-cookie", s-maxage=9', 'no-cache="set-cookie", no-cache'),
    ],
)
def test_browser_asks_for_a_page_each_time(said: str | None, told: str) -> None:
    gate = heart()
    fields = {} if said is None else {"cache_control": said}
    shown = answer(gate, asking(gate, {}), **fields)
    assert shown.headers["cache-control"] == told


def test_pictures_and_programs_stay_with_the_browser_and_pages_do_not() -> None:
    gate = heart()
    for dest, kind, told in (
        ("image", "image/png", "max-age=9"),
        ("script", "text/javascript", "max-age=9"),
        ("empty", "application/json", "no-cache"),
        ("iframe", "application/pdf", "no-cache"),
        ("", "text/html", "no-cache"),
    ):
        shown = answer(gate, asking(gate, {}, dest), kind=kind, cache_control="max-age=9")
        assert shown.headers["cache-control"] == told, kind


def test_not_modified_does_not_bring_the_old_age_back() -> None:
    gate = seen(heart())
    for dest in ("document", ""):
        shown = answer(gate, asking(gate, KEPT, dest), b"", 304, "", cache_control="max-age=9")
        assert shown.headers["cache-control"] == "no-cache"
