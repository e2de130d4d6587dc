"""Links that answer a request: signed, for one adult, for two days, and good for one answer.

A link alone proves nothing: the hash of its nonce must stand in the row of a request that is open.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

SALT = "kidgate: answer a request"
SECONDS = 48 * 3600
LONGEST = 500  # characters


class DeadLink(ValueError):
    """The link is none of ours, is too old, or has been used."""

    def __init__(self) -> None:
        super().__init__(
            "this link leads nowhere: it was used, is older than two days, or the request was "
            "answered elsewhere; see kidgate request list"
        )


@dataclass(frozen=True, slots=True)
class Link:
    request: int
    user: str
    nonce: str

    @property
    def mark(self) -> str:
        """What the request's row keeps of it."""
        return hashlib.sha256(self.nonce.encode()).hexdigest()


def new_link(request: int, user: str) -> Link:
    return Link(request, user, secrets.token_urlsafe(18))


def dump_link(link: Link, key: bytes, now: datetime) -> str:
    """A link as text for a URL."""
    return str(_serializer(key, now).dumps([link.request, link.user, link.nonce]))


def load_link(text: str, key: bytes, now: datetime) -> Link:
    """The reverse; raises DeadLink for what we did not sign, or not lately."""
    try:
        found = _serializer(key, now).loads(text[: LONGEST + 1], max_age=SECONDS)
    except BadData:
        raise DeadLink from None
    return Link(*found)


def _serializer(key: bytes, now: datetime) -> URLSafeTimedSerializer:
    class Signer(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(now.timestamp())

    kwargs = {"digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(key, salt=SALT, signer=Signer, signer_kwargs=kwargs)
