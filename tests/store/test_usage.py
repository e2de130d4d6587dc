from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from kidgate.policies.ledger import Span
from kidgate.store import usage
from kidgate.store.database import Database
from kidgate.store.usage import DayUsed, Given, Used

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY, NEXT = date(2026, 11, 23), date(2026, 11, 24)


def used(profile: str, day: date, minutes: int, device: str = "tablet", key: str = "all") -> Used:
    return Used(profile, device, key, Span(day, NOON, NOON + timedelta(minutes=minutes)))


def test_spans_are_replaced_and_counted_by_day(database: Database) -> None:
    with database.writing() as session:
        assert usage.is_empty(session)
        assert usage.last_end(session) is None
        new = [used("mai", DAY, 10), used("mai", DAY, 7, "phone"), used("mai", NEXT, 5)]
        usage.replace_spans(session, (), [*new, used("nam", DAY, 3)])
    with database.writing() as session:
        found = usage.spans(session, ("mai",), (DAY,))
        assert sorted((one.device, one.span.end - one.span.start) for one in found) == [
            ("phone", timedelta(minutes=7)),
            ("tablet", timedelta(minutes=10)),
        ]
        assert usage.last_end(session) == NOON + timedelta(minutes=10)
        usage.replace_spans(session, [found[0].id, found[1].id], [used("mai", DAY, 20)])
        assert not usage.is_empty(session)
    with database.reading() as session:
        assert usage.day_used(session, "mai", DAY) == DayUsed({"all": 20}, ())
        assert usage.day_used(session, "nam", DAY).used == {"all": 3}


def test_start_of_the_box_is_kept(database: Database) -> None:
    with database.writing() as session:
        assert usage.zero_of(session, "b1") is None
        usage.put_zero(session, "b1", NOON)
        assert usage.zero_of(session, "b1") == NOON


def test_bonus_is_given_counted_and_taken_back(database: Database) -> None:
    with database.writing() as session:
        usage.replace_spans(session, (), [used("mai", DAY, 10)])
        given = Given(0, "mai", DAY, "all", 15, "đọc sách", "an", NOON)
        first = usage.add_bonus(session, given)
        usage.add_bonus(session, Given(0, "mai", DAY, "all", 5, "", "an", NOON))
        usage.add_bonus(session, Given(0, "mai", NEXT, "all", 50, "", "an", NOON))
        found = usage.day_used(session, "mai", DAY)
        assert (found.bonus, found.counted) == ({"all": 20}, {"all": -10})
        assert usage.bonus(session, first) == found.bonuses[0]
        usage.remove_bonus(session, first)
        assert usage.bonus(session, first) is None
        assert usage.day_used(session, "mai", DAY).bonus == {"all": 5}


def test_what_is_told_is_told_once_and_warnings_can_be_forgotten(database: Database) -> None:
    with database.writing() as session:
        assert usage.put_told(session, "mai", DAY, "all", "left:5")
        assert not usage.put_told(session, "mai", DAY, "all", "left:5")
        assert usage.put_told(session, "mai", DAY, "all", "every:30:1")
        usage.forget_warnings(session, "mai", DAY)
        assert usage.told(session, ("mai",), (DAY,)) == [("mai", DAY, "all", "every:30:1")]


def test_old_days_are_forgotten(database: Database) -> None:
    with database.writing() as session:
        usage.replace_spans(session, (), [used("mai", DAY, 10), used("mai", NEXT, 5)])
        usage.add_bonus(session, Given(0, "mai", DAY, "all", 5, "", "an", NOON))
        usage.put_told(session, "mai", DAY, "all", "left:5")
        usage.purge(session, NEXT)
        assert [one.span.day for one in usage.spans(session, ("mai",), (DAY, NEXT))] == [NEXT]
        assert usage.bonuses(session, ("mai",), (DAY,)) == []
        assert usage.told(session, ("mai",), (DAY,)) == []
