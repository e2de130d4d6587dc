"""Why a list could not be had, or is not what it says it is. Stable strings."""

from __future__ import annotations

from enum import StrEnum


class Trouble(StrEnum):
    # Of the way there: it may be better in a while.
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    STATUS = "status"  # the server said neither yes nor `not modified`
    TRUNCATED = "truncated"
    # Of the address.
    BAD_LOCATION = "bad_location"
    REDIRECT = "redirect"  # to somewhere we do not follow
    PRIVATE_ADDRESS = "private_address"
    MISSING = "missing"  # no such file
    # Of what was got.
    TOO_LARGE = "too_large"
    ENCODING = "encoding"
    CHECKSUM = "checksum"
    SIGNATURE = "signature"


class FetchFailed(Exception):
    """The list could not be had; the message says what to do.

    `passing`: it may be better in a while. `retry_after`: seconds the server asks for.
    """

    def __init__(
        self,
        reason: Trouble,
        message: str,
        *,
        passing: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.passing = passing
        self.retry_after = retry_after
