"""What comes piece by piece: event streams and WebSocket messages. No page fits here: what must
not pass is dropped or cut, once it is written down."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from mitmproxy import http
from mitmproxy.websocket import WebSocketMessage

from kidgate.content.text.coding import Decoder
from kidgate.content.text.limits import Limits
from kidgate.policies.model import Action, Decision, Facts, Reason, Stage, Visit
from kidgate.proxy.content.chats import lets_go_on
from kidgate.proxy.content.ears import Ear, Talk, Words
from kidgate.proxy.content.matters import text_matters
from kidgate.proxy.content.pages import ENDLESS, IN_PIECES, may_be_judged
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.peers import Peer
from kidgate.proxy.visits import content_type_of

# A stream may go on all day; what is held of it has its own bound.
NO_END = Limits(size=1 << 62)


def listen(gateway: Gateway, flow: http.HTTPFlow, peer: Peer, visit: Visit) -> str:
    """Read along with an answer that streams, where what it says matters; why nobody can, or
    nothing."""
    response, talks = flow.response, gateway.analysers.talks
    assert response is not None
    kind = content_type_of(response)
    if kind in IN_PIECES and may_be_judged(gateway, visit):
        return "it comes in pieces"
    if kind not in ENDLESS:
        return ""
    if gateway.analysers.missing:
        return gateway.analysers.missing
    row = talks.at(visit, gateway.snapshot) if talks is not None else None
    if talks is not None and row is not None:
        if gateway.analysers.talk_matters(visit, gateway.snapshot):
            response.stream = Listener(gateway, peer, visit, response, Talk(talks, row, visit))
    elif text_matters(visit, gateway.snapshot):
        response.stream = Listener(gateway, peer, visit, response, Words(gateway.analysers, visit))
    return ""


class Listener:
    """For `response.stream`: hands each piece on once it was judged; after a stop nothing more."""

    def __init__(
        self, gateway: Gateway, peer: Peer, visit: Visit, response: http.Response, ear: Ear
    ) -> None:
        self._gateway, self._peer, self._visit, self._ear = gateway, peer, visit, ear
        self._decoder = Decoder(response.headers.get("content-encoding", ""), NO_END)
        ear.begin(response.headers.get("content-type", ""))
        self._ended: asyncio.Task[None] | None = None
        self._told = False

    def __call__(self, chunk: bytes) -> bytes:
        if self._ended is not None:
            return b""
        # An empty piece is the end: so mitmproxy tells it.
        facts = self._ear.hear(self._decoder.feed(chunk), ended=not chunk)
        unread = self._decoder.unread or self._ear.unread
        if facts is None and not unread:
            return chunk
        facts = facts or self._visit.facts
        # Where no page can be shown: see `lets_go_on`.
        facts = replace(facts, unjudged=unread, resource=facts.resource or "stream")
        visit = replace(self._visit, facts=facts, stage=Stage.MESSAGE)
        decision = self._gateway.judge(visit)
        if decision.stops and not lets_go_on(visit, decision):
            self._ended = asyncio.get_running_loop().create_task(
                self._gateway.cut(visit, decision, self._peer)
            )
            return b""
        self._tell(visit, decision)
        return chunk

    def _tell(self, visit: Visit, decision: Decision) -> None:
        """Once for each answer."""
        if decision.notice is None or self._told:
            return
        self._told = True
        self._gateway.soon(self._gateway.write(visit, decision, self._peer))


async def message(gateway: Gateway, peer: Peer, visit: Visit, said: WebSocketMessage) -> None:
    """Judge one WebSocket message; one that must not pass is dropped, and a conversation that must
    not go on is cut."""
    visit = replace(visit, stage=Stage.MESSAGE, facts=_facts(gateway, visit, said))
    decision = gateway.judge(visit)
    if not decision.stops or lets_go_on(visit, decision):
        if decision.notice is not None:
            await gateway.write(visit, decision, peer)
        return
    said.drop()
    await gateway.stop(visit, decision, peer)
    if decision.reason is Reason.MESSAGE and peer.handler is not None:
        peer.handler.cut()


def message_matters(gateway: Gateway, visit: Visit) -> bool:
    """Whether anything that is said on a WebSocket may stop it, or is told."""
    snapshot = gateway.snapshot
    tier = snapshot.tier_of(visit.child, visit.at).row
    return tier.personal_data is not Action.ALLOW or bool(tier.message_limits)


def _facts(gateway: Gateway, visit: Visit, said: WebSocketMessage) -> Facts:
    facts, snapshot, talks = visit.facts, gateway.snapshot, gateway.analysers.talks
    # Where no page can be shown: see `lets_go_on`.
    facts = replace(facts, resource=facts.resource or "websocket")
    content = said.content if not said.is_text else said.text
    if said.from_client:
        told = gateway.analysers.personal_message(visit, snapshot, content)
        facts = replace(facts, personal_data=told.kinds)
    row = talks.at(visit, snapshot) if talks is not None else None
    if talks is None or row is None:
        return facts
    return replace(facts, messages=talks.message(visit, row, content, outgoing=said.from_client))
