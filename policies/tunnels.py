"""Requests that ask for a tunnel by their head alone, whatever host they go to."""

from __future__ import annotations

DNS_TYPES = ("application/dns-message", "application/dns-json")
DNS_PATH = "/dns-query"  # RFC 8484, section 4.1
HARMLESS_UPGRADES = ("", "websocket", "h2c")


def tunnel_of_head(
    path: str, *, accept: str = "", content_type: str = "", upgrade: str = ""
) -> str:
    """The tunnel a request asks for: doh (RFC 8484), upgrade, or none.

    `path` with its query, the others as the headers of those names.
    """
    kinds = (kind.partition(";")[0].strip().lower() for kind in (accept, content_type))
    if path.startswith(DNS_PATH) or any(kind in DNS_TYPES for kind in kinds):
        return "doh"
    return "" if upgrade.lower() in HARMLESS_UPGRADES else "upgrade"
