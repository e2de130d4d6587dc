"""Facts that a page carries and only this gateway can have written: signed, until a moment.

No state is kept: every worker can check one. Nothing in it is secret from whoever holds it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

LONGEST = 6000  # characters


def seal(key: bytes, purpose: str, fields: Mapping[str, Any], until: float) -> str:
    """`fields` are plain JSON; `purpose` keeps what is made for one page from another."""
    text = json.dumps({**fields, "until": int(until)}, separators=(",", ":"))
    body = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return f"{body}.{_mac(key, purpose, body)}"


def unseal(key: bytes, purpose: str, text: str, now: float) -> dict[str, Any] | None:
    """The fields; None for what we did not seal for this, or whose time is over."""
    body, _, mac = text[: LONGEST + 1].partition(".")
    # As bytes: text beyond ASCII would make it raise, and a form may hold any.
    if not hmac.compare_digest(
        mac.encode(errors="surrogatepass"), _mac(key, purpose, body).encode()
    ):
        return None
    fields: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return fields if now <= fields["until"] else None


def _mac(key: bytes, purpose: str, body: str) -> str:
    said = f"{purpose}\0{body}".encode(errors="surrogatepass")
    return hmac.new(key, said, hashlib.sha256).hexdigest()
