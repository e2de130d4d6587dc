"""What a page is told. Plain values as they come from outside: nothing here is escaped yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kidgate.policies.model import JournalLevel, Reason, Verdict


@dataclass(frozen=True, slots=True)
class PageFacts:
    """One stopped request, for the page that explains it."""

    verdict: Verdict
    reason: Reason
    category: str  # empty: none
    site: str  # canonical host
    source: str  # list, entry and line, or the setting
    until: datetime | None  # in the reader's own zone
    name: str  # of the child; empty: nobody known
    age: int  # years; the lowest of the tier, so that words are never too hard
    language: str  # of the profile: vi | en; empty: the browser's
    house_language: str
    entry_id: str  # in the journal
    may_continue: bool
    own_name: str  # host of the gateway's own pages; empty: none


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """Who is asking, for the gateway's own page."""

    name: str
    device: str
    tier: str  # its title, in the page's language
    age: int
    level: JournalLevel
    retention_days: int
