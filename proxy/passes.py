"""Proof that a child has read a warning: a cookie that the gateway signs and the origin never sees.

No state is kept: every worker can check it. It is bound to the child, the site and an hour.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

COOKIE = "kidgate-pass"
PATH = "/.well-known/kidgate/continue"
SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Passes:
    key: bytes  # 32 random bytes, the same in all workers

    def issue(self, who: str, site: str, now: float) -> str:
        until = int(now) + SECONDS
        return f"{until}.{self._mac(who, site, until)}"

    def valid(self, value: str, who: str, site: str, now: float) -> bool:
        until, _, mac = value.partition(".")
        if not (until.isascii() and until.isdigit()) or int(until[:12]) < now:
            return False
        right = self._mac(who, site, int(until[:12]))
        # As bytes: text beyond ASCII would make it raise, and a cookie may hold any.
        return hmac.compare_digest(mac.encode(errors="surrogatepass"), right.encode())

    def _mac(self, who: str, site: str, until: int) -> str:
        text = f"{who}\0{site}\0{until}".encode()
        return hmac.new(self.key, text, hashlib.sha256).hexdigest()


def split_cookie(header: str) -> tuple[str, str]:
    """Our pass in a Cookie header, and the header without it."""
    kept, found = [], ""
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            found = value
        elif part.strip():
            kept.append(part.strip())
    return found, "; ".join(kept)


def set_cookie(value: str, *, secure: bool) -> str:
    return f"{COOKIE}={value}; Path=/; Max-Age={SECONDS}; HttpOnly; SameSite=Lax" + (
        "; Secure" if secure else ""
    )
