"""What adults are told: kinds of alerts, how bad each is, and which two are the same one. Pure.

An alert is a kind and facts; the sentences are data in `documents/digest/words`. What was stopped
and is nobody's worry (an advertisement, a game at noon) is no alert: the journal has it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from kidgate.policies.journal import Entry

Facts = Mapping[str, Any]
HOSTS = 5  # named in one alert
ALWAYS: timedelta | None = None


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Kind:
    severity: Severity
    key: tuple[str, ...]  # facts that make two alerts the same one
    window: timedelta | None  # how long a repeat counts up the old one; ALWAYS: for ever


_HOUR, _QUARTER, _DAY = timedelta(hours=1), timedelta(hours=6), timedelta(days=1)

KINDS: Mapping[str, Kind] = {
    # A child may be in danger, or a law was touched.
    "illegal_material": Kind(Severity.URGENT, ("child", "device"), _HOUR),
    "self_harm": Kind(Severity.URGENT, ("child", "device"), _HOUR),
    "message": Kind(Severity.URGENT, ("child", "device", "category"), _HOUR),
    # Somebody tries something, or something tries them.
    "security": Kind(Severity.WARNING, ("child", "device", "category"), _QUARTER),
    "personal_data": Kind(Severity.WARNING, ("child", "device"), _QUARTER),
    "way_around": Kind(Severity.WARNING, ("child", "device"), _DAY),
    "search": Kind(Severity.WARNING, ("child", "device", "words"), _QUARTER),
    "pin": Kind(Severity.WARNING, ("child", "device"), _DAY),
    "gateway": Kind(Severity.WARNING, ("what",), _DAY),
    "feed": Kind(Severity.WARNING, ("feed", "state", "since", "reason"), ALWAYS),
    # Good to know.
    "request": Kind(Severity.INFO, ("request",), ALWAYS),
    "birthday": Kind(Severity.INFO, ("child", "day"), ALWAYS),
    "new_device": Kind(Severity.INFO, ("device",), ALWAYS),
    "pinned": Kind(Severity.INFO, ("device", "host"), ALWAYS),
}
DIGEST = "digest"
TOLD = frozenset(KINDS) | {DIGEST}  # what a channel can be asked for
_LIGHTER = frozenset({"bullying", "hate", "scam", "adult"})  # of messages: to talk about soon


def severity_of(kind: str, facts: Facts) -> Severity:
    """How bad an alert is; a kind that nobody knows is a warning."""
    if kind == "message" and facts.get("category") in _LIGHTER:
        return Severity.WARNING
    return KINDS[kind].severity if kind in KINDS else Severity.WARNING


def key_of(kind: str, facts: Facts) -> str:
    """What makes two alerts of a kind the same one."""
    names = KINDS[kind].key if kind in KINDS else tuple(sorted(facts))
    return "|".join(str(facts.get(name, "")) for name in names)


def same_since(kind: str, at: datetime) -> datetime | None:
    """From when on a repeat is the same alert; None: for ever."""
    window = KINDS[kind].window if kind in KINDS else _DAY
    return at - window if window is not None else None


def merged(old: Facts, new: Facts) -> dict[str, Any]:
    """The facts after a repeat: the newest ones, and the first few hosts."""
    found = {**old, **new}
    hosts = dict.fromkeys((*old.get("hosts", ()), *new.get("hosts", ())))
    return found | ({"hosts": list(hosts)[:HOSTS]} if hosts else {})


def at_least(severity: str, least: str) -> bool:
    order = [member.value for member in Severity]
    return order.index(severity) >= order.index(least)


def alert_of(entry: Entry, notify: Collection[str]) -> tuple[str, dict[str, Any]] | None:
    """The alert that a journal entry is, in a tier that tells of `notify`; None: it is none."""
    kind = _kind_of(entry)
    if kind is None or not (kind in _UNASKED or kind in notify):
        return None
    facts: dict[str, Any] = {"child": entry.child, "device": entry.device, "tier": entry.tier}
    facts |= {"category": entry.category, "entry": entry.id, "verdict": entry.verdict}
    facts["hosts"] = [entry.host] if entry.host else []
    if kind == "search":
        facts["words"] = entry.source.partition(f"{_ALERT}:")[2]
    return kind, facts


_ALERT = "alert"  # in the source of a search that an adult is told
_UNASKED = frozenset({"illegal_material", "search", "gateway"})  # told whatever the tier says
_BY_REASON = frozenset({"illegal_material", "security", "way_around", "personal_data", "message"})


def _kind_of(entry: Entry) -> str | None:
    if entry.kind not in ("visit", "alert"):
        return None
    if entry.kind == "alert":
        return entry.reason if entry.reason in KINDS else "gateway"
    if entry.category == "self_harm":
        return "self_harm"
    if entry.reason in _BY_REASON:
        return entry.reason
    if entry.reason == "search_term" and entry.verdict == "allow":
        return "search"
    return None


# --- how many messages at once ---


@dataclass(frozen=True, slots=True)
class Plan:
    """Of the messages that are due for one channel: those sent alone, and those summed up in one
    message. What is in neither waits."""

    alone: tuple[int, ...] = ()
    summed: tuple[int, ...] = ()


def plan(due: Sequence[tuple[int, str]], sent: int, hourly: int) -> Plan:
    """`due`: number and severity, oldest first; `sent`: messages of the last hour.

    Urgent ones go first; the last message that the hour allows tells of all that are left.
    """
    room = hourly - sent
    if len(due) <= room:
        return Plan(tuple(number for number, _ in due))
    if room <= 0:
        return Plan()
    ordered = sorted(due, key=lambda message: message[1] != Severity.URGENT)
    alone = [number for number, _ in ordered[: room - 1]]
    return Plan(tuple(alone), tuple(number for number, _ in due if number not in alone))


BACK_OFF = (1, 5, 15, 60, 180, 360, 720)  # minutes after each failed try
TRIES = len(BACK_OFF) + 1


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again after so many failed tries; None: no more."""
    return now + timedelta(minutes=BACK_OFF[tries - 1]) if tries < TRIES else None
