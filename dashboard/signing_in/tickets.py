"""What a browser carries from one step of a sign-in to the next, and cannot alter: signed with a
secret of this process, good for minutes."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

SECONDS = 300
LONGEST = 1000  # characters


def make_ticket(secret: bytes, what: str, content: list[str], now: datetime) -> str:
    """A ticket for one purpose: none is good for another."""
    return str(_serializer(secret, what, now).dumps(content))


def read_ticket(secret: bytes, what: str, text: str, now: datetime) -> list[str] | None:
    """What was put in; None: it is none of ours, or too old."""
    try:
        found: Any = _serializer(secret, what, now).loads(text[: LONGEST + 1], max_age=SECONDS)
    except BadData:
        return None
    return [str(part) for part in found]


def _serializer(secret: bytes, what: str, now: datetime) -> URLSafeTimedSerializer:
    class Signer(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(now.timestamp())

    kwargs = {"digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(
        secret, salt=f"kidgate: {what}", signer=Signer, signer_kwargs=kwargs
    )
