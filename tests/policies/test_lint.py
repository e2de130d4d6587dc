"""What is odd in a policy that compiles."""

from __future__ import annotations

from datetime import UTC, datetime

from kidgate.policies.lint import findings
from kidgate.policies.model import Action
from kidgate.policies.rows import DeviceRow, GroupRow, PolicyRows, ProfileRow, RuleRow

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_nothing_is_odd_when_everybody_has_what_they_need() -> None:
    rows = PolicyRows(
        groups=(GroupRow("8A"),),
        profiles=(ProfileRow("mai", tier="9-12", groups=("8A",)),),
        devices=(DeviceRow("tablet", of="mai", addresses=("127.0.0.5",)),),
        rules=(
            RuleRow(1, "everyone", "a.example", Action.BLOCK),
            RuleRow(2, "everyone", "a.example", Action.ALLOW, when="daily 08:00-09:00"),
        ),
    )
    assert findings(rows, NOW) == []


def test_each_oddity_is_told_when_there_is_one() -> None:
    rows = PolicyRows(
        groups=(GroupRow("8A"),),
        profiles=(ProfileRow("mai"),),
        devices=(DeviceRow("tablet"), DeviceRow("phone", of="mai", login="phone")),
        rules=(
            RuleRow(1, "everyone", "a.example", Action.BLOCK, until=NOW),
            RuleRow(2, "everyone", "a.example", Action.BLOCK),
            RuleRow(3, "everyone", "https://A.example/", Action.ALLOW),
        ),
    )
    assert [line.partition(";")[0] for line in findings(rows, NOW)] == [
        "rule 1 is over since 2026-11-23T09:00:00+00:00",
        "rules 2 and 3 are both about a.example for everyone",
        "profile mai has neither birth date nor tier",
        "device tablet has no address and no log-in",
        "device tablet is nobody's",
        "device phone has a log-in without a password",
        "group 8A is empty",
    ]
