"""The cookie of somebody who has signed in, and the token that every form of theirs carries."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from flask import Request, Response

COOKIE = "kidgate"
SECONDS = 14 * 24 * 3600  # the longest that a session lives
IDLE_SECONDS = 3 * 24 * 3600


def key_of(request: Request) -> str:
    return request.cookies.get(_name(request), "")


def set_key(response: Response, request: Request, key: str) -> None:
    """Give the browser its session: what another site begins never bears it, no script sees it."""
    response.set_cookie(
        _name(request),
        key,
        max_age=SECONDS,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
        path="/",
    )


def clear_key(response: Response, request: Request) -> None:
    response.delete_cookie(_name(request), path="/", secure=request.is_secure, httponly=True)


def csrf_of(key: str) -> str:
    """The token of a session's forms: known to whoever was sent the page, and to nobody else."""
    return hashlib.sha256(f"form {key}".encode()).hexdigest()


def is_from_us(request: Request) -> bool:
    """Whether a browser says that our own page sent this. Programs, which send neither, pass: they
    have no cookie to be borrowed."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return site is not None or not request.cookies
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:
        return False


def has_token(request: Request, key: str) -> bool:
    given = request.form.get("csrf") or request.headers.get("X-Kidgate-Form", "")
    return hmac.compare_digest(given.encode(errors="replace"), csrf_of(key).encode())


def _name(request: Request) -> str:
    return f"__Host-{COOKIE}" if request.is_secure else COOKIE
