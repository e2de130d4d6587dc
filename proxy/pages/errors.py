"""The page for a connection that failed inside mitmproxy: nobody blocked it, nobody is known."""

from __future__ import annotations

from kidgate.policies.model import Reason
from kidgate.proxy.pages.parts import DETAIL_LIMIT, Parts
from kidgate.proxy.pages.quoting import shown

ERROR_BAND = "13+"  # whoever reads it: the neutral address
NO_ADDRESS = "no_address"


def error_page(parts: Parts, status: int, message: str) -> str:
    """`message` is the machine's own; it is shown small, as a detail."""
    kind = error_kind(status, message)
    if kind == NO_ADDRESS:
        look = parts.plan.errors[kind]
        title, why = parts.words("errors", kind, "title"), parts.words("errors", kind, "why")
    else:
        look = parts.plan.reasons[kind]
        title = parts.words("reasons", kind, "title", parts.band)
        why = parts.words("reasons", kind, "why", parts.band)
    return parts.page(
        look,
        heading=title,
        why=[why],
        details=parts.details(
            (
                ("detail_reason", kind),
                ("detail_status", str(status)),
                ("detail_message", shown(message, DETAIL_LIMIT)),
            )
        ),
    )


def error_kind(status: int, message: str) -> str:
    """What mitmproxy's error means to a reader: a reason, or `no_address`."""
    said = message.lower()
    if "certificate verify failed" in said:
        return Reason.BAD_CERTIFICATE.value
    if "internal error" in said:
        return Reason.INTERNAL_ERROR.value
    if said.endswith(" has no address"):  # `resolver.NoAddress`
        return NO_ADDRESS
    if status in (502, 504):
        return Reason.UNREACHABLE.value
    return (Reason.MALFORMED if 400 <= status < 500 else Reason.INTERNAL_ERROR).value
