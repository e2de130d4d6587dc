"""One-time codes of an authenticator app (RFC 6238: SHA-1, 6 digits, 30 seconds)."""

from __future__ import annotations

import hmac
import re
from datetime import datetime

import pyotp

ISSUER = "Kidgate"
SECONDS = 30
DRIFT = 1  # steps that a phone's clock may be off
_CODE = re.compile(r"[0-9]{6}", re.ASCII)


def new_secret() -> str:
    """160 bits in base32."""
    return pyotp.random_base32()


def uri(secret: str, name: str) -> str:
    """`otpauth://...`: what the QR code for the app says."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime, last: int) -> int | None:
    """The step that a code belongs to; None: it is wrong, or no newer than the `last` one used.

    Have it noted (`user.totp_used`) before letting anybody in: of two who send one code at once,
    one is answered `fresh`.
    """
    code = re.sub(r"[\s-]", "", code[:20])
    if not secret or not _CODE.fullmatch(code):
        return None
    totp, today, found = pyotp.TOTP(secret, interval=SECONDS), int(now.timestamp()) // SECONDS, None
    for step in range(today - DRIFT, today + DRIFT + 1):
        right = hmac.compare_digest(totp.generate_otp(step), code)
        if right and step > last:
            found = step
    return found
