"""Bodies that are held: which, how many, and that a fault while they are read is a block."""

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
from kidgate.content.phrases.loading import analyser
from kidgate.policies.model import Action, Facts, Stage, Visit
from kidgate.policies.names import parse_url
from kidgate.policies.phrases import Phrase
from kidgate.policies.rows import RuleRow, TierRow
from kidgate.proxy.content.analysers import Analysers, Lists
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.peers import Peer
from tests.proxy.stand import NOW, ROWS, gateway

TIER = TierRow(
    "plain",
    age_tier=True,
    text_limits={"gambling": 10.0},
    message_limits={"grooming": 30.0},
    personal_data=Action.BLOCK,
    unjudged=Action.BLOCK,
)
PHRASES = analyser(
    [Phrase(("tài xỉu",), 90, "gambling", "t"), Phrase(("lô đề",), 90, "gambling", "t")]
)
LISTS = Lists(PHRASES)
BETS, CALM = "<p>tài xỉu, lô đề</p>".encode(), b"<p>tre xanh</p>"
FORM = "application/x-www-form-urlencoded"


def heart(tier: TierRow = TIER, **changes: Any) -> Gateway:
    made = gateway(
        hosts={"good.example": ("127.0.0.1",)}, rows=replace(ROWS, tiers=(tier,), **changes)
    )
    made.analysers = Analysers(load=lambda: LISTS, lists=LISTS)
    return made


def arriving(
    body: bytes, kind: str = "text/html", method: str = "GET", **sent: Any
) -> http.HTTPFlow:
    headers = http.Headers([(b"content-type", kind.encode())] if kind else [])
    answer = tutils.tresp(content=body, headers=headers, **sent)
    return tflow.tflow(req=tutils.treq(method=method.encode()), resp=answer)


def visit(stage: Stage = Stage.REQUEST) -> Visit:
    facts = Facts(addresses=("127.0.0.1",))
    return Visit(parse_url("http://good.example/"), NOW, "mai", "tablet", stage, facts=facts)


def open_flow(gate: Gateway, flow: http.HTTPFlow) -> Chain:
    """A flow whose request went through."""
    gate.peers.add(flow.client_conn.id, Peer(cast(Any, None), "127.0.0.1"))
    gate.open_visits[flow.id] = (gate.peers.by_id[flow.client_conn.id], visit())
    return Chain.of(gate, (Request(gate), Response(gate)), ())


def call(chain: Chain, hook: str, flow: http.HTTPFlow) -> None:
    async def main() -> None:
        waiting = chain.call(hook, flow)
        if waiting is not None:
            await waiting

    asyncio.run(main())


def answered(gate: Gateway, flow: http.HTTPFlow, *last: str) -> int:
    """The status a child gets, after the hooks of a response."""
    chain = open_flow(gate, flow)
    for hook in ("responseheaders", *(last or ("response",))):
        call(chain, hook, flow)
    assert flow.response is not None
    assert gate.held == set()
    return flow.response.status_code


def held(gate: Gateway, flow: http.HTTPFlow) -> bool:
    chain = open_flow(gate, flow)
    call(chain, "responseheaders", flow)
    assert flow.response is not None
    assert (flow.id in gate.held) is not flow.response.stream
    return flow.id in gate.held


def test_page_is_stopped_by_what_it_says() -> None:
    assert answered(heart(), arriving(BETS)) == 403
    assert answered(heart(), arriving(CALM)) == 200
    assert answered(heart(), arriving(BETS), "body_too_large") == 403


@pytest.mark.parametrize(
    "flow",
    [
        arriving(BETS, "image/png"),
        arriving(BETS, "text/css"),
        arriving(BETS, "text/event-stream"),
        arriving(BETS, method="HEAD"),
        arriving(BETS, status_code=304),
    ],
    ids=["picture", "style", "stream", "HEAD", "304"],
)
def test_what_has_no_words_is_not_held(flow: http.HTTPFlow) -> None:
    assert not held(heart(), flow)


def test_body_without_a_type_is_held() -> None:
    assert held(heart(), arriving(BETS, ""))


@pytest.mark.parametrize(
    "gate",
    [
        heart(replace(TIER, text_limits={})),
        heart(rules=(RuleRow(1, "everyone", "good.example", Action.ALLOW),)),
    ],
    ids=["no limits", "allowed by an adult"],
)
def test_nothing_is_held_where_it_changes_nothing(gate: Gateway) -> None:
    assert not held(gate, arriving(BETS))


def test_a_part_of_a_page_is_not_judged_as_a_page() -> None:
    assert answered(heart(), arriving(CALM, status_code=206)) == 403
    watching = heart(replace(TIER, unjudged=Action.WATCH))
    assert answered(watching, arriving(CALM, status_code=206)) == 206
    assert [entry.reason for entry in cast(Any, watching.recorder).entries] == ["unjudged"]


def test_more_than_may_be_held_at_once_follow_the_tier() -> None:
    gate = heart(replace(TIER, unjudged=Action.WATCH))
    flows = [arriving(BETS) for _ in range(gate.limits.held_at_once + 1)]
    assert [held(gate, flow) for flow in flows] == [True] * gate.limits.held_at_once + [False]
    assert [entry.reason for entry in cast(Any, gate.recorder).entries] == ["unjudged"]
    gate.held.clear()
    strict = heart()
    strict.held = {"a", "b", "c"}
    flow = arriving(CALM)
    call(open_flow(strict, flow), "responseheaders", flow)
    assert flow.response is not None and flow.response.status_code == 403


def test_page_is_unjudged_while_there_are_no_phrases() -> None:
    gate = heart()
    gate.analysers = Analysers(load=lambda: LISTS)
    assert answered(gate, arriving(CALM)) == 403
    asyncio.run(gate.analysers.look())
    assert gate.analysers.lists is None  # nothing changed, says its default
    gate.analysers.changed = lambda: True
    asyncio.run(gate.analysers.look())
    assert answered(gate, arriving(CALM)) == 200


def test_phrases_that_cannot_be_read_are_told_and_pages_not_judged() -> None:
    def broken() -> Any:
        raise OSError("the disk is gone")

    gate = heart()
    gate.analysers = Analysers(load=broken, changed=lambda: True, lists=LISTS)
    asyncio.run(gate.analysers.look())
    assert "the disk is gone" in gate.analysers.fault
    assert answered(gate, arriving(CALM)) == 403


def test_fault_while_a_page_is_read_is_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Any:
        raise RuntimeError("made to fail")

    monkeypatch.setattr("kidgate.proxy.content.analysers.page_text", fail)
    for last in ("response", "body_too_large"):
        flow = arriving(CALM)
        assert answered(heart(), flow, last) == 503
        assert flow.response is not None and b"tre xanh" not in (flow.response.content or b"")


def sending(body: bytes, kind: str = FORM, method: str = "POST") -> http.HTTPFlow:
    head = http.Headers([(b"content-type", kind.encode()), (b"host", b"good.example")])
    request = tutils.treq(method=method.encode(), content=body, headers=head)
    request.host, request.port, request.path, request.authority = "good.example", 80, "/", ""
    return tflow.tflow(req=request)


def sent(gate: Gateway, flow: http.HTTPFlow, last: str = "request") -> int | None:
    """The status that stops a request; None: it goes on."""
    gate.peers.add(flow.client_conn.id, Peer(cast(Any, None), "127.0.0.1"))
    chain = Chain.of(gate, (Request(gate), Response(gate)), ())
    for hook in ("requestheaders", last):
        call(chain, hook, flow)
    return flow.response.status_code if flow.response else None


def test_form_is_stopped_by_what_it_tells() -> None:
    for last in ("request", "body_too_large"):
        assert sent(heart(), sending(b"sdt=0912345678"), last) == 403
    assert sent(heart(), sending(b"q=tre")) is None
    assert sent(heart(), sending(b"q=tre"), "body_too_large") == 403  # nobody read the rest


def test_fault_while_a_form_is_read_is_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Any:
        raise RuntimeError("made to fail")

    monkeypatch.setattr("kidgate.proxy.content.analysers.find", fail)
    assert sent(heart(), sending(b"q=tre")) == 503


@pytest.mark.parametrize(
    ("tier", "flow", "is_held"),
    [
        (TIER, sending(b"a", FORM), True),
        (TIER, sending(b"{}", "application/json"), True),
        (TIER, sending(b"", "multipart/form-data; boundary=x"), True),
        (TIER, sending(b"x", "application/octet-stream"), False),
        (TIER, sending(b"a", FORM, "GET"), False),
        (replace(TIER, personal_data=Action.ALLOW, message_limits={}), sending(b"a"), False),
    ],
    ids=["form", "json", "multipart", "file", "GET", "free tier"],
)
def test_only_what_may_tell_something_is_held(
    tier: TierRow, flow: http.HTTPFlow, *, is_held: bool
) -> None:
    gate = heart(tier)
    gate.peers.add(flow.client_conn.id, Peer(cast(Any, None), "127.0.0.1"))
    call(Chain.of(gate, (Request(gate), Response(gate)), ()), "requestheaders", flow)
    assert flow.response is None
    assert (flow.id in gate.held) is is_held
    assert flow.request.stream is not is_held
