"""`/me` on the gateway's own host: what a child may know of itself, and of nobody else.

What holds comes from the policy that this worker judges by; what was written down, from the keeper.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mitmproxy import http

from kidgate.policies.asker import Asker
from kidgate.policies.model import Action, JournalLevel, Visit
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.tables import Rule
from kidgate.policies.targets import PLACES, Kind
from kidgate.policies.times import BEDTIME, HOURS
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.link import KeeperAway
from kidgate.proxy.pages.facts import MeFacts, Recorded, Ruled, Spent
from kidgate.proxy.reader import page_response, reader_of

logger = logging.getLogger(__name__)
PATH = "/me"
ANSWER_SECONDS = 2.0


def is_here(visit: Visit, request: http.Request) -> bool:
    """Whether a request for our own host is for this page."""
    return visit.url.path == PATH and request.method in ("GET", "HEAD")


async def answer(gateway: Gateway, visit: Visit, request: http.Request) -> http.Response:
    reader = reader_of(gateway, visit, request)
    try:
        fields = {"child": visit.child, "device": visit.device}
        kept = await gateway.who.ask("me.show", seconds=ANSWER_SECONDS, **fields)
    except KeeperAway as fault:
        logger.error("a child cannot be shown what is recorded: %s", fault)
        kept = {}
    facts = facts_of(gateway.snapshot, visit, reader.language, kept)
    return page_response(request, 200, gateway.pages.me(facts, reader.language))


def facts_of(
    snapshot: PolicySnapshot, visit: Visit, language: str, kept: Mapping[str, Any]
) -> MeFacts:
    asker = snapshot.asker(visit.child, visit.device, int(visit.at.timestamp()) // 60)
    row, titles = asker.tier.row, _Titles(snapshot, kept.get("titles", {}).get(language, {}))
    profile, level = asker.profile, JournalLevel(row.journal)
    title = row.title.vi if language == "vi" else row.title.en
    return MeFacts(
        known=profile is not None,
        name=(profile.row.name or profile.row.key) if profile else "",
        tier=title or row.key,
        age=row.min_age,
        listed=row.mode == "allow_list",
        closed=tuple(titles.of(row, Action.BLOCK)),
        asked=tuple(titles.of(row, Action.ASK)),
        warned=tuple(titles.of(row, Action.WARN)),
        rules=tuple(_rules(snapshot, asker, titles, visit.at)),
        bedtime=asker.times.schedules.get(BEDTIME),
        hours=asker.times.schedules.get(HOURS),
        level=level,
        retention_days=snapshot.settings.retention_days,
        lines=_lines(kept, titles, asker.zone) if "lines" in kept else None,
        requests=tuple(_request(found, asker.zone) for found in kept.get("requests", ())),
        minutes=tuple(_spent(kept.get("minutes", {}), asker.times.quotas, titles)),
    )


class _Titles:
    """What categories and services are called in one language."""

    def __init__(self, snapshot: PolicySnapshot, categories: Mapping[str, str]) -> None:
        self._services = snapshot.service_titles
        self._categories = categories

    def service(self, key: str) -> str:
        return self._services.get(key) or key

    def category(self, key: str) -> str:
        return self._categories.get(key) or key

    def of(self, row: Any, action: Action) -> Iterator[str]:
        """What a tier does this to."""
        yield from (self.category(key) for key, said in row.categories.items() if said is action)
        yield from (self.service(key) for key, said in row.services.items() if said is action)

    def target(self, kind: Kind, value: str, text: str) -> str:
        if kind is Kind.SERVICE:
            return self.service(value)
        return self.category(value) if kind is Kind.CATEGORY else text

    def key(self, key: str) -> str:
        """Of a quota: `all`, `service:K`, `category:K`."""
        kind, _, name = key.partition(":")
        return self.service(name) if kind == "service" else self.category(name) if name else ""


def _rules(
    snapshot: PolicySnapshot, asker: Asker, titles: _Titles, at: datetime
) -> Iterator[Ruled]:
    """Grants first, then rules, those nearest to the child first. What a rule says of words and of
    kinds of files is for adults."""
    shown = (*PLACES, Kind.SERVICE, Kind.CATEGORY)
    tables = [(asker.grants, True), (asker.rules, False)]
    for rule, granted in ((r, own) for table, own in tables if table for r in table.rules):
        if rule.target.kind in shown and (rule.until is None or at < rule.until):
            yield _ruled(rule, titles, asker.zone, "allow" if granted else rule.action.value)


def _ruled(rule: Rule, titles: _Titles, zone: ZoneInfo, action: str) -> Ruled:
    what = titles.target(rule.target.kind, rule.target.value, str(rule.target).removeprefix("="))
    until = rule.until.astimezone(zone) if rule.until else None
    return Ruled(action, what, rule.schedule, until)


def _lines(kept: Mapping[str, Any], titles: _Titles, zone: ZoneInfo) -> tuple[Recorded, ...]:
    return tuple(
        Recorded(
            at=datetime.fromisoformat(line["at"]).astimezone(zone),
            what=line["host"] or (titles.category(line["category"]) if line["category"] else ""),
            state="" if line["verdict"] == "allow" else line["reason"],
            count=line["count"],
        )
        for line in kept["lines"]
        if line["kind"] != "request"
    )


def _request(found: Mapping[str, Any], zone: ZoneInfo) -> Recorded:
    at = datetime.fromisoformat(found["at"]).astimezone(zone)
    return Recorded(at, found["site"], found["state"], text=found["answer"])


def _spent(
    minutes: Mapping[str, Mapping[str, int]], quotas: Mapping[str, int], titles: _Titles
) -> Iterator[Spent]:
    """How long it was in all, and what has a limit, with what a bonus gave."""
    for key in dict.fromkeys(("all", *quotas)) if minutes else ():
        found, limit = minutes.get(key, {}), quotas.get(key)
        if found or limit is not None:
            limit = limit + found.get("bonus", 0) if limit is not None else None
            yield Spent(titles.key(key), found.get("used", 0), limit)
