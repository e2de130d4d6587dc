"""A school whose week is in the database: what the dashboard has to show at its largest.

Children, classes, devices and rules, attempts in the journal, minutes, requests, alerts, an audit
log; made up, the same in every run. Names that end in `.example` lead nowhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from benchmarks.household import rule
from benchmarks.profile import Profile
from kidgate.documents.feed_row import FeedRow
from kidgate.documents.home import Home
from kidgate.keeper import commands, usage
from kidgate.keeper.writer import Writer, own_writer
from kidgate.policies.journal import Entry
from kidgate.policies.ledger import Span
from kidgate.policies.people import Role
from kidgate.policies.rows import (
    DeviceRow,
    ExceptionRow,
    GrantRow,
    GroupRow,
    LessonRow,
    PauseRow,
    PolicyRows,
    ProfileRow,
    Settings,
)
from kidgate.policies.rows_json import to_json
from kidgate.store import logins
from kidgate.store.alerts import put_alert
from kidgate.store.audit import put_noted
from kidgate.store.feeds import put_feed
from kidgate.store.inbox import Seen, put_seen
from kidgate.store.journal import append
from kidgate.store.keys import hash_key
from kidgate.store.requests import change_request, put_request
from kidgate.store.usage import Given, Used, add_bonus, replace_spans

CLOCK = "2026-03-13T16:00+07:00"  # a Friday, at the end of school
NOW = datetime.fromisoformat(CLOCK)
ZONE = "Asia/Ho_Chi_Minh"
DAYS = 7
CLASS, TIER = 25, "9-12"
OPEN, ANSWERED, STRANGERS, VERSIONS = 40, 200, 20, 10
HOSTS = 5000
GROUP, CHILD, DEVICE = "c00", "k000", "tablet-k000"  # of the class that the teacher has
ROLES = (Role.OWNER, Role.TEACHER)
_CATEGORIES = ("ads", "porn", "gambling", "games", "social", "streaming", "malware", "vpn")
_REASONS = ("category", "category", "service", "rule", "bedtime", "quota", "security", "way_around")
_VERDICTS = ("block", "block", "block", "block", "block", "block", "warn", "ask", "allow", "allow")
_KEYS = ("all", "service:youtube", "service:roblox", "category:games")


@dataclass(frozen=True, slots=True)
class School:
    home: Home
    keys: dict[str, str]  # role -> the key of somebody's session


def school(folder: Path, profile: Profile) -> School:
    """The home, made in a folder."""
    home = Home(folder).make()
    chance = random.Random(6)
    keys = {role.value: f"benchmark-{role}" for role in ROLES}
    with own_writer(home, address(home), lambda: NOW, create=True) as writer:
        _policy(writer, profile.children)
        _people(writer, keys)
        for entries in batched(_entries(profile, chance), 5000):
            with writer.database.writing() as session:
                append(session, entries)
        with writer.database.writing() as session:
            _week(session, profile, chance)
        usage.look(writer, anew=True)
    return School(home, keys)


def address(home: Home) -> str:
    return f"sqlite:///{home.database}"


def children(count: int) -> list[str]:
    return [f"k{number:03}" for number in range(count)]


def _policy(writer: Writer, count: int) -> None:
    """Several versions: the last changes are small ones, as people make them."""
    rows, version = _rows(count), 0
    for number in range(VERSIONS):
        shown = replace(rows, rules=rows.rules[: len(rows.rules) - VERSIONS + 1 + number])
        args = {"rows": to_json(shown), "base": version or None}
        done = commands.run(writer, "policy.write", args | {"author": "an", "comment": "benchmark"})
        version = done["version"]


def _rows(count: int) -> PolicyRows:
    keys = children(count)
    groups = [f"c{number:02}" for number in range(-(-count // CLASS))]
    rules = [replace(rule(number), scope=f"child:{keys[number % count]}") for number in range(30)]
    rules = [replace(row, scope="everyone") if row.id % 3 == 0 else row for row in rules]
    until = NOW + timedelta(hours=1)
    return PolicyRows(
        settings=Settings(zone=ZONE),
        groups=tuple(GroupRow(key, f"Lớp {key}", "class") for key in groups),
        profiles=tuple(_child(number, key, groups) for number, key in enumerate(keys)),
        devices=tuple(_devices(keys)),
        rules=tuple(rules),
        grants=tuple(
            GrantRow(number + 1, key, f"game{number}.example", until, author="an")
            for number, key in enumerate(keys[:10])
        ),
        pauses=tuple(
            PauseRow(number + 1, f"child:{key}", until, "an")
            for number, key in enumerate(keys[10:13])
        ),
        lessons=(LessonRow(1, f"group:{groups[-1]}", until, ("olm.example",), "Toán", "an"),),
        exceptions=tuple(
            ExceptionRow(number + 1, f"child:{key}", NOW, until, ("bedtime",), "an")
            for number, key in enumerate(keys[13:18])
        ),
    )


def _child(number: int, key: str, groups: Sequence[str]) -> ProfileRow:
    born = date(2009 + number % 10, 1 + number % 12, 1 + number % 28)
    return ProfileRow(key, f"Nguyễn Thị Mai {number}", born, groups=(groups[number // CLASS],))


def _devices(keys: Sequence[str]) -> Iterator[DeviceRow]:
    for number, key in enumerate(keys):
        place = f"{number >> 8}.{number & 255}"
        yield DeviceRow(f"tablet-{key}", key, (f"10.1.{place}",))
        if number % 4 == 0:
            yield DeviceRow(f"phone-{key}", key, (f"10.2.{place}",))


def _people(writer: Writer, keys: dict[str, str]) -> None:
    for role, key in keys.items():
        fields = {"name": f"the-{role}", "role": role, "language": "vi", "hash": ""}
        groups = [GROUP] if role == Role.TEACHER else []
        commands.run(writer, "user.add", fields | {"groups": groups})
        until, name = NOW + timedelta(days=1), f"the-{role}"
        login = logins.Login(hash_key(key), name, NOW, NOW, until, "127.0.0.1", "benchmark")
        with writer.database.writing() as session:
            logins.put_login(session, login)


def _entries(profile: Profile, chance: random.Random) -> Iterator[Entry]:
    """Attempts in the order of their times; no two are repeats of one."""
    keys, step = children(profile.children), timedelta(days=DAYS) / profile.attempts
    begin = NOW - timedelta(days=DAYS)
    for number in range(profile.attempts):
        child, category = chance.choice(keys), chance.choice(_CATEGORIES)
        host = f"www.site{int(HOSTS * chance.random() ** 3)}.example"
        reason, verdict = chance.choice(_REASONS), chance.choice(_VERDICTS)
        yield Entry(
            id=f"e{number}",
            at=begin + number * step,
            child=child,
            device=f"tablet-{child}",
            tier=TIER,
            verdict=verdict,
            reason="default" if verdict == "allow" else reason,
            category=category,
            host=host,
            url=f"https://{host}/page/{number}?q=bai+tap",
            source=f"feed {category}: {host}",
            rule_id=None,
            version=str(VERSIONS),
            address="10.1.0.5",
        )


# --- the rest of the week ---


def _week(session: Session, profile: Profile, chance: random.Random) -> None:
    keys = children(profile.children)
    replace_spans(session, (), _spans(keys, chance))
    for key in keys[::3]:
        today = NOW.date()
        add_bonus(session, Given(0, key, today, "all", 15, "bài tập xong", "an", NOW))
    _requests(session, keys)
    for number in range(profile.children):
        child = keys[number % len(keys)]
        facts: dict[str, Any] = {"child": child, "device": f"tablet-{child}", "tier": TIER}
        facts |= {"category": _CATEGORIES[number % 8], "verdict": "block"}
        facts |= {"hosts": [f"www.site{number}.example"]}
        put_alert(
            session, kind=("security", "way_around")[number % 2], facts=facts, at=_ago(number)
        )
    for number in range(profile.attempts // 20):
        by = {"user": ("the-owner", "the-teacher")[number % 2], "role": "owner"}
        act, what = ("policy.write", "login.open", "journal.lines")[number % 3], f"line {number}"
        put_noted(session, at=_ago(-number), by=by, act=act, object=what, detail={"n": number})
    for number in range(STRANGERS):
        place = f"10.3.0.{number}"
        put_seen(session, Seen(place, "", place, f"Galaxy {number}", "explicit", NOW, NOW))
    for category in _CATEGORIES:
        put_feed(session, _feed(category))


def _ago(number: int) -> datetime:
    return (NOW - timedelta(minutes=abs(number) % (DAYS * 24 * 60))).astimezone(UTC)


def _feed(category: str) -> FeedRow:
    return FeedRow(
        category,
        category,
        f"/lists/{category}",
        NOW,
        "hosts",
        lines=1000,
        accepted=1000,
        names=1000,
    )


def _spans(keys: Sequence[str], chance: random.Random) -> Iterator[Used]:
    """Of each child, day and key, three."""
    zone = ZoneInfo(ZONE)
    for child in keys:
        for back in range(DAYS):
            day = NOW.astimezone(zone).date() - timedelta(days=back)
            for key in _KEYS:
                for hour in (8, 11, 14):
                    at = datetime(day.year, day.month, day.day, hour, tzinfo=zone)
                    end = at + timedelta(minutes=chance.randint(1, 40))
                    yield Used(child, f"tablet-{child}", key, Span(day, at, end))


def _requests(session: Session, keys: Sequence[str]) -> None:
    for number in range(OPEN + ANSWERED):
        child, site = keys[number % len(keys)], f"www.site{number}.example"
        asked: dict[str, Any] = {
            "at": _ago(number),
            "profile": child,
            "device": f"tablet-{child}",
            "target": site,
            "url": f"https://{site}/",
            "note": "con cần làm bài tập ạ",
            "site": site,
            "category": "games",
            "reason": "category",
        }
        made = put_request(session, **asked)
        if number < ANSWERED:
            answer = {"state": "denied", "answered_by": "the-owner", "answered_at": NOW}
            change_request(session, made, answer="để mai nhé", **answer)
