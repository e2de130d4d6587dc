from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from kidgate.dashboard.acts import reports
from kidgate.dashboard.acts.reports import NumbersWanted
from kidgate.dashboard.faults import Invalid, NotThere
from tests.dashboard.conftest import Site
from tests.dashboard.happened import line, put_lines


def test_numbers_of_a_time_are_counted_with_repeats(site: Site) -> None:
    put_lines(site, line("a", count=4), line("b", child="nam"), line("c", verdict="allow"))
    found = reports.numbers(site.desk, site.actor(), NumbersWanted())
    assert (found.total, found.children) == (5, (("mai", 4), ("nam", 1)))
    assert (found.reasons, found.hosts) == ((("category", 5),), (("games.example", 5),))
    assert found.days[-1] == (date(2026, 11, 22), 5)
    assert reports.numbers(site.desk, site.actor(), NumbersWanted(child="nam")).total == 1
    before = NumbersWanted(first=date(2026, 11, 1), last=date(2026, 11, 21))
    assert reports.numbers(site.desk, site.actor(), before).total == 0


def test_teacher_gets_numbers_of_own_classes_alone(site: Site) -> None:
    put_lines(site)
    found = reports.numbers(site.desk, site.actor("teacher"), NumbersWanted())
    assert [key for key, _ in found.children] == ["mai"]
    assert "x.example" not in dict(found.hosts)
    with pytest.raises(NotThere):
        reports.numbers(site.desk, site.actor("teacher"), NumbersWanted(child="nam"))
    assert reports.numbers(site.desk, site.actor("teacher"), NumbersWanted(group="9B")).total == 0


def test_time_that_is_none_is_refused(site: Site) -> None:
    for first, last in ((date(2026, 11, 2), date(2026, 11, 1)), (date(2020, 1, 1), None)):
        with pytest.raises(Invalid):
            reports.numbers(site.desk, site.actor(), NumbersWanted(first=first, last=last))


def test_sheet_holds_no_formula(site: Site) -> None:
    put_lines(site, line("a", host="=cmd|x"))
    sheet = reports.as_csv(site.desk, site.actor(), NumbersWanted()).text
    rows = list(csv.reader(io.StringIO(sheet)))
    assert rows[0] == ["what", "name", "attempts"]
    assert ["host", "'=cmd|x", "1"] in rows
