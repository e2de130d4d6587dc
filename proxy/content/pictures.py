"""Stage 5, pictures: held until they were looked at; one that is not shown is grey instead.

Lists of illegal material are always looked up, whatever the tier. A house without lists and without
a model holds no picture.
"""

from __future__ import annotations

from dataclasses import replace

from mitmproxy import http

from kidgate.content.images.replace import grey
from kidgate.content.images.sniff import look
from kidgate.content.images.verdict import Label
from kidgate.content.images.worth import LARGEST_BYTES
from kidgate.policies.model import Facts, Visit
from kidgate.proxy.content.matters import pictures_matter
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.pages.languages import choose_language
from kidgate.proxy.visits import content_type_of

LARGE_AT_ONCE = 4  # pictures of more than `held_bytes`, in one worker
LABEL = "kidgate-label"  # what a picture says of its own making: ai_made, ai_edited


def wanted(gateway: Gateway, visit: Visit, flow: http.HTTPFlow) -> bool:
    """Whether a response must be looked at before it goes on."""
    if not is_picture(visit, flow):
        return False
    return are_judged(gateway, visit) or are_labelled(gateway, visit)


def are_labelled(gateway: Gateway, visit: Visit) -> bool:
    """Whether pictures that AI made say so to whoever asks for them."""
    pictures = gateway.analysers.pictures
    tier = gateway.snapshot.tier_of(visit.child, visit.at).row
    return pictures is not None and tier.ai_label and pictures.draws


def are_judged(gateway: Gateway, visit: Visit) -> bool:
    """Whether it matters what any picture shows."""
    pictures = gateway.analysers.pictures
    if pictures is None or not pictures.active:
        return False
    return pictures.has_lists or pictures_matter(visit, gateway.snapshot)


def longest(gateway: Gateway, flow: http.HTTPFlow) -> int:
    """How many bytes of a response may be held: of a few pictures at once more than of pages, for
    those that phones take are larger."""
    known = gateway.open_visits.get(flow.id)
    if known is None or not is_picture(known[1], flow):
        return 0
    if flow.id not in gateway.large and len(gateway.large) >= LARGE_AT_ONCE:
        return 0
    gateway.large.add(flow.id)
    return LARGEST_BYTES


def is_too_large(response: http.Response) -> bool:
    """Whether it says itself that it is longer than any picture that is judged."""
    length = response.headers.get("content-length", "")
    return length.isascii() and length.isdigit() and int(length) > LARGEST_BYTES


def is_picture(visit: Visit, flow: http.HTTPFlow) -> bool:
    """By its type; or because the page shows it as one, whatever type it says."""
    assert flow.response is not None
    return visit.facts.resource == "image" or content_type_of(flow.response).startswith("image/")


async def read(gateway: Gateway, response: http.Response, data: bytes, facts: Facts) -> Facts:
    """The facts with what the picture shows; its label stands in a header from now on."""
    assert gateway.analysers.pictures is not None
    kind = response.headers.get("content-type", "")
    verdict = await gateway.analysers.pictures.judge(data, kind)
    response.headers.pop(LABEL, None)  # what the origin says there is none of ours
    if verdict.label:
        response.headers[LABEL] = verdict.label.value
    return replace(
        facts,
        images=verdict.scores,
        illegal=verdict.illegal,
        unjudged=facts.unjudged or verdict.unjudged,
    )


async def with_strip(gateway: Gateway, flow: http.HTTPFlow, visit: Visit, data: bytes) -> bytes:
    """What is delivered of a picture that was looked at: one that AI made says so. Where that
    cannot be drawn, it is the picture as it came."""
    pictures, response = gateway.analysers.pictures, flow.response
    assert pictures is not None and response is not None
    label = response.headers.get(LABEL, "")
    if not label or not are_labelled(gateway, visit):
        return data
    snapshot = gateway.snapshot
    profile = snapshot.profiles.get(visit.child) if visit.child else None
    language = choose_language(
        profile.row.language if profile is not None else "",
        flow.request.headers.get("accept-language", ""),
        snapshot.settings.language,
    )
    return await pictures.with_strip(data, Label(label), language)


def grey_instead(response: http.Response) -> http.Response:
    """A grey picture of the same size."""
    body, kind = grey(look(response.raw_content or b""))
    return http.Response.make(200, body, {"Content-Type": kind, "Cache-Control": "no-store"})
