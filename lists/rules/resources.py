"""What a request is for: the types of Adblock lists, and the words of Sec-Fetch-Dest.

Adblock names: https://adguard.com/kb/general/ad-filtering/create-own-filters/#content-type-modifiers
and uBlock Origin's. Sec-Fetch-Dest: https://fetch.spec.whatwg.org/#concept-request-destination.
"""

from __future__ import annotations

from collections.abc import Iterator

NAMES = (
    "document",
    "font",
    "image",
    "media",
    "object",
    "other",
    "script",
    "stylesheet",
    "subdocument",
    "websocket",
    "xmlhttprequest",
)
"""Each is one bit of a set of types, in this order; as canonical rules write them."""

BITS = {name: 1 << place for place, name in enumerate(NAMES)}
DOCUMENT = BITS["document"]
ALL = (1 << len(NAMES)) - 1
UNKNOWN = 0  # the visit's type where none was said

_ALSO_WRITTEN = {
    "background": "image",
    "css": "stylesheet",
    "doc": "document",
    "frame": "subdocument",
    "object-subrequest": "object",
    "xhr": "xmlhttprequest",
}
# A gateway cannot tell these from others: a list of types is read as if they did not stand there.
UNSEEN = frozenset({"beacon", "dtd", "ping", "popunder", "popup", "webrtc", "xbl"})

_SEEN = {
    "document": "document",
    "font": "font",
    "image": "image",
    "audio video track": "media",
    "object embed": "object",
    "json manifest report webidentity": "other",
    "script worker sharedworker serviceworker audioworklet paintworklet": "script",
    "style xslt": "stylesheet",
    "iframe frame fencedframe": "subdocument",
    "websocket": "websocket",
    "empty": "xmlhttprequest",
}
_SEEN_BITS = {word: BITS[name] for words, name in _SEEN.items() for word in words.split()}


def bit_of(name: str) -> int:
    """The bit of a type as lists write it, 0 for one of UNSEEN. KeyError for every other word."""
    return 0 if name in UNSEEN else BITS[_ALSO_WRITTEN.get(name, name)]


def seen_as(destination: str) -> int:
    """The bit for a word of Sec-Fetch-Dest; UNKNOWN for no word or a new one."""
    return _SEEN_BITS.get(destination, UNKNOWN)


def names_of(bits: int) -> Iterator[str]:
    return (name for name in NAMES if bits & BITS[name])
