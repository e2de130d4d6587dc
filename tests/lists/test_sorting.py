"""Sorting in runs."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kidgate.lists.sorting import Runs

RECORDS = st.lists(st.binary(max_size=5).map(lambda b: b.replace(b"\n", b"") + b"\n"), max_size=40)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(records=RECORDS, run=st.integers(1, 50))
def test_runs_merge_to_the_sorted_whole(tmp_path: Path, records: list[bytes], run: int):
    with Runs(tmp_path, run=run) as runs:
        for record in records:
            runs.add(record)
        assert list(runs.merged()) == sorted(records)
    assert list(tmp_path.iterdir()) == []
