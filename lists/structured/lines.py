"""One rule of AdGuard Home where it stands inside of its configuration."""

from __future__ import annotations

from kidgate.lists.entries import Entries
from kidgate.lists.formats import adblock_rules
from kidgate.lists.formats.grammar import Opening
from kidgate.lists.items import Said
from kidgate.lists.rules.dialects import host_regex


def rule(text: str, entries: Entries) -> Said:
    """A rule in the Adblock dialect, a hosts line, or `/regex/`: a DNS server sees hosts alone."""
    text = text.strip()
    exception, bare = text.startswith("@@"), text.removeprefix("@@")
    if len(bare) > 2 and bare[0] == bare[-1] == "/":
        return (host_regex(bare[1:-1], exception=exception),)
    return adblock_rules.opened(Opening(entries))(text)
