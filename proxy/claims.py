"""What a browser says of a request itself: which page asks, and what for.

Scripts of a page cannot set Sec-Fetch-Dest and Origin, but a client that is no browser says what
it likes. So these only ever choose among the rules of filter lists that ask for them; no name that
is blocked is opened by them (`lists/rules/text.py`, `lifts_names`).
"""

from __future__ import annotations

import re

from mitmproxy import http

from kidgate.policies.names import InvalidName, parse_authority

_ORIGIN = re.compile(r"https?://([^/?#\\]*)", re.IGNORECASE)
# Sec-Fetch-* are not sent to http:// addresses. What browsers send there for a page they open, a
# style sheet and a picture; for everything else it is `*/*`.
_ACCEPTED = {"text/html": "document", "text/css": "style", "image/": "image"}


def initiator_of(headers: http.Headers) -> str:
    """The canonical host of the page that asks: Origin, else Referer. Unknown: empty."""
    origin = headers.get("origin", "null")
    found = _ORIGIN.match(headers.get("referer", "") if origin == "null" else origin)
    try:
        return parse_authority(found[1], 0)[0] if found else ""
    except InvalidName:
        return ""


def resource_of(headers: http.Headers) -> str:
    """What for, in the words of Sec-Fetch-Dest. Unknown: empty."""
    if headers.get("upgrade", "").lower() == "websocket":
        return "websocket"  # Firefox says `empty`
    if said := headers.get("sec-fetch-dest"):
        return str(said)
    accepted = headers.get("accept", "")
    return next((word for start, word in _ACCEPTED.items() if accepted.startswith(start)), "")
