"""Services as other programs define them, on their way to rows of ours.

A draft is what `v2fly_services` or `adguard_services` read; `place` finds our service of that name
and takes over what fits. What does not is told, never dropped in silence. Reasons:

    keyword, regexp, wildcard, modifier, exception, invalid    no host can say that
    ads              marked as advertising: for lists, not for a service
    no_such_list     an `include:` that leads nowhere
    public_suffix    every site below it would be one service
    never_decrypted  a bank, a help line or an update lies there
    kept_apart       payment or company host of our service of that name
    shared           our service needs it, and others too
    other_service    it is part of another service already
    covers           another service lies below it, which ours of that name was kept apart from
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from kidgate.policies.edits import slug
from kidgate.policies.names import InvalidName, canonical_host, parents
from kidgate.policies.rows import ServiceRow
from kidgate.policies.service_names import ServiceNames
from kidgate.policies.suffixes import Suffixes


@dataclass(frozen=True, slots=True)
class Unmapped:
    """Something that was left out. `place` is list and line, where there are lines."""

    place: str
    text: str
    reason: str


@dataclass(slots=True)
class Draft:
    """One service of another program."""

    name: str
    title: str
    categories: tuple[str, ...] = ()
    hosts: dict[str, str] = field(default_factory=dict)  # canonical -> place
    unmapped: list[Unmapped] = field(default_factory=list)
    ignored: dict[str, int] = field(default_factory=dict)  # attributes without a meaning here

    def take(self, text: str, place: str) -> None:
        """One host, as another program writes it."""
        try:
            self.hosts.setdefault(canonical_host(text), place)
        except InvalidName:
            self.refuse(text, place, "invalid")

    def refuse(self, text: str, place: str, reason: str) -> None:
        self.unmapped.append(Unmapped(place, text, reason))


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a draft. State `other`: our service of that name shares no host with it."""

    name: str
    state: Literal["new", "changed", "same", "other", "empty"]
    row: ServiceRow | None  # None: nothing is to be done
    key: str
    added: tuple[str, ...]
    unmapped: tuple[Unmapped, ...]
    ignored: Mapping[str, int]


class Places:
    """Takes drafts one after the other; what one brought, the next finds there."""

    def __init__(
        self,
        builtin: tuple[ServiceRow, ...],
        own: tuple[ServiceRow, ...],
        suffixes: Suffixes,
        closed: frozenset[str],
    ) -> None:
        """`closed`: hosts that no imported service may hold: banks, help lines, updates."""
        self.rows = {row.key: row for row in (*builtin, *own)}
        self.names = ServiceNames.of(builtin, own)
        self.suffixes = suffixes
        self.closed = closed
        self.above_closed = frozenset(name for host in closed for name in parents(host))
        self.owners = {host: row.key for row in self.rows.values() for host in row.hosts}
        self.below = _below(self.owners)

    def place(self, draft: Draft, key: str = "") -> Placed:
        """`key` names our service, whatever the draft is called; else its name is looked for."""
        found = key or self.names.key_of(draft.name) or _new_key(draft.name)
        ours = self.rows.get(found)
        added, refused = self._sorted(draft, ours or ServiceRow(found))
        known = [host for host in draft.hosts if ours and set(parents(host)) & set(ours.hosts)]
        unmapped = (*draft.unmapped, *refused)
        if ours is not None and not key and not known:
            return Placed(draft.name, "other", None, found, (), unmapped, draft.ignored)
        if not added:
            state: Literal["same", "empty"] = "same" if ours is not None else "empty"
            return Placed(draft.name, state, None, found, (), unmapped, draft.ignored)
        row = self._row(draft, ours, found, added)
        self._keep(row)
        state_: Literal["new", "changed"] = "changed" if ours is not None else "new"
        return Placed(draft.name, state_, row, found, added, unmapped, draft.ignored)

    def _row(
        self, draft: Draft, ours: ServiceRow | None, key: str, added: tuple[str, ...]
    ) -> ServiceRow:
        if ours is not None:
            return replace(ours, hosts=(*ours.hosts, *added))
        alias = (draft.name,) if draft.name != key else ()
        return ServiceRow(key, draft.title, added, categories=draft.categories, aliases=alias)

    def _keep(self, row: ServiceRow) -> None:
        self.rows[row.key] = row
        self.names = ServiceNames.of(self.rows.values())
        self.owners |= dict.fromkeys(row.hosts, row.key)
        self.below = _below(self.owners)

    def _sorted(self, draft: Draft, ours: ServiceRow) -> tuple[tuple[str, ...], list[Unmapped]]:
        """The hosts that are new to our service, and those that are not to be part of it."""
        fit: list[str] = []
        refused: list[Unmapped] = []
        for host, place in draft.hosts.items():
            if reason := self._reason(host, ours):
                refused.append(Unmapped(place, host, reason))
            elif not set(parents(host)) & set(ours.hosts):
                fit.append(host)
        taken = set(fit)
        added = tuple(host for host in fit if not taken & set(parents(host)[1:]))
        return added, refused

    def _reason(self, host: str, ours: ServiceRow) -> str:
        names = parents(host)
        if self.suffixes.is_suffix(host):
            return "public_suffix"
        if host in self.above_closed or self.closed & set(names):
            return "never_decrypted"
        for name in names:
            if name in ours.payment_hosts or name in ours.company_hosts:
                return "kept_apart"
            if name in ours.dependencies:
                return "shared"
            if name in self.owners:
                return "" if self.owners[name] == ours.key else "other_service"
        return "covers" if ours.hosts and self.below.get(host, set()) - {ours.key} else ""


def _below(owners: Mapping[str, str]) -> dict[str, set[str]]:
    """Names with services below them, and which."""
    found: dict[str, set[str]] = {}
    for host, key in owners.items():
        for name in parents(host)[1:]:
            found.setdefault(name, set()).add(key)
    return found


def _new_key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", slug(name)).strip("_") or "service"
