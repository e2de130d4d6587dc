"""Stage 5, response bodies: held until somebody read them.

`wanted` says which, `judge` what becomes of them: pages by their words, answers of chats by what
they say, pictures by what they show. What is too large is judged by its beginning.
"""

from __future__ import annotations

from dataclasses import replace

from mitmproxy import http

from kidgate.content.images.worth import LARGEST_BYTES
from kidgate.content.text.coding import decode
from kidgate.content.text.limits import Limits
from kidgate.content.text.read import is_readable
from kidgate.content.video import shown
from kidgate.policies.model import Decision, Facts, Reason, Visit
from kidgate.proxy.content import natures, pictures
from kidgate.proxy.content.delivery import deliver
from kidgate.proxy.content.matters import text_matters, video_matters
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.visits import content_type_of

TOO_LARGE = "too large"
PICTURE = Limits(size=LARGEST_BYTES)
BODILESS = frozenset((101, 204, 205, 304))
ENDLESS = frozenset(("text/event-stream", "application/x-ndjson", "application/x-json-stream"))
# Nobody puts these together here; of the second kind there is no end either.
IN_PIECES = frozenset(("multipart/byteranges", "multipart/x-mixed-replace"))
# What content alone can say; the rest was told of at the request.
SAID = frozenset((Reason.PAGE_TEXT, Reason.IMAGE, Reason.VIDEO, Reason.UNJUDGED, Reason.MESSAGE))


def wanted(gateway: Gateway, visit: Visit, flow: http.HTTPFlow) -> bool:
    """Whether a response must be read before it goes on."""
    assert flow.response is not None
    if flow.request.method == "HEAD" or flow.response.status_code in BODILESS:
        return False
    kind = content_type_of(flow.response)
    if kind in ENDLESS or kind in IN_PIECES:
        return False
    return must_be_read(gateway, visit, flow) or pictures.wanted(gateway, visit, flow)


def must_be_read(gateway: Gateway, visit: Visit, flow: http.HTTPFlow) -> bool:
    """Whether it is unjudged when nobody reads it."""
    assert flow.response is not None
    if pictures.is_picture(visit, flow) and pictures.are_judged(gateway, visit):
        return True
    return _has_words(gateway, visit, content_type_of(flow.response))


def may_be_judged(gateway: Gateway, visit: Visit) -> bool:
    """Whether the answer to a request may be one that must be read, whatever its type will be."""
    return pictures.are_judged(gateway, visit) or _words_matter(gateway, visit)


def _has_words(gateway: Gateway, visit: Visit, kind: str) -> bool:
    return is_readable(kind) and _words_matter(gateway, visit)


def _words_matter(gateway: Gateway, visit: Visit) -> bool:
    if not gateway.analysers.reads_text:
        return False
    snapshot = gateway.snapshot
    return (
        text_matters(visit, snapshot)
        or video_matters(visit, snapshot)
        or gateway.analysers.talk_matters(visit, snapshot)
    )


async def judge(
    gateway: Gateway, flow: http.HTTPFlow, visit: Visit, *, cut: bool
) -> tuple[Visit, Decision]:
    """The verdict on a held response, which is made ready to be delivered; `cut`: only its
    beginning is here, and the rest follows as it is."""
    response = flow.response
    assert response is not None
    stopped = natures.judged(gateway, visit, response, response.raw_content or b"")
    if stopped is not None:
        return stopped
    picture, data = pictures.wanted(gateway, visit, flow), None
    if _has_words(gateway, visit, content_type_of(response)):  # of a drawing (SVG) too
        visit, data = await _read(gateway, response, visit, cut=cut)
    if picture:
        visit, data = await _look(gateway, response, visit, cut=cut)
    decision = gateway.judge(visit)
    if data is not None and not decision.stops:
        if picture:
            data = await pictures.with_strip(gateway, flow, visit, data)
        deliver(response, data)
    return visit, decision


async def _read(
    gateway: Gateway, response: http.Response, visit: Visit, *, cut: bool
) -> tuple[Visit, bytes | None]:
    """The visit with what the words of a body say, and what of it may be delivered in its
    place."""
    facts, coding = visit.facts, response.headers.get("content-encoding", "")
    kind = response.headers.get("content-type", "")
    read = await gateway.analysers.text(response.raw_content or b"", kind, coding)
    if isinstance(read, str):
        return _with(visit, replace(facts, unjudged=read)), None
    unread = read.unread or _incomplete(response, cut=cut)
    whole = read.data if coding and not unread else None
    facts = replace(
        facts,
        text=read.scored.scores,
        messages=gateway.analysers.answer(visit, read.data, kind, gateway.snapshot),
        unjudged=unread,
    )
    if video_matters(visit, gateway.snapshot):
        video = shown(visit.url, read.data)
        # What says nothing of what it shows is none of what may be watched.
        facts = replace(facts, video=video.keys or ("unknown",))
    return _with(visit, facts), whole


async def _look(
    gateway: Gateway, response: http.Response, visit: Visit, *, cut: bool
) -> tuple[Visit, bytes | None]:
    """The same of a picture. One that is only looked at for its label need not be read."""
    coding = response.headers.get("content-encoding", "")
    decoded = decode(response.raw_content or b"", coding, PICTURE)
    unread = decoded.unread or _incomplete(response, cut=cut)
    if unread:
        return (unjudged(visit, unread) if pictures.are_judged(gateway, visit) else visit), None
    response.raw_content = decoded.data
    facts = await pictures.read(gateway, response, decoded.data, visit.facts)
    return _with(visit, facts), decoded.data


def unjudged(visit: Visit, why: str) -> Visit:
    """The visit of what nobody can read."""
    return _with(visit, replace(visit.facts, unjudged=why))


def _with(visit: Visit, facts: Facts) -> Visit:
    return replace(visit, facts=facts)


def _incomplete(response: http.Response, *, cut: bool) -> str:
    if cut:
        return TOO_LARGE
    return "a part of it" if response.status_code == 206 else ""


def is_told(decision: Decision) -> bool:
    """Whether an adult is told of what was found and let through."""
    return decision.notice is not None and decision.notice.reason in SAID
