"""Is a text a web address? Asked without httpx, for the keeper asks too."""

from __future__ import annotations

from urllib.parse import urlsplit

from kidgate.lists.fetching.faults import FetchFailed, Trouble
from kidgate.policies.names import InvalidName, canonical_host

WEB = ("http://", "https://")
EXAMPLE = "https://example.com/list.txt"


def check_url(text: str) -> None:
    """Raises FetchFailed unless it is an http(s) URL without a password."""
    try:
        parts = urlsplit(text)
        host, _ = canonical_host(parts.hostname or ""), parts.port
    except (InvalidName, ValueError) as fault:
        message = f"the web address has no host that can be read ({fault}): give one like {EXAMPLE}"
        raise FetchFailed(Trouble.BAD_LOCATION, message) from fault
    if not text.startswith(WEB):
        raise FetchFailed(
            Trouble.BAD_LOCATION, f"`{text}` is no web address: give one like {EXAMPLE}"
        )
    if "@" in parts.netloc:
        message = f"the address of `{host}` holds a password, which would be shown: leave it out"
        raise FetchFailed(Trouble.BAD_LOCATION, message)
