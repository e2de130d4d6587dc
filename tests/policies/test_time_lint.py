"""What is odd about times."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kidgate.policies.lint import findings
from kidgate.policies.model import Action
from kidgate.policies.rows import (
    ExceptionRow,
    LessonRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    Settings,
    TermRow,
    TierRow,
)
from kidgate.policies.time_lint import time_findings

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PAST = TermRow("hk1", date(2026, 9, 7), date(2026, 11, 22))


def test_lessons_and_exceptions_are_odd_when_they_do_nothing() -> None:
    rows = PolicyRows(
        lessons=(
            LessonRow(1, "group:8A", NOW, ("a.example",)),
            LessonRow(2, "group:8B", LATER),
            LessonRow(3, "group:8C", LATER, ("a.example",)),
        ),
        exceptions=(
            ExceptionRow(4, "everyone", NOW - timedelta(days=1), NOW, ("all",)),
            ExceptionRow(5, "everyone", NOW, LATER, ("all",)),
        ),
    )

    assert findings(rows, NOW) == [
        "lesson 1 is over since 2026-11-23T09:00:00+00:00; remove it",
        "lesson 2 opens nothing to group:8B; a pause says so better",
        "exception 4 is over since 2026-11-23T09:00:00+00:00; remove it",
    ]


@pytest.mark.parametrize(
    ("bedtime", "hours", "odd"),
    [
        ("daily 21:00-06:00", "", ""),
        ("sun", "", ""),
        ("none", "", ""),
        ("", "mon 08:00-09:00", ""),
        ("daily", "", "bedtime leaves"),
        ("daily 06:00-06:00", "", "bedtime leaves"),
        ("weekdays; weekend 00:00-12:00,12:00-24:00", "", "bedtime leaves"),
        ("weekdays except holidays; weekend", "", "bedtime leaves"),
        ("daily from 2026-12-20 to 2026-12-22", "", ""),
        ("daily in term", "", ""),
        ("daily 08:00-20:00", "daily 09:00-18:00", "bedtime and hours leave"),
        ("daily 08:00-20:00", "daily 09:00-18:00; sat 20:00-21:00", ""),
    ],
)
def test_a_night_without_a_day_is_odd(bedtime: str, hours: str, odd: str) -> None:
    tier = PolicyRows(tiers=(TierRow("t", bedtime=bedtime, hours=hours),))
    child = PolicyRows(profiles=(ProfileRow("mai", bedtime=bedtime, hours=hours),))
    said = f"{odd} no half hour of the week; the internet is never on"

    assert [*time_findings(tier, NOW)] == ([f"tier t: {said}"] if odd else [])
    assert [*time_findings(child, NOW)] == ([f"profile mai: {said}"] if odd else [])


@pytest.mark.parametrize(
    ("term", "when", "odd"),
    [
        (PAST, "weekdays in term", True),
        (PAST, "weekdays", False),
        (TermRow("hk1", date(2026, 9, 7), date(2026, 11, 23)), "weekdays in term", False),
    ],
)
def test_terms_are_odd_when_all_are_past(term: TermRow, when: str, *, odd: bool) -> None:
    rows = PolicyRows(
        settings=Settings(terms=(term,)),
        rules=(RuleRow(1, "everyone", "a.example", Action.BLOCK, when=when),),
    )

    assert [line.partition(";")[0] for line in time_findings(rows, NOW)] == (
        ["the last school term ended on 2026-11-22"] if odd else []
    )
