"""Windows in wall-clock time: grammar, both clock-change days, nights, holidays, date ranges."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.policies.schedule import Calendar, InvalidSchedule, Schedule, parse_schedule

LONDON = ZoneInfo("Europe/London")  # 2026: 29 March 01:00 -> 02:00, 25 October 02:00 -> 01:00
NEW_YORK = ZoneInfo("America/New_York")  # 2026: 8 March 02:00 -> 03:00, 1 November 02:00 -> 01:00
SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")  # never changes
YEAR = Calendar(
    holidays=frozenset({date(2026, 2, 17), date(2026, 2, 18)}),  # a Tuesday and a Wednesday
    terms=((date(2026, 1, 12), date(2026, 5, 29)), (date(2026, 9, 7), date(2026, 12, 31))),
)
FAST = settings(max_examples=150, deadline=None, database=None)
DEEP = settings(max_examples=2000, deadline=None, database=None)


def moment(text: str, zone: ZoneInfo) -> datetime:
    """`2026-03-29 01:30`; a `*` at the end means the second time a repeated hour shows it."""
    return datetime.fromisoformat(text.rstrip("*")).replace(tzinfo=zone, fold=text.endswith("*"))


@pytest.mark.parametrize(
    ("schedule", "zone", "at", "expected"),
    [
        # no schedule, whole days
        ("", SAIGON, "2026-11-23 03:00", True),
        ("daily", SAIGON, "2026-11-23 00:00", True),
        ("mon", SAIGON, "2026-11-23 23:59", True),
        ("mon", SAIGON, "2026-11-24 00:00", False),
        ("mon", SAIGON, "2026-11-22 23:59", False),
        # edges: the first minute belongs to a window, the last one does not
        ("mon 08:00-11:30", SAIGON, "2026-11-23 07:59:59", False),
        ("mon 08:00-11:30", SAIGON, "2026-11-23 08:00:00", True),
        ("mon 08:00-11:30", SAIGON, "2026-11-23 11:29:59", True),
        ("mon 08:00-11:30", SAIGON, "2026-11-23 11:30:00", False),
        ("mon 22:00-24:00", SAIGON, "2026-11-23 23:59:59", True),
        ("mon 22:00-24:00", SAIGON, "2026-11-24 00:00:00", False),
        ("mon 00:00-00:01", SAIGON, "2026-11-23 00:00:00", True),
        ("mon 00:00-00:01", SAIGON, "2026-11-22 23:59:59", False),
        # several windows, several parts
        ("weekdays 8:00-11:00,14:00-17:00", SAIGON, "2026-11-23 12:00", False),
        ("weekdays 8:00-11:00,14:00-17:00", SAIGON, "2026-11-23 14:00", True),
        ("weekdays 8:00-11:00; weekend 9:00-21:00", SAIGON, "2026-11-22 20:59", True),
        ("weekdays 8:00-11:00; weekend 9:00-21:00", SAIGON, "2026-11-23 20:59", False),
        # ranges of days, wrapped ones too
        ("mon-wed", SAIGON, "2026-11-25 12:00", True),
        ("mon-wed", SAIGON, "2026-11-26 12:00", False),
        ("sat-mon", SAIGON, "2026-11-23 12:00", True),
        ("sat-mon", SAIGON, "2026-11-24 12:00", False),
        ("sat-mon", SAIGON, "2026-11-27 23:59", False),
        # a night belongs to the day it starts on, the next day being scheduled or not
        ("fri 21:00-06:30", SAIGON, "2026-11-28 06:29", True),
        ("fri 21:00-06:30", SAIGON, "2026-11-28 06:30", False),
        ("fri 21:00-06:30", SAIGON, "2026-11-27 06:00", False),
        ("fri 21:00-06:30", SAIGON, "2026-11-28 21:00", False),
        ("sun 21:00-06:30", SAIGON, "2026-11-23 06:00", True),
        ("sun 21:00-21:00", SAIGON, "2026-11-23 20:59", True),
        ("sun 21:00-21:00", SAIGON, "2026-11-23 21:00", False),
        # the night the clocks go forward: 23:30 is still 23:30, the skipped hour is never met
        ("daily 23:00-24:00", LONDON, "2026-03-29 23:30", True),
        ("sat 22:00-06:00", LONDON, "2026-03-29 05:59", True),
        ("sat 22:00-06:00", LONDON, "2026-03-29 06:00", False),
        ("sun 01:00-02:00", LONDON, "2026-03-29 00:59", False),
        ("sun 01:00-02:00", LONDON, "2026-03-29 02:00", False),
        ("sun 02:00-03:00", NEW_YORK, "2026-03-08 01:59", False),
        ("sun 02:00-03:00", NEW_YORK, "2026-03-08 03:00", False),
        ("sun 23:30-24:00", NEW_YORK, "2026-03-08 23:59:59", True),
        # the night they go back: both turns of an hour are judged alike
        ("daily 23:00-24:00", LONDON, "2026-10-25 23:30", True),
        ("sun 01:00-02:00", LONDON, "2026-10-25 01:30", True),
        ("sun 01:00-02:00", LONDON, "2026-10-25 01:30*", True),
        ("sun 01:00-01:30", LONDON, "2026-10-25 01:45", False),
        ("sun 01:00-01:30", LONDON, "2026-10-25 01:15*", True),
        ("sat 22:00-06:00", NEW_YORK, "2026-11-01 01:30*", True),
        ("sat 22:00-06:00", NEW_YORK, "2026-11-01 05:59", True),
        ("sat 22:00-06:00", NEW_YORK, "2026-11-01 06:00", False),
        # holidays (17 and 18 February), on a night too
        ("holidays", SAIGON, "2026-02-17 12:00", True),
        ("holidays", SAIGON, "2026-02-19 12:00", False),
        ("weekend,holidays 09:00-21:00", SAIGON, "2026-02-18 10:00", True),
        ("weekend,holidays 09:00-21:00", SAIGON, "2026-02-21 10:00", True),
        ("weekdays except holidays", SAIGON, "2026-02-16 12:00", True),
        ("weekdays except holidays", SAIGON, "2026-02-17 12:00", False),
        ("!holidays weekdays 21:00-06:00", SAIGON, "2026-02-17 05:59", True),
        ("!holidays weekdays 21:00-06:00", SAIGON, "2026-02-19 05:59", False),
        ("daily", SAIGON, "2026-02-17 12:00", True),
        # date ranges: both ends are in, and hold for the day a night starts on
        ("from 2026-06-01 to 2026-08-31", SAIGON, "2026-05-31 23:59", False),
        ("from 2026-06-01 to 2026-08-31", SAIGON, "2026-06-01 00:00", True),
        ("from 2026-06-01 to 2026-08-31", SAIGON, "2026-08-31 23:59", True),
        ("from 2026-06-01 to 2026-08-31", SAIGON, "2026-09-01 00:00", False),
        ("daily 22:00-06:00 to 2026-08-31", SAIGON, "2026-09-01 05:59", True),
        ("daily 22:00-06:00 from 2026-06-01", SAIGON, "2026-06-01 05:59", False),
        # school terms: both ends are in, and hold for the day a night starts on
        ("in term", SAIGON, "2026-01-11 23:59", False),
        ("in term", SAIGON, "2026-01-12 00:00", True),
        ("in term", SAIGON, "2026-05-29 23:59:59", True),
        ("in term", SAIGON, "2026-05-30 00:00", False),
        ("out of term", SAIGON, "2026-01-11 23:59", True),
        ("out of term", SAIGON, "2026-01-12 00:00", False),
        ("out of term", SAIGON, "2026-07-15 12:00", True),
        ("out of term", SAIGON, "2027-01-01 00:00", True),
        ("sun-thu in term 21:00-06:00", SAIGON, "2026-01-12 05:59", False),
        ("sun-thu in term 21:00-06:00", SAIGON, "2026-01-12 21:00", True),
        ("daily in term 22:00-06:00", SAIGON, "2026-05-30 05:59", True),
        ("daily in term 22:00-06:00", SAIGON, "2026-05-30 06:00", False),
        ("daily out of term 22:00-06:00", SAIGON, "2026-05-30 05:59", False),
        ("fri in term 21:00-06:30", SAIGON, "2026-12-26 06:29", True),
        ("weekdays in term except holidays", SAIGON, "2026-02-16 12:00", True),
        ("weekdays in term except holidays", SAIGON, "2026-02-17 12:00", False),
        ("sat,holidays in term", SAIGON, "2026-02-17 12:00", True),
        ("sat,holidays out of term", SAIGON, "2026-02-17 12:00", False),
        ("in term 21:00-06:00; out of term 23:00-07:00", SAIGON, "2026-07-15 22:00", False),
        ("in term 21:00-06:00; out of term 23:00-07:00", SAIGON, "2026-10-15 22:00", True),
        ("in term from 2026-04-01 to 2026-06-30", SAIGON, "2026-05-29 12:00", True),
        ("in term from 2026-04-01 to 2026-06-30", SAIGON, "2026-06-01 12:00", False),
        # on both nights the clocks change the term's nights end at their hour
        ("in term 22:00-06:00", LONDON, "2026-03-29 05:59", True),
        ("in term 22:00-06:00", LONDON, "2026-03-29 06:00", False),
        ("sun in term 01:00-01:30", LONDON, "2026-10-25 01:15*", True),
        ("out of term 22:00-06:00", LONDON, "2026-10-25 01:15*", False),
    ],
)
def test_active_by_the_wall_clock(schedule: str, zone: ZoneInfo, at: str, expected: bool) -> None:
    asked = moment(at, zone)

    assert parse_schedule(schedule).active(asked, zone, YEAR) is expected
    assert parse_schedule(schedule).active(asked.astimezone(UTC), zone, YEAR) is expected


@pytest.mark.parametrize(
    ("schedule", "zone", "at", "expected"),
    [
        ("", SAIGON, "2026-11-23 12:00", None),
        ("daily", SAIGON, "2026-11-23 12:00", None),
        ("mon 08:00-11:30", SAIGON, "2026-11-23 07:00", "2026-11-23 08:00+07:00"),
        ("mon 08:00-11:30", SAIGON, "2026-11-23 08:00", "2026-11-23 11:30+07:00"),
        ("mon 08:00-11:30", SAIGON, "2026-11-23 11:30", "2026-11-30 08:00+07:00"),
        ("fri 21:00-06:30", SAIGON, "2026-11-27 22:00", "2026-11-28 06:30+07:00"),
        ("mon;tue", SAIGON, "2026-11-23 12:00", "2026-11-25 00:00+07:00"),
        ("holidays", SAIGON, "2026-02-12 00:00", "2026-02-17 00:00+07:00"),
        ("holidays", SAIGON, "2026-02-17 00:00", "2026-02-19 00:00+07:00"),
        ("holidays", SAIGON, "2026-02-01 00:00", None),
        ("from 2026-06-01", SAIGON, "2026-05-24 00:00", "2026-06-01 00:00+07:00"),
        ("from 2026-06-01", SAIGON, "2026-05-23 23:59", None),
        ("in term", SAIGON, "2026-01-05 00:00", "2026-01-12 00:00+07:00"),
        ("in term", SAIGON, "2026-05-29 12:00", "2026-05-30 00:00+07:00"),
        ("daily in term 22:00-06:00", SAIGON, "2026-05-29 23:00", "2026-05-30 06:00+07:00"),
        ("daily out of term 22:00-06:00", SAIGON, "2026-05-29 23:00", "2026-05-30 22:00+07:00"),
        # an end within the skipped hour comes with the jump
        ("sat 22:00-01:30", LONDON, "2026-03-29 00:30", "2026-03-29 02:00+01:00"),
        ("sat 22:00-06:00", LONDON, "2026-03-28 23:00", "2026-03-29 06:00+01:00"),
        # a window within the repeated hour opens twice
        ("sun 01:00-01:30", LONDON, "2026-10-25 00:00", "2026-10-25 01:00+01:00"),
        ("sun 01:00-01:30", LONDON, "2026-10-25 01:00", "2026-10-25 01:30+01:00"),
        ("sun 01:00-01:30", LONDON, "2026-10-25 01:30", "2026-10-25 01:00+00:00"),
        ("sun 01:00-01:30", LONDON, "2026-10-25 01:00*", "2026-10-25 01:30+00:00"),
        ("sun 01:00-02:00", LONDON, "2026-10-25 01:00", "2026-10-25 02:00+00:00"),
        ("sat 22:00-06:00", NEW_YORK, "2026-11-01 00:30", "2026-11-01 06:00-05:00"),
        ("sun 02:30-04:00", NEW_YORK, "2026-03-08 01:30", "2026-03-08 03:00-04:00"),
    ],
)
def test_next_change_when_asked(
    schedule: str, zone: ZoneInfo, at: str, expected: str | None
) -> None:
    found = parse_schedule(schedule).next_change(moment(at, zone), zone, YEAR)

    # As text: a moment of a repeated hour equals none of another zone (PEP 495).
    assert (found and found.isoformat(" ", "minutes")) == expected
    assert found is None or found.tzinfo is zone


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("", ""),
        ("  ", ""),
        ("MON-Fri 8:00-9:05", "weekdays 08:00-09:05"),
        ("sat , sun", "weekend"),
        ("sat-mon", "mon,sat,sun"),
        ("mon-sun,holidays", "daily"),
        ("21:00-06:30", "daily 21:00-06:30"),
        ("00:00-24:00", "daily"),
        ("00:00-00:00", "daily"),
        ("22:00-00:00", "daily 22:00-24:00"),
        ("14:00-17:00, 08:00-11:00,14:00-17:00", "daily 08:00-11:00,14:00-17:00"),
        ("!holidays", "daily except holidays"),
        ("except holidays mon 08:00-09:00", "mon except holidays 08:00-09:00"),
        ("to 2026-08-31 from 2026-06-01 fri", "fri from 2026-06-01 to 2026-08-31"),
        ("mon;holidays 10:00-12:00", "mon; holidays 10:00-12:00"),
        ("IN  TERM", "daily in term"),
        ("08:00-11:00 out of term fri", "fri out of term 08:00-11:00"),
        ("in term mon !holidays", "mon except holidays in term"),
    ],
)
def test_str_is_canonical_when_parsed(text: str, canonical: str) -> None:
    assert str(parse_schedule(text)) == canonical


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("monday", "`monday`"),
        ("mon-", "`mon-`"),
        ("mon-fry", "`mon-fry`"),
        ("mon,,tue", "``"),
        ("never", "`never`"),
        ("mon tue", "`tue`"),
        ("mon 8-9", "`8-9`"),
        ("mon 08:00", "`08:00`"),
        ("mon 08:00-09:00 10:00-11:00", "`10:00-11:00`"),
        ("08:60-09:00", "`08:60-09:00`"),
        ("24:00-01:00", "`24:00-01:00`"),
        ("08:00-24:01", "`08:00-24:01`"),
        ("08:00-25:00", "`08:00-25:00`"),
        ("08:00–09:00", "`08:00–09:00`"),
        ("mon;", "`mon;`"),
        (";", "`;`"),
        ("except mon", "`except mon`"),
        ("mon except", "`except`"),
        ("holidays except holidays", "`holidays except holidays`"),
        ("daily,holidays !holidays", "`daily,holidays !holidays`"),
        ("from", "`from`"),
        ("from 2026-02-30", "`2026-02-30`"),
        ("from 20260201", "`20260201`"),
        ("from 2026-2-1", "`2026-2-1`"),
        ("from 2026-02-01 from 2026-02-02", "`2026-02-02`"),
        ("from 2026-02-02 to 2026-02-01", "`to 2026-02-01`"),
        ("mon in", "`in`"),
        ("in terms", "`in terms`"),
        ("out term", "`out term`"),
        ("out of", "`out of`"),
        ("term", "`term`"),
        ("in term out of term", "`out of term`"),
    ],
)
def test_parse_names_the_word_when_mistyped(text: str, word: str) -> None:
    with pytest.raises(InvalidSchedule) as caught:
        parse_schedule(text)

    assert word in str(caught.value)


def test_active_refuses_when_the_moment_has_no_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Schedule().active(datetime(2026, 11, 23), SAIGON)  # noqa: DTZ001


days = st.lists(
    st.sampled_from(["mon", "tue-thu", "sat-mon", "weekdays", "weekend", "daily", "holidays"]),
    min_size=1,
    max_size=3,
).map(",".join)
clocks = st.times().map(lambda t: f"{t:%H:%M}")
windows = st.lists(st.tuples(clocks, clocks | st.just("24:00")).map("-".join), max_size=3)
dates = st.dates(date(2026, 10, 20), date(2026, 11, 10)).map(str)


@st.composite
def texts(draw: st.DrawFn) -> str:
    def part() -> str:
        words = [draw(days)]
        if "holidays" not in words[0] and draw(st.booleans()):
            words.append("!holidays")
        words += [",".join(found)] if (found := draw(windows)) else []
        words += draw(st.sampled_from([[], ["in term"], ["out of term"]]))
        words += draw(st.just([]) | dates.map(lambda d: ["from", d]))
        return " ".join(words)

    return ";".join(part() for _ in range(draw(st.integers(1, 3))))


moments = st.datetimes(datetime(2026, 10, 20), datetime(2026, 11, 10), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from([LONDON, NEW_YORK, SAIGON, ZoneInfo("Australia/Lord_Howe")])
near = st.dates(date(2026, 10, 20), date(2026, 11, 20))
holidays = st.builds(
    Calendar,
    holidays=st.frozensets(near, max_size=4),
    terms=st.lists(st.tuples(near, near), max_size=2).map(tuple),  # some end before they begin
)


@FAST
@given(texts())
def test_str_parses_to_the_same_when_any(text: str) -> None:
    schedule = parse_schedule(text)

    assert parse_schedule(str(schedule)) == schedule


@FAST
@given(st.text(alphabet="mon-fri,;: 0123456789!holidaysexceptfromtodailyinoutofterm"))
def test_parse_answers_or_refuses_when_fuzzed(text: str) -> None:
    try:
        schedule = parse_schedule(text)
    except InvalidSchedule:
        return
    assert parse_schedule(str(schedule)) == schedule


@FAST
@given(texts(), texts(), moments, zones, holidays)
def test_a_further_part_never_ends_a_window(
    text: str, more: str, at: datetime, zone: ZoneInfo, free: Calendar
) -> None:
    alone, both = parse_schedule(text), parse_schedule(f"{text};{more}")

    assert both.active(at, zone, free) >= alone.active(at, zone, free)


@FAST
@given(st.times(), st.times(), st.times(), st.sampled_from([date(2026, 10, 25), date(2026, 3, 29)]))
def test_active_follows_the_shown_time_when_clocks_change(
    start: time, end: time, shown: time, day: date
) -> None:
    schedule = parse_schedule(f"{start:%H:%M}-{end:%H:%M}")
    first, last, now = (f"{t:%H:%M}" for t in (start, end, shown))
    expected = first <= now < last if first < last else now >= first or now < last
    at = datetime.combine(day, shown, LONDON)
    if at.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != at.replace(tzinfo=None):
        return  # the skipped hour shows on no clock

    assert schedule.active(at, LONDON) is expected
    assert schedule.active(at.replace(fold=1), LONDON) is expected


def check_next_change(
    text: str, at: datetime, zone: ZoneInfo, free: Calendar, *, step: timedelta
) -> None:
    """Up to the change `active` stays what it is, and with it becomes something else."""
    schedule = parse_schedule(text)
    now, found = schedule.active(at, zone, free), schedule.next_change(at, zone, free)
    if found is not None:
        assert at < found <= at + timedelta(days=8)
        assert schedule.active(found, zone, free) is not now
        assert schedule.active(found.astimezone(UTC) - timedelta(microseconds=1), zone, free) is now
    end = found or at + timedelta(days=8)
    while at < end:
        assert schedule.active(at, zone, free) is now
        at += step


@settings(FAST, max_examples=60)
@given(texts(), moments, zones, holidays)
def test_next_change_is_the_first_when_walked(
    text: str, at: datetime, zone: ZoneInfo, free: Calendar
) -> None:
    check_next_change(text, at, zone, free, step=timedelta(minutes=17))


@pytest.mark.deep
@pytest.mark.timeout(1200)
@DEEP
@given(texts(), moments, zones, holidays)
def test_next_change_is_the_first_when_walked_by_minutes(
    text: str, at: datetime, zone: ZoneInfo, free: Calendar
) -> None:
    check_next_change(text, at, zone, free, step=timedelta(minutes=1))
