"""Documents inside a document's attributes: `srcdoc` and data URLs, which browsers show."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

# The attribute that holds the URL of what an element shows.
CARRIERS = {"iframe": "src", "frame": "src", "embed": "src", "img": "src", "object": "data"}
_SHOWN = ("text/html", "text/plain", "text/xml", "application/xhtml+xml", "image/svg+xml")


def document_in(name: str, found: Mapping[str, str]) -> str:
    """The markup that one of the CARRIERS has in its attributes, or ""."""
    if name == "iframe" and "srcdoc" in found:
        return found["srcdoc"]
    url = found.get(CARRIERS[name], "")
    start = url[:64].lstrip()[:5].lower()
    return _of_data_url(url.strip()) if start == "data:" else ""


def _of_data_url(url: str) -> str:
    """The text of a data URL (Fetch standard, 6) of a type that is shown as text, else ""."""
    head, _, body = url[5:].partition(",")
    kind = head.lower().replace(" ", "")
    if kind.startswith(("base64", ";")) or not kind:
        kind = "text/plain" + kind
    if not kind.startswith(_SHOWN):
        return ""
    data = unquote_to_bytes(body.encode("utf-8", "replace"))
    if kind.endswith(";base64"):
        data = _of_base64(data)
    return data.decode("utf-8", "replace")


def _of_base64(data: bytes) -> bytes:
    """Forgiving, as browsers are: spaces are skipped, padding may be absent."""
    packed = b"".join(data.split()).rstrip(b"=")
    try:
        return base64.b64decode(packed + b"=" * (-len(packed) % 4))
    except binascii.Error:
        return b""
