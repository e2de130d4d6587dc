"""What a plan is made on: the categories, services, tiers and known feeds of this house."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from kidgate.documents.builtin import category_key, load_categories
from kidgate.documents.moving.plan import Feed
from kidgate.policies.edits import slug
from kidgate.policies.model import Action
from kidgate.policies.rows import TierRow

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]+(?:_[A-Za-z0-9]+)*")
# Categories whose sites pass undecrypted: no folder's name is to be trusted with that.
_TRUSTED = frozenset({"bank", "health_records", "government_identity", "updates"})
# Blocked for all, and so in no tier.
_SECURITY = frozenset({"malware", "phishing", "scam", "impersonation", "cryptojacking"})


@dataclass(frozen=True, slots=True)
class Ground:
    services: Callable[[str], str | None]  # a service's key by any of its names
    tiers: Mapping[str, TierRow]
    zone: str = "Etc/UTC"  # of the house
    tier: str = ""  # for people of whom the configuration says no age
    category: str = ""  # for lists of which nothing says what they are about
    catalogue: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # URL -> name, category

    def known_category(self, name: str) -> str | None:
        """The category that lists call so; None when no list from elsewhere can have it."""
        key = category_key(name)
        return key if key in _feed_categories() - _TRUSTED else None

    def feed(self, url: str, about: str, name: str) -> Feed | None:
        """A list from the web; None when nothing says what it is about. `about`: said of it."""
        if found := self.catalogue.get(url.strip()):
            return Feed(found[0], found[1], url)
        category = self._subject(url) or self._subject(about) or self.category
        return Feed(name, category, url) if category else None

    def _subject(self, text: str) -> str:
        """The last word that names something to block: in addresses others say who keeps a list."""
        found = [key for word in _WORD.findall(text) if (key := self.known_category(word))]
        return next((key for key in reversed(found) if key in self._blocked), "")

    @property
    def _blocked(self) -> frozenset[str]:
        """What some tier blocks."""
        rows = (row for tier in self.tiers.values() for row in (tier.categories, tier.ways_around))
        blocked = (key for row in rows for key, action in row.items() if action is Action.BLOCK)
        return frozenset(blocked) | _SECURITY


@cache
def _feed_categories() -> frozenset[str]:
    return frozenset(category.key for category in load_categories() if category.feed)


def own_category(name: str) -> str:
    """A category of the house's own, called as a list was elsewhere."""
    return "moved_" + (slug(name).replace("-", "_").replace(".", "_").removeprefix("moved_") or "x")
