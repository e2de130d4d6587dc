"""Days of the calendar as people write them, in every order that can be meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 1920, 2040  # of somebody's birth
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_WRITTEN = re.compile(
    r"(?<![0-9a-z.,])(?:"
    r"(?P<y1>[0-9]{4})(?P<s1>[-/.])(?P<a1>[0-9]{1,2})(?P=s1)(?P<b1>[0-9]{1,2})"
    r"|(?P<a2>[0-9]{1,2}) ?(?P<s2>[-/. ]) ?(?P<b2>[0-9]{1,2}) ?(?P=s2) ?(?P<y2>[0-9]{4}|[0-9]{2})"
    r"|(?P<a3>[0-9]{1,2}) ?thang ?(?P<b3>[0-9]{1,2}) ?,? ?(?:nam )?(?P<y3>[0-9]{4})"
    rf"|{_MONTH.format('m4')}\.? (?P<a4>[0-9]{{1,2}})(?:st|nd|rd|th)?,? (?P<y4>[0-9]{{4}})"
    r"|(?P<a5>[0-9]{1,2})(?:st|nd|rd|th)?(?: of|-)? ?"
    rf"{_MONTH.format('m5')}\.?[, -]{{1,2}}(?P<y5>[0-9]{{4}})"
    r"|(?P<packed>[0-9]{8})"
    r")(?![0-9])(?!\.[0-9])"
)


class Written(NamedTuple):
    """A day in a text, with every day that it can mean."""

    start: int
    end: int
    days: tuple[date, ...]
    packed: bool  # eight digits in one run: only where something says that it is a day


def days_in(plain: str) -> Iterator[Written]:
    """The days in a plain text."""
    for match in _WRITTEN.finditer(plain):
        if found := _meant(match):
            yield Written(match.start(), match.end(), found, bool(match["packed"]))


def meant_by(first: str, second: str, third: str) -> tuple[date, ...]:
    """The days that three numbers can mean, in any order with the year first or last."""
    if len(first) == 4:
        return _days(first, second, third)
    return _days(third, first, second) if len(third) in (2, 4) else ()


def _meant(match: re.Match[str]) -> tuple[date, ...]:
    part = match.groupdict()
    if packed := part["packed"]:
        return (
            *_days(packed[:4], packed[4:6], packed[6:]),
            *_days(packed[4:], packed[:2], packed[2:4]),
        )
    for number in "45":
        if month := part["m" + number]:
            numeric = str(_MONTHS.index(month[:3]) + 1)
            day = _day(int(part["y" + number]), int(numeric), int(part["a" + number]))
            return (day,) if day else ()
    number = next(n for n in "123" if part["y" + n])
    return _days(part["y" + number], part["a" + number], part["b" + number])


def _days(year: str, first: str, second: str) -> tuple[date, ...]:
    years = (int(year),) if len(year) == 4 else (2000 + int(year), 1900 + int(year))
    orders = ((int(first), int(second)), (int(second), int(first)))
    found = (_day(y, month, day) for y in years for month, day in orders)
    return tuple(dict.fromkeys(day for day in found if day))


def _day(year: int, month: int, day: int) -> date | None:
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
