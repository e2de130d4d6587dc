"""How much of a body is read. Everything that grows with its input has its bound here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one body; what lies beyond them is named in `unread`."""

    size: int = 2_000_000  # bytes after decoding
    ratio: int = 250  # decoded bytes per received byte, counted once GRACE bytes are out
    codings: int = 3  # content codings on top of each other
    tags: int = 150_000  # of HTML, or quotation marks of JSON
    nested: int = 2  # documents inside documents: srcdoc, data URLs, HTML in JSON


GRACE = 256 * 1024  # a small page of one repeated letter is no bomb
LIMITS = Limits()
