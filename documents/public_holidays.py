"""Public holidays of a country and year, from the library `holidays`, an extra."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

EXTRA = "the extra `holidays` is not installed: pip install 'kidgate[holidays]'"


class NoHolidays(ValueError):
    """The holidays cannot be told; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Holiday:
    day: date
    name: str  # in the country's language


def public_holidays(country: str, year: int) -> tuple[Holiday, ...]:
    """By day. `country`: two letters, as in ISO 3166. Raises NoHolidays."""
    # Late: it is large, and nothing but this needs it.
    try:
        import holidays
    except ImportError:
        raise NoHolidays(EXTRA) from None
    try:
        found = holidays.country_holidays(country.upper(), years=year)
    except NotImplementedError:
        raise NoHolidays(f"no holidays are known of `{country}`; write for example vn") from None
    if not found:
        raise NoHolidays(f"no holidays of `{country}` are known for {year}")
    return tuple(Holiday(day, name) for day, name in sorted(found.items()))
