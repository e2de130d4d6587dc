"""What adults said for now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kidgate.policies.now import holding
from kidgate.policies.rows import ExceptionRow, LessonRow, PauseRow, PolicyRows

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_holding_tells_who_and_until_when_and_nothing_that_is_over_or_to_come() -> None:
    rows = PolicyRows(
        pauses=(
            PauseRow(1, "device:tablet", NOW + 2 * HOUR, "lan", "ăn cơm"),
            PauseRow(2, "everyone", NOW),
        ),
        lessons=(
            LessonRow(1, "group:8A", NOW + HOUR, ("a.example", "b.example"), "Toán", "thảo"),
            LessonRow(2, "group:8B", NOW),
        ),
        exceptions=(
            ExceptionRow(1, "child:mai", NOW, NOW + 3 * HOUR, ("bedtime",), "lan"),
            ExceptionRow(2, "child:mai", NOW + HOUR, NOW + 2 * HOUR, ("all",)),
            ExceptionRow(3, "child:mai", NOW - HOUR, NOW, ("all",)),
        ),
    )

    found = [
        (h.kind, h.id, h.scope, h.until - NOW, h.what, h.title, h.author, h.reason)
        for h in holding(rows, NOW)
    ]
    assert found == [
        ("lesson", 1, "group:8A", HOUR, "a.example, b.example", "Toán", "thảo", ""),
        ("pause", 1, "device:tablet", 2 * HOUR, "", "", "lan", "ăn cơm"),
        ("exception", 1, "child:mai", 3 * HOUR, "bedtime", "", "lan", ""),
    ]
