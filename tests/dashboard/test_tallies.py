from __future__ import annotations

from datetime import date, timedelta

from kidgate.dashboard.tallies import KEPT, LATER, OF_ALL, SOON, Tallies
from kidgate.store.journal_pages import BY
from tests.dashboard.conftest import NOW, Site
from tests.dashboard.happened import line, put_lines

TODAY, BEFORE = date(2026, 11, 22), date(2026, 11, 20)


def test_day_that_is_over_is_kept_for_a_while_and_today_is_not(site: Site) -> None:
    desk, tallies = site.desk, Tallies()

    def total(day: date, now: timedelta = timedelta()) -> int:
        found = tallies.day(desk.database, day, desk.zone, NOW + now)
        return sum(one.count for one in found)

    put_lines(site, line("a"), line("b", at=NOW - timedelta(days=2)))
    assert (total(TODAY), total(BEFORE)) == (1, 1)
    put_lines(site, line("c", host="c.example"), line("d", at=NOW - timedelta(days=2, minutes=1)))
    assert (total(TODAY), total(BEFORE)) == (2, 1)
    assert total(BEFORE, SOON) == 2


def test_day_that_goes_on_is_kept_once_however_many_lines_come(site: Site) -> None:
    desk, tallies = site.desk, Tallies()
    for number in range(3):
        put_lines(site, line(f"n{number}", host=f"h{number}.example"))
        found = tallies.day(desk.database, TODAY, desk.zone, NOW)
        assert sum(one.count for one in found) == number + 1
    assert len(tallies._kept) == 1


def test_day_is_counted_by_what_is_asked_for_alone(site: Site) -> None:
    desk, tallies = site.desk, Tallies()
    put_lines(site, line("a"), line("b", host="b.example", child="nam"))

    def told(by: tuple[str, ...]) -> list[tuple[str, str, int]]:
        found = tallies.day(desk.database, TODAY, desk.zone, NOW, by=by)
        return sorted((one.child, one.reason, one.count) for one in found)

    both = told(BY)
    assert [(child, count) for child, _, count in both] == [("mai", 1), ("nam", 1)]
    assert told(OF_ALL) == [("", both[0][1], 2)]
    assert told(("child",)) == [("mai", "", 1), ("nam", "", 1)]


def test_answers_are_made_anew_when_they_are_old_and_their_number_has_an_end() -> None:
    tallies, made = Tallies(), []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [tallies.kept("a", make, NOW, LATER) for _ in range(2)] == [1, 1]
    assert tallies.kept("a", make, NOW + LATER, LATER) == 2
    assert tallies.kept("a", make, NOW, LATER) == 3  # the clock went back
    for number in range(2 * KEPT):
        tallies.kept(number, make, NOW, LATER)
    assert len(tallies._kept) == KEPT
