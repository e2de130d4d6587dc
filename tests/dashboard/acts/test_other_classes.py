"""A teacher who guesses keys and numbers learns nothing of another class, not even from a fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kidgate.dashboard import acts
from kidgate.dashboard.faults import Refused
from kidgate.dashboard.gate import ACTS
from kidgate.policies.rows import GrantRow, LessonRow, PauseRow
from tests.dashboard.conftest import NOW, ROWS, Site

LATER = NOW + timedelta(hours=2)
OTHERS = replace(
    ROWS,
    grants=(GrantRow(1, "nam", "nam.example", LATER),),
    pauses=(PauseRow(1, "child:nam", LATER),),
    lessons=(LessonRow(1, "group:9B", LATER, ("nam.example",)),),
)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("lessons.start", {"scope": "nobody", "targets": ["a.example"], "minutes": 5}),
        ("lessons.extend", {"scope": "nobody", "minutes": 5}),
        ("lessons.extend", {"scope": "8A", "minutes": 5}),
        ("lessons.end", {"scope": "nobody"}),
        ("lessons.end", {"scope": "8A"}),
        ("pauses.start", {"scope": "nobody", "minutes": 5}),
        ("pauses.start", {"scope": "device:p", "minutes": 5}),
        ("pauses.end", {"scope": "nobody"}),
        ("pauses.end", {"scope": "mai"}),
        ("rules.revoke", {"id": 1}),
        ("children.bonus_remove", {"id": 1}),
    ],
)
def test_fault_names_nobody_of_another_class(
    make_site: Callable[..., Site], name: str, asked: dict[str, Any]
) -> None:
    acts.load()
    site = make_site(OTHERS)
    site.do("bonus.add", child="nam", key="all", minutes=5, reason="")
    act = ACTS[name]
    with pytest.raises(Refused) as fault:
        act(site.desk, site.actor("teacher"), act.from_text(asked))
    told = str(fault.value)
    assert not any(other in told for other in ("nam", "9B", "phone")), told


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("journal.lines", {"days": 2**63}),
        ("journal.lines", {"days": 10**9}),
        ("audit.lines", {"before": 2**63}),
        ("policy.history", {"before": 2**63}),
        ("reports.numbers", {"last": "0001-01-01"}),
        ("reports.school", {"form": "csv", "last": "0001-01-01"}),
        ("rules.grant", {"child": "mai", "target": "a.example", "until": "9999-12-31"}),
        ("requests.one", {"id": 2**63}),
        ("account.token_remove", {"id": 2**63}),
    ],
)
def test_number_or_day_beyond_measure_is_refused(
    site: Site, name: str, asked: dict[str, Any]
) -> None:
    acts.load()
    act = ACTS[name]
    with pytest.raises(Refused):
        act(site.desk, site.actor(), act.from_text(asked))
