"""What things are called: scopes, targets, services, tiers, schedules. Names that people or sites
gave come out as text that is safe to show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from flask import g
from markupsafe import Markup, escape

from kidgate.dashboard.desk import Desk
from kidgate.dashboard.web.routes import desk
from kidgate.dashboard.web.showing import host, outside
from kidgate.dashboard.web.words import Words
from kidgate.documents.builtin import Category, load_categories
from kidgate.policies.rows import PolicyRows, ServiceRow, TierRow
from kidgate.policies.targets import InvalidTarget, Kind, parse_target

_WHEN = re.compile(r"except holidays|!holidays|in term|out of term|[a-z]+")
LONGEST = 80


@dataclass
class Names:
    """Of one page: everything is looked up when it is first asked for."""

    desk: Desk
    words: Words

    @cached_property
    def _rows(self) -> PolicyRows:
        return self.desk.rows

    @cached_property
    def _tiers(self) -> Mapping[str, TierRow]:
        return self.desk.tiers

    @cached_property
    def _services(self) -> Mapping[str, ServiceRow]:
        return self.desk.services

    @cached_property
    def _categories(self) -> Mapping[str, Category]:
        return {row.key: row for row in load_categories()}

    @cached_property
    def _children(self) -> Mapping[str, str]:
        return {row.key: row.name or row.key for row in self._rows.profiles}

    @cached_property
    def _groups(self) -> Mapping[str, str]:
        return {row.key: row.title or row.key for row in self._rows.groups}

    def tier(self, key: str) -> str:
        row = self._tiers.get(key)
        return (row and (row.title.vi if self.words.language == "vi" else row.title.en)) or key

    def category(self, key: str) -> str:
        row = self._categories.get(key)
        return (row.title.vi if self.words.language == "vi" else row.title.en) if row else key

    def service(self, key: str) -> str:
        row = self._services.get(key)
        return (row and row.title) or key

    def child(self, key: str) -> str:
        return self._children.get(key, key)

    def group(self, key: str) -> str:
        return self._groups.get(key, key)

    def scope(self, text: str) -> Markup:
        """`child:mai` -> Mai."""
        kind, _, key = text.partition(":")
        match kind:
            case "child":
                return outside(self.child(key), LONGEST)
            case "group":
                return outside(self.group(key), LONGEST)
            case "tier":
                return outside(self.tier(key), LONGEST)
            case "device":
                return self._said("names.device", outside(key, LONGEST))
            case _:
                return escape(self.words("frame.everyone"))

    def target(self, text: str) -> Markup:
        """A target in words: `service:tiktok` -> the app TikTok."""
        try:
            found = parse_target(text)
        except InvalidTarget:
            return outside(text, LONGEST)
        value = outside(found.value + found.path, LONGEST)
        if found.kind in (Kind.SITE, Kind.HOST):
            value = host(found.value)
        elif found.kind is Kind.SERVICE:
            value = outside(self.service(found.value), LONGEST)
        elif found.kind is Kind.CATEGORY:
            value = outside(self.category(found.value), LONGEST)
        return self._said(f"names.targets.{found.kind.value}", value)

    def about(self, key: str) -> Markup:
        """What a limit of minutes is about."""
        kind, colon, name = key.partition(":")
        if not colon:
            return escape(self.words("names.about.all"))
        title = self.service(name) if kind == "service" else self.category(name)
        return self._said(f"names.about.{kind}", outside(title, LONGEST))

    def when(self, text: str) -> str:
        """A schedule text with its days in the reader's language."""
        return _WHEN.sub(lambda found: self.words.named("names.when", found[0]), text)

    def _said(self, key: str, value: Markup) -> Markup:
        return Markup(escape(self.words(key))).format(value=value)


def names() -> Names:
    """For the page that is being made."""
    if "names" not in g:
        g.names = Names(desk(), g.words)
    found: Names = g.names
    return found
