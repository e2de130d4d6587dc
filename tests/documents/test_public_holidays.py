"""Public holidays from the library."""

from __future__ import annotations

import sys
from datetime import date

import pytest

from kidgate.documents.public_holidays import NoHolidays, public_holidays


def test_holidays_of_viet_nam_have_their_days_and_names() -> None:
    found = {one.day: one.name for one in public_holidays("vn", 2027)}

    assert found[date(2027, 2, 6)] == "Tết Nguyên Đán"
    assert found[date(2027, 9, 2)] == "Quốc khánh"
    assert list(found) == sorted(found)


@pytest.mark.parametrize(("country", "said"), [("xx", "known of `xx`"), ("", "known of ``")])
def test_a_country_that_is_not_known_is_refused(country: str, said: str) -> None:
    with pytest.raises(NoHolidays, match=said):
        public_holidays(country, 2027)


def test_the_extra_is_named_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(NoHolidays, match=r"pip install 'kidgate\[holidays\]'"):
        public_holidays("vn", 2027)
