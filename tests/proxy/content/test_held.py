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
from kidgate.content.images.verdict import Label, PictureVerdict
from kidgate.content.images.worth import LARGEST_BYTES
from kidgate.content.phrases.loading import analyser
from kidgate.policies.model import Action, Facts, Stage, Visit
from kidgate.policies.names import parse_url
from kidgate.policies.phrases import Phrase
from kidgate.policies.rows import ProfileRow, RuleRow, TierRow
from kidgate.proxy.content.analysers import Analysers, Lists
from kidgate.proxy.content.pictures import LARGE_AT_ONCE, longest
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


class Judge:
    """Pictures that nobody decodes: what they show is written in them."""

    active, has_lists, marks, draws = True, False, None, False

    def __init__(self) -> None:
        self.seen: list[int] = []

    async def with_strip(self, body: bytes, label: Label, language: str) -> bytes:
        return f"{label} {language}".encode()

    async def judge(self, body: bytes, kind: str = "") -> PictureVerdict:
        self.seen.append(len(body))
        label = Label.AI_MADE if b"made" in body else Label.NONE
        return PictureVerdict({"adult": 90.0 if b"adult" in body else 0.0}, label=label)


def gallery(unjudged: Action = Action.BLOCK) -> tuple[Gateway, Judge]:
    gate, judge = heart(replace(TIER, image_limits={"adult": 50.0}, unjudged=unjudged)), Judge()
    gate.analysers.pictures = cast(Any, judge)
    return gate, judge


def test_picture_is_grey_for_what_it_shows() -> None:
    gate, judge = gallery()
    for body, type_ in ((b"harmless", "image/x-own"), (b"adult", "image/png")):
        flow = arriving(body, "image/x-own")
        assert answered(gate, flow) == 200
        assert flow.response is not None and flow.response.headers["content-type"] == type_
    assert judge.seen == [8, 5]


@pytest.mark.parametrize("unjudged", [Action.WATCH, Action.WARN, Action.BLOCK, Action.ALLOW])
def test_picture_too_large_follows_the_tier(unjudged: Action) -> None:
    passes = unjudged in (Action.WATCH, Action.ALLOW)
    gate, judge = gallery(unjudged)
    said = arriving(b"x", "image/jpeg")
    assert said.response is not None
    said.response.headers["content-length"] = str(LARGEST_BYTES + 1)
    for flow, last in ((said, "response"), (arriving(b"x", "image/jpeg"), "body_too_large")):
        assert answered(gate, flow, last) == (200 if passes else 403)
    assert judge.seen == []
    entries = cast(Any, gate.recorder).entries
    assert [entry.reason for entry in entries] == ["unjudged"] * (
        0 if unjudged is Action.ALLOW else 2
    )
    assert all("too large" in str(entry) for entry in entries)


def test_a_few_large_pictures_are_held_at_once() -> None:
    gate, _ = gallery()
    flows = [arriving(b"x", "image/jpeg") for _ in range(LARGE_AT_ONCE + 1)]
    for flow in flows:
        open_flow(gate, flow)
    assert [longest(gate, flow) for flow in flows] == [LARGEST_BYTES] * LARGE_AT_ONCE + [0]
    assert longest(gate, flows[0]) == LARGEST_BYTES
    call(Chain.of(gate, (Request(gate), Response(gate)), ()), "error", flows[0])
    assert longest(gate, flows[-1]) == LARGEST_BYTES
    page = arriving(CALM)
    open_flow(gate, page)
    assert longest(gate, page) == 0
    assert longest(gate, arriving(b"x", "image/jpeg")) == 0  # nobody's


def test_type_that_browsers_take_is_the_last_of_several() -> None:
    assert held(heart(), arriving(BETS, "image/png;q=1, text/html"))
    assert not held(heart(), arriving(BETS, "text/html, image/png"))


def marking(**changes: Any) -> Gateway:
    """A house that only looks for labels."""
    gate = heart(replace(TIER, ai_label=True), **changes)
    judge = Judge()
    judge.active, judge.draws = False, True
    gate.analysers.pictures = cast(Any, judge)
    return gate


@pytest.mark.parametrize(
    ("own", "accepted", "language"),
    [("", "en-GB,vi;q=0.5", "en"), ("vi", "en", "vi"), ("", "", "vi")],
)
def test_picture_that_ai_made_says_so_in_the_language_of_the_child(
    own: str, accepted: str, language: str
) -> None:
    gate = marking(profiles=(ProfileRow("mai", tier="plain", language=own),))
    flow = arriving(b"made", "image/png")
    flow.request.headers["accept-language"] = accepted
    assert answered(gate, flow) == 200
    assert flow.response is not None
    assert flow.response.content == f"ai_made {language}".encode()
    assert flow.response.headers["kidgate-label"] == "ai_made"


def test_no_strip_where_the_tier_wants_none_or_nothing_is_said() -> None:
    for gate, body in ((gallery()[0], b"made"), (marking(), b"plain")):
        flow = arriving(body, "image/png")
        assert answered(gate, flow) == 200
        assert flow.response is not None and flow.response.content == body


def test_picture_that_is_only_looked_at_for_its_label_is_never_unjudged() -> None:
    gate = marking()
    said = arriving(b"x", "image/jpeg")
    assert said.response is not None
    said.response.headers["content-length"] = str(LARGEST_BYTES + 1)
    for flow, last in ((said, "response"), (arriving(b"x", "image/jpeg"), "body_too_large")):
        assert answered(gate, flow, last) == 200
    gate.held = {"a", "b", "c"}
    flow = arriving(b"made", "image/png")
    call(open_flow(gate, flow), "responseheaders", flow)
    assert flow.response is not None and flow.response.status_code == 200
    assert cast(Any, gate.recorder).entries == []


@pytest.mark.parametrize("gate", [marking(), gallery()[0]], ids=["labels", "pictures"])
def test_words_of_a_drawing_are_read_too(gate: Gateway) -> None:
    drawing = b"<svg><text>" + BETS[3:-4] + b"</text></svg>"
    assert answered(gate, arriving(drawing, "image/svg+xml")) == 403
    assert answered(gate, arriving(b"<svg><text>tre</text></svg>", "image/svg+xml")) == 200
