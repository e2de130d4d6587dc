"""A Pi-hole backup as a plan: adlists, allowed and denied domains, groups, clients.

The backup comes as tables (`lists/structured/teleporter.py`). Everything in Pi-hole holds for
groups of clients, group 0 being that of everybody; a client here is a person's device, since rules
are for people. Source: docs.pi-hole.net, "Group management" and "Domain database structure".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kidgate.documents.moving.ground import Ground
from kidgate.documents.moving.people import RANGE_TOO_WIDE, Keys, device, ids_of, person
from kidgate.documents.moving.plan import Draft, FeedLine, Made, Place, Plan
from kidgate.documents.moving.regexes import host_name, without_options
from kidgate.documents.moving.sites import EVERYONE, rule, target_of
from kidgate.policies.model import Action
from kidgate.policies.rows import GroupRow

Tables = Mapping[str, list[dict[str, Any]]]
Assigned = Mapping[int | None, list[int | None]]
DEFAULT = 0  # the group of everybody

ALLOWED, DENIED, ALLOWED_REGEX, DENIED_REGEX = range(4)  # `domainlist.type`
_WORDS = {
    ALLOWED: "allow",
    DENIED: "deny",
    ALLOWED_REGEX: "allow regex",
    DENIED_REGEX: "deny regex",
}
OFF = "is switched off there"
NOWHERE = "is in no group there, so that it holds for nobody"
NO_SUBJECT = (
    "nothing says what this list is about: give --category, or add it with kidgate feed add"
)

_COMMON = re.compile(r"^[a-z]+://(?:www\.|raw\.githubusercontent\.com/)?")
_Scopes = tuple[list[str], str]
_NO_HOST = "is no host name"
_NO_CLIENT = (
    "neither an IP nor a hardware address: add the device with kidgate device add KEY --address IP"
)

_OTHERS = {
    "custom.list": "local DNS records: Kidgate is no DNS server; keep the one you have for them",
    "05-pihole-custom-cname.conf": "local DNS records: Kidgate is no DNS server",
    "04-pihole-static-dhcp.conf": "fixed addresses: Kidgate is no DHCP server",
    "dhcp.leases": "addresses in use: Kidgate is no DHCP server",
    "setupVars.conf": "settings of Pi-hole itself",
    "pihole.toml": "settings of Pi-hole itself, its local DNS records and fixed addresses",
    "domain_audit.json": "which names were looked at: Kidgate keeps a journal of its own",
    "auditlog.list": "which names were looked at: Kidgate keeps a journal of its own",
    "hosts": "names of the machine: Kidgate is no DNS server",
    "pihole-FTL.db": "the query log: Kidgate keeps a journal of its own",
}


def plan(tables: Tables, file: str, ground: Ground, others: Iterable[str] = ()) -> Plan:
    """The plan for a backup; `others` are the paths of what else is in it."""
    mover = _Mover(tables, file, ground)
    mover.groups()
    mover.clients()
    mover.adlists()
    mover.domains()
    for path in sorted(others):
        if why := _OTHERS.get(path.rpartition("/")[2]):
            mover.draft.leaves(Place(file), path, why)
    return mover.draft.plan()


@dataclass(slots=True)
class _Mover:
    tables: Tables
    file: str
    ground: Ground
    draft: Draft = field(default_factory=lambda: Draft("pihole"))
    keys: Keys = field(default_factory=Keys)
    scopes: dict[int | None, str] = field(default_factory=lambda: {DEFAULT: EVERYONE})

    def place(self, table: str, row: int) -> Place:
        return Place(f"{self.file}: {table}", row)

    def groups(self) -> None:
        for number, row in enumerate(self.tables["group"], 1):
            name, place = _text(row, "name"), self.place("group", number)
            if row.get("id") == DEFAULT:
                self.draft.maps(place, name, note=f"is {EVERYONE}")
            elif not _enabled(row):
                self.draft.leaves(place, name, OFF)
            else:
                key = self.keys.of(name, "group")
                self.scopes[_number(row.get("id"))] = f"group:{key}"
                self.draft.maps(place, name, GroupRow(key, title=name))

    def clients(self) -> None:
        groups = _assigned(self.tables["client_by_group"], "client_id")
        people = Keys()
        for number, row in enumerate(self.tables["client"], 1):
            text, name = _text(row, "ip"), _text(row, "comment")
            place, ids = self.place("client", number), ids_of(text)
            if not ids.known:
                self.draft.leaves(place, text, RANGE_TOO_WIDE if ids.too_wide else _NO_CLIENT)
                continue
            key = people.of(name or text, "client")
            mine = groups.get(_number(row.get("id")), [DEFAULT])
            scopes = [self.scopes[group] for group in mine if group in self.scopes]
            member = tuple(s.removeprefix("group:") for s in scopes if s != EVERYONE)
            profile = person(key, name or text, tier=self.ground.tier, groups=member)
            note = "" if DEFAULT in mine else "what is for everyone holds for it as well here"
            self.draft.maps(place, text, profile, device(key, key, ids), note=note)

    def adlists(self) -> None:
        groups, feeds = _assigned(self.tables["adlist_by_group"], "adlist_id"), Keys()
        for number, row in enumerate(self.tables["adlist"], 1):
            url, place = _text(row, "address").strip(), self.place("adlist", number)
            scopes, why = self._scopes(row, groups)
            if row.get("type") not in (0, None):
                why = "a list of exceptions: a list lifts its own names alone here; allow the names"
            name = feeds.of(url, stem=_stem(url))  # many comments are alike
            feed = None if why else self.ground.feed(url, _text(row, "comment"), name)
            if feed is None:
                self.draft.leaves(place, url, why or NO_SUBJECT)
                continue
            target = f"category:{feed.category}"
            rules = [rule(scope, target, Action.BLOCK, place) for scope in scopes]
            self.draft.maps(place, url, feed, *rules)

    def domains(self) -> None:
        groups = _assigned(self.tables["domainlist_by_group"], "domainlist_id")
        for number, row in enumerate(self.tables["domainlist"], 1):
            kind, domain = row.get("type"), _text(row, "domain").strip()
            text = f"{_WORDS.get(kind, '?')} {domain}" if isinstance(kind, int) else domain
            place = self.place("domainlist", number)
            scopes, why = self._scopes(row, groups)
            made: list[Made] = []
            if not why:
                made, why = self._domain(kind, domain, scopes, place)
            if why:
                self.draft.leaves(place, text, why)
            else:
                self.draft.maps(place, text, *made)

    def _domain(
        self, kind: object, domain: str, scopes: list[str], place: Place
    ) -> tuple[list[Made], str]:
        """What a domain becomes, or why nothing."""
        if not isinstance(kind, int) or kind not in _WORDS:
            return [], "is of no type that Pi-hole 5 and 6 have"
        action = Action.ALLOW if kind in (ALLOWED, ALLOWED_REGEX) else Action.BLOCK
        if kind in (ALLOWED, DENIED):
            target = target_of(f"={domain}")
            return self._rules(scopes, target, action, place) if target else ([], _NO_HOST)
        expression, limits = without_options(domain)
        if limits:
            return [], f"`{', '.join(limits)}` asks for more than a name"
        if name := host_name(expression):
            target = target_of(name.name if name.below else f"={name.name}")
            return self._rules(scopes, target, action, place) if target else ([], _NO_HOST)
        if action is Action.ALLOW:
            return [], "a pattern cannot lift other lists: allow the sites by name"
        return self._lines(scopes, expression, place), ""

    def _rules(
        self, scopes: list[str], target: str, action: Action, place: Place
    ) -> tuple[list[Made], str]:
        return [rule(scope, target, action, place) for scope in scopes], ""

    def _lines(self, scopes: list[str], expression: str, place: Place) -> list[Made]:
        """A list of patterns for each scope, and the rule that makes it count."""
        made: list[Made] = []
        for scope in scopes:
            feed = "moved-pihole" + (f"-{scope.partition(':')[2]}" if scope != EVERYONE else "")
            category = feed.replace("-", "_").replace(".", "_")
            made.append(FeedLine(feed, category, f"/{expression}/"))
            made.append(rule(scope, f"category:{category}", Action.BLOCK, Place(self.file)))
        return made

    def _scopes(self, row: Mapping[str, Any], groups: Assigned) -> _Scopes:
        """For whom a row holds; why for nobody."""
        if not _enabled(row):
            return [], OFF
        mine = groups.get(_number(row.get("id")), []) if groups else [DEFAULT]
        scopes = list(dict.fromkeys(self.scopes[group] for group in mine if group in self.scopes))
        if not scopes:
            return [], "its groups are switched off there" if mine else NOWHERE
        return ([EVERYONE] if EVERYONE in scopes else scopes), ""


def _assigned(rows: list[dict[str, Any]], column: str) -> Assigned:
    """The groups of each row; an empty mapping when the backup assigns none at all."""
    found: dict[int | None, list[int | None]] = defaultdict(list)
    for row in rows:
        found[_number(row.get(column))].append(_number(row.get("group_id")))
    return dict(found)


def _number(value: object) -> int | None:
    """A row's number; some exports write it as text."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) else None


def _stem(url: str) -> str:
    """An address without what many have in common."""
    return _COMMON.sub("", url)


def _enabled(row: Mapping[str, Any]) -> bool:
    return row.get("enabled", 1) in (1, True, "1")


def _text(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    return value if isinstance(value, str) else ""
