"""What stands alone on a line of most formats: a name, an address, CIDR, a URL, a wildcard."""

from __future__ import annotations

import re

from kidgate.lists.entries import Entries, Outcome
from kidgate.lists.report import Skip
from kidgate.lists.rules import dialects

_PREFIX = re.compile(r"\A[*+]?\.")  # as before any name of a list: it and all below it


def name_or_wildcard(text: str, entries: Entries) -> Outcome:
    """The entry; `*.exa*mple.*`, as blocky and AdGuard write it, is a rule on the host."""
    outcome = entries.name_or_url(text)
    if outcome is not Skip.PATTERN:
        return outcome
    return dialects.wildcard(_PREFIX.sub("", text))
