"""Forms on our own pages: which body is one, what it says, whose page it stood on."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from mitmproxy import http

FIELDS = 5


def has_form(request: http.Request, most: int) -> bool:
    """Whether the whole request has to be awaited: it is a form of at most so many bytes."""
    size = request.headers.get("content-length", "")
    small = size.isascii() and size.isdigit() and int(size[:9]) <= most
    return request.method == "POST" and small and "transfer-encoding" not in request.headers


def fields_of(request: http.Request, most: int) -> dict[str, str]:
    """The form; empty when it is none."""
    body = (request.raw_content or b"")[:most]
    try:
        found = parse_qs(
            body.decode("ascii"), strict_parsing=True, max_num_fields=FIELDS, keep_blank_values=True
        )
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def is_ours(request: http.Request, host: str) -> bool:
    """Whether the browser says nothing against the form having stood on a page of this host.

    Browsers say `Origin: null`, for our pages give no referrer (Fetch, 3.2.1).
    """
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = str(request.headers.get("origin", "null"))
    try:
        return origin == "null" or urlsplit(origin).hostname == host
    except ValueError:
        return False
