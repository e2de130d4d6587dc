"""Streams that are no talk: each piece is judged with what came before it."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest
from mitmproxy.test import tflow, tutils

from kidgate.content.phrases.loading import analyser
from kidgate.policies.model import Action, Facts, Stage, Visit
from kidgate.policies.phrases import Phrase
from kidgate.policies.rows import RuleRow
from kidgate.proxy.content import streams
from kidgate.proxy.content.analysers import Lists
from kidgate.proxy.gateway import Gateway
from tests.proxy.content.test_held import TIER as STRICTEST
from tests.proxy.content.test_held import heart, visit

TIER = replace(STRICTEST, text_limits={"gambling": 45.0})

CALM = b"data: tre xanh m\xe1\xbb\x8dc quanh l\xc3\xa0ng\n\n"
FIRST, SECOND = "data: tài xỉu\n\n".encode(), "data: lô đề\n\n".encode()
EVENTS = "text/event-stream"


class Handler:
    """Says whether a connection was cut."""

    def __init__(self) -> None:
        self.was_cut = False

    def cut(self) -> None:
        self.was_cut = True


class Peer:
    address = "127.0.0.1"

    def __init__(self) -> None:
        self.handler = Handler()


def streamed(
    gate: Gateway,
    pieces: Sequence[bytes],
    kind: str = EVENTS,
    coding: str = "",
    one: Visit | None = None,
) -> tuple[bytes, bool, str]:
    """What of a stream arrives, whether it was cut, and why nobody reads it."""
    coded = [(b"content-encoding", coding.encode())] if coding else []
    fields = [(b"content-type", kind.encode()), *coded]
    flow = tflow.tflow(resp=tutils.tresp(headers=streams.http.Headers(fields)))
    assert flow.response is not None
    flow.response.stream = True
    peer = cast(Any, Peer())

    async def run() -> tuple[bytes, str]:
        unread = streams.listen(gate, flow, peer, one or visit(Stage.RESPONSE))
        listener = flow.response.stream  # type: ignore[union-attr]
        if not callable(listener):
            return b"".join(pieces), unread
        sent = b"".join([bytes(listener(piece)) for piece in (*pieces, b"")])  # type: ignore[arg-type]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return sent, unread

    sent, unread = asyncio.run(run())
    return sent, peer.handler.was_cut, unread


def test_stream_is_cut_where_it_says_too_much_and_not_before() -> None:
    gate = heart(TIER)
    sent, cut, _ = streamed(gate, (CALM, FIRST, CALM, SECOND, CALM))
    assert (sent, cut) == (CALM + FIRST + CALM, True)
    (entry,) = cast(Any, gate.recorder).entries
    assert (entry.reason, entry.category) == ("page_text", "gambling")


@pytest.mark.parametrize("kind", [EVENTS, "application/x-ndjson", "application/x-json-stream"])
def test_every_kind_of_stream_is_read(kind: str) -> None:
    line = json.dumps({"text": "tài xỉu, lô đề"}).encode() + b"\n"
    if kind == EVENTS:
        line = b"data: " + line + b"\n"
    assert streamed(heart(TIER), (line,), kind) == (b"", True, "")


def test_calm_stream_goes_on_all_day() -> None:
    piece = CALM * 1000
    sent, cut, _ = streamed(heart(TIER), [piece] * 60)
    assert len(sent) == 60 * len(piece) > 2_000_000
    assert not cut


def test_words_that_stand_far_apart_are_no_page() -> None:
    sent, cut, _ = streamed(heart(TIER), (FIRST, CALM * 400, SECOND))
    assert sent.endswith(SECOND) and not cut


def test_coded_stream_is_read_too() -> None:
    assert streamed(heart(TIER), (gzip.compress(FIRST + SECOND),), coding="gzip")[1]
    flushed = zlib.compressobj(wbits=31)
    piece = flushed.compress(CALM) + flushed.flush(zlib.Z_SYNC_FLUSH)
    assert streamed(heart(TIER), (piece,), coding="gzip")[:2] == (piece, False)


def test_stream_that_nobody_can_read_follows_the_tier() -> None:
    assert streamed(heart(TIER), (CALM,), coding="bz2")[:2] == (b"", True)
    gate = heart(replace(TIER, unjudged=Action.WATCH))
    assert streamed(gate, (CALM, CALM), coding="bz2")[:2] == (CALM + CALM, False)


def test_stream_is_unread_while_there_are_no_phrases() -> None:
    gate = heart(TIER)
    gate.analysers.lists = None
    assert streamed(gate, (CALM,))[2] == "phrase lists are not there"


@pytest.mark.parametrize(
    "gate",
    [
        heart(replace(TIER, text_limits={})),
        heart(TIER, rules=(RuleRow(1, "everyone", "good.example", Action.ALLOW),)),
    ],
    ids=["no limits", "allowed by an adult"],
)
def test_nobody_listens_where_it_changes_nothing(gate: Gateway) -> None:
    assert streamed(gate, (FIRST, SECOND)) == (FIRST + SECOND, False, "")


def test_child_in_need_is_not_cut_off() -> None:
    gate = heart(replace(TIER, text_limits={"self_harm": 10.0}))
    words = [Phrase((text,), 90, "self_harm", "t") for text in ("muốn chết", "rạch tay")]
    gate.analysers.lists = Lists(analyser(words))
    said = "data: muốn chết, rạch tay\n\n".encode()
    assert streamed(gate, (said, CALM))[:2] == (said + CALM, False)
    page = replace(visit(Stage.RESPONSE), facts=Facts(resource="document"))
    assert streamed(gate, (said,), one=page)[1]
