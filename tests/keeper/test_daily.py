"""What is due by itself: birthdays are told once, old lines are forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kidgate.keeper import daily
from kidgate.keeper.writer import Writer
from kidgate.policies.rows import PolicyRows, ProfileRow, Settings
from kidgate.store.alerts import unseen_alerts
from kidgate.store.faults import DatabaseFault
from kidgate.store.journal import append
from tests.keeper.stand import AT, counts, entry, home_in, write, writer_of


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(home_in(tmp_path)) as found:
        yield found


def house(*profiles: ProfileRow, **more: object) -> PolicyRows:
    settings = Settings(zone="Asia/Ho_Chi_Minh", **more)  # type: ignore[arg-type]
    return PolicyRows(settings=settings, profiles=profiles)


def alerts(writer: Writer) -> list[tuple[str, str]]:
    with writer.database.reading() as session:
        return [(kind, text) for kind, _, text, _ in unseen_alerts(session)]


def moves(writer: Writer, *profiles: ProfileRow, at: datetime = AT) -> list[object]:
    write(writer, house(*profiles))
    return list(daily.moves(writer.document().compile(), at))


def test_birthday_is_told_a_week_before_and_once(writer: Writer) -> None:
    write(writer, house(ProfileRow("mai", born=date(2017, 11, 30))))
    daily.once(writer)
    daily.once(writer)
    assert alerts(writer) == [("birthday", "mai moves from tier 6-8 to 9-12 on 2026-11-30")]


@pytest.mark.parametrize(
    ("born", "told"),
    [
        (date(2017, 11, 24), True),  # tomorrow
        (date(2017, 12, 1), False),  # in eight days
        (date(2017, 11, 23), False),  # today: it has happened
        (date(2016, 11, 30), False),  # a birthday within the tier
        (None, False),
    ],
)
def test_birthday_is_told_when_it_changes_the_tier_within_a_week(
    writer: Writer, born: date | None, told: bool
) -> None:
    tier = {} if born else {"tier": "9-12"}
    assert bool(moves(writer, ProfileRow("mai", born=born, **tier))) is told  # type: ignore[arg-type]


def test_day_of_the_birthday_is_that_of_the_childs_zone(writer: Writer) -> None:
    late = datetime(2026, 11, 23, 18, tzinfo=UTC)  # already the 24th in Vietnam
    ((_, day, _, _),) = moves(writer, ProfileRow("mai", born=date(2017, 11, 30)), at=late)  # type: ignore[misc]
    assert day == date(2026, 11, 30)


def test_old_lines_are_forgotten_and_others_kept(writer: Writer) -> None:
    write(writer, house(retention_days=10))
    ages = {1: 0, 2: 9, 3: 11, 4: 400}
    with writer.database.writing() as session:
        append(session, [replace(entry(n), at=AT - timedelta(days=age)) for n, age in ages.items()])
    daily.once(writer)
    assert set(counts(writer.database)) == {"h1.example", "h2.example"}


def test_daily_work_goes_on_after_a_fault(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    faults: list[Exception] = [DatabaseFault("locked", "wait"), RuntimeError("unforeseen")]
    done = []

    def once(found: Writer) -> None:
        if faults:
            raise faults.pop()
        done.append(found)

    monkeypatch.setattr(daily, "once", once)
    monkeypatch.setattr(daily, "EVERY_SECONDS", 0.001)

    async def main() -> None:
        task = asyncio.create_task(daily.run(writer))
        await asyncio.sleep(0.1)
        task.cancel()

    asyncio.run(main())
    assert done
