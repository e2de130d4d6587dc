"""Stage 5, pictures: held until they were looked at; one that is not shown is grey instead.

Lists of illegal material are always looked up, whatever the tier. A house without lists and without
a model holds no picture.
"""

from __future__ import annotations

from dataclasses import replace

from mitmproxy import http

from kidgate.content.images.replace import grey
from kidgate.content.images.sniff import look
from kidgate.policies.model import Facts, Visit
from kidgate.proxy.content.matters import pictures_matter
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.visits import content_type_of

LABEL = "kidgate-label"  # what a picture says of its own making: ai_made, ai_edited


def wanted(gateway: Gateway, visit: Visit, flow: http.HTTPFlow) -> bool:
    """Whether a response must be looked at before it goes on."""
    pictures = gateway.analysers.pictures
    if pictures is None or not is_picture(visit, flow) or not pictures.active:
        return False
    return pictures.has_lists or pictures_matter(visit, gateway.snapshot)


def is_picture(visit: Visit, flow: http.HTTPFlow) -> bool:
    """By its type; or because the page shows it as one, whatever type it says."""
    assert flow.response is not None
    return visit.facts.resource == "image" or content_type_of(flow.response).startswith("image/")


async def read(gateway: Gateway, response: http.Response, data: bytes, facts: Facts) -> Facts:
    """The facts with what the picture shows; its label stands in a header from now on."""
    assert gateway.analysers.pictures is not None
    kind = response.headers.get("content-type", "")
    verdict = await gateway.analysers.pictures.judge(data, kind)
    if verdict.label:
        response.headers[LABEL] = verdict.label.value
    return replace(facts, images=verdict.scores, illegal=verdict.illegal, unjudged=verdict.unjudged)


def grey_instead(response: http.Response) -> http.Response:
    """A grey picture of the same size."""
    body, kind = grey(look(response.raw_content or b""))
    return http.Response.make(200, body, {"Content-Type": kind, "Cache-Control": "no-store"})
