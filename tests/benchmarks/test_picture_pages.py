"""Pages of pictures through a whole gateway, in the deep profile: its start alone takes seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("PIL", reason="needs the extra `images`")

from benchmarks.images import pictures, steps
from benchmarks.picture_pages import page_loads
from benchmarks.profile import TINY
from benchmarks.report import Report


@pytest.mark.deep
def test_page_loads_are_told_for_each_step(tmp_path: Path) -> None:
    report = Report("images")
    page_loads(report, tmp_path, pictures(TINY), 1, steps(TINY)[:2])
    assert report.figures.keys() == {
        f"{page}, {step}"
        for page in ("page", "page seen before")
        for step in ("no lists", "hashes")
    }
