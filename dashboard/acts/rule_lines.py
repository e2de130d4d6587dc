"""Rules, grants, pauses and exceptions as they are shown: in which order, which are over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from kidgate.policies.model import Action
from kidgate.policies.rows import ExceptionRow, GrantRow, PauseRow, RuleRow


class RuleLine(msgspec.Struct, frozen=True):
    """`when` is schedule text, empty: always; without `until` it stays."""

    id: int
    scope: str
    target: str
    action: Action
    when: str
    until: datetime | None
    safe_search: bool
    author: str
    reason: str
    over: bool


class GrantLine(msgspec.Struct, frozen=True):
    """`security`: lists of dangerous sites are lifted too."""

    id: int
    child: str
    target: str
    until: datetime
    security: bool
    author: str
    reason: str


class PauseLine(msgspec.Struct, frozen=True):
    id: int
    scope: str
    until: datetime
    author: str
    reason: str


class ExceptionLine(msgspec.Struct, frozen=True):
    """`lifts`: bedtime, hours, quota; all."""

    id: int
    scope: str
    start: datetime
    until: datetime
    lifts: tuple[str, ...]
    author: str
    reason: str


def rule_line(row: RuleRow, now: datetime) -> RuleLine:
    over = row.until is not None and row.until <= now
    names = (name for name in RuleLine.__struct_fields__ if name != "over")
    return RuleLine(**{name: getattr(row, name) for name in names}, over=over)


def grant_lines(rows: Iterable[GrantRow], now: datetime) -> tuple[GrantLine, ...]:
    """Those in force, the one that ends first at the top."""
    found = sorted((row for row in rows if now < row.until), key=lambda row: row.until)
    return tuple(
        GrantLine(
            row.id, row.child, row.target, row.until, row.confirmed_twice, row.author, row.reason
        )
        for row in found
    )


def pause_lines(rows: Iterable[PauseRow], now: datetime) -> tuple[PauseLine, ...]:
    """Those in force, the one that ends first at the top."""
    found = sorted((row for row in rows if now < row.until), key=lambda row: row.until)
    return tuple(PauseLine(r.id, r.scope, r.until, r.author, r.reason) for r in found)


def exception_lines(rows: Iterable[ExceptionRow], now: datetime) -> tuple[ExceptionLine, ...]:
    """Those that are not over."""
    found = sorted((row for row in rows if now < row.until), key=lambda row: row.start)
    return tuple(
        ExceptionLine(r.id, r.scope, r.start, r.until, r.lifts, r.author, r.reason) for r in found
    )
