"""Who reads a page of ours, and how it is answered to them."""

from __future__ import annotations

from typing import NamedTuple

from mitmproxy import http

from kidgate.policies.model import Visit
from kidgate.proxy.answers import HEADERS
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.pages.languages import choose_language

HTML = "text/html; charset=utf-8"


class Reader(NamedTuple):
    """`age`: the lowest of the tier, so that words are never too hard."""

    language: str
    age: int


def reader_of(gateway: Gateway, visit: Visit, request: http.Request) -> Reader:
    snapshot = gateway.snapshot
    profile = snapshot.profiles.get(visit.child) if visit.child else None
    language = choose_language(
        profile.row.language if profile else "",
        request.headers.get("accept-language", ""),
        snapshot.settings.language,
    )
    return Reader(language, snapshot.tier_of(visit.child, visit.at).row.min_age)


def page_response(request: http.Request, status: int, page: str, **more: str) -> http.Response:
    """With our headers. A HEAD gets the same ones and no body (RFC 9110 section 9.3.2)."""
    body = page.encode()
    headers = HEADERS | more | {"Content-Type": HTML}
    response = http.Response.make(status, b"" if request.method == "HEAD" else body, headers)
    response.headers["content-length"] = str(len(body))
    return response


def go(place: str) -> http.Response:
    """Send the browser on with a GET (RFC 9110 section 15.4.4)."""
    return http.Response.make(303, b"", HEADERS | {"Location": place})
