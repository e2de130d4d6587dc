"""`term` and `holiday`: the days that schedules speak of."""

from __future__ import annotations

import sys

import pytest

from tests.console.runner import Kidgate


def test_terms_make_a_schedule_hold(kidgate: Kidgate) -> None:
    kidgate("term", "add", "hk2", "2027-01-18", "2027-05-28")
    kidgate("term", "add", "hk1", "2026-09-07", "2026-11-23")
    when = ("--when", "weekdays in term 07:00-17:00")
    kidgate("block", "a.example", "--for", "mai", *when)

    assert [row["key"] for row in kidgate.json("term", "list")] == ["hk1", "hk2"]
    assert "now" in kidgate("term", "list")
    found = kidgate.json("check", "https://a.example", "--as", "mai", status=1)
    assert (found["reason"], found["rule"]) == ("rule", 1)
    kidgate("term", "remove", "hk1")
    assert kidgate.json("check", "https://a.example", "--as", "mai")["verdict"] == "allow"
    # The last one stays while a schedule asks for terms.
    assert "needs school terms" in kidgate.fails(2, "term", "remove", "hk2")


def test_terms_are_none_when_nobody_made_one(kidgate: Kidgate) -> None:
    assert kidgate("term", "list").startswith("No school terms")
    assert "no term is called `hk1`" in kidgate.fails(2, "term", "remove", "hk1")
    said = kidgate.fails(2, "term", "add", "hk1", "2026-09-07", "2026-09-06")
    assert "before it begins" in said
    assert "no date" in kidgate.fails(2, "term", "add", "hk1", "2026-09-07", "mai")
    assert "needs school terms" in kidgate.fails(
        2, "block", "a.example", "--for", "mai", "--when", "in term"
    )


def test_holidays_are_added_in_runs_and_removed(kidgate: Kidgate) -> None:
    kidgate("holiday", "add", "2027-02-04", "--to", "2027-02-07")
    kidgate("holiday", "add", "2026-11-20", "2026-12-24")
    kidgate("holiday", "remove", "2027-02-05", "2026-12-24")
    kidgate("holiday", "remove", "2027-02-07", "--to", "2027-02-20")

    assert kidgate.json("holiday", "list") == ["2027-02-04", "2027-02-06"]
    assert kidgate.json("holiday", "list", "--all")[0] == "2026-11-20"
    assert "Saturday" in kidgate("holiday", "list")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "2027-02-04", "--to", "2027-02-03"), "is before 2027-02-04"),
        (("add", "2027-02-04", "--to", "2037-02-03"), "too far after"),
        (("add", "2027-02-04", "2027-02-06", "--to", "2027-02-09"), "name one DAY"),
        (("remove", "2027-02-04"), "2027-02-04 is no holiday"),
        (("add", "tet"), "`tet` is no date"),
    ],
)
def test_holidays_are_refused_when_they_cannot_be(
    kidgate: Kidgate, arguments: tuple[str, ...], said: str
) -> None:
    assert said in kidgate.fails(2, "holiday", *arguments)


def test_preset_adds_the_holidays_of_a_country(kidgate: Kidgate) -> None:
    kidgate("holiday", "add", "2027-03-01")
    answer = kidgate.json("holiday", "preset", "vn", "--year", "2027")

    assert {"day": "2027-02-06", "name": "Tết Nguyên Đán"} in answer["holidays"]
    days = kidgate.json("holiday", "list")
    assert {"2027-02-06", "2027-03-01", "2027-09-02"} <= set(days)
    assert "no holidays are known of `xx`" in kidgate.fails(1, "holiday", "preset", "xx")


def test_preset_names_the_extra_when_it_is_missing(
    kidgate: Kidgate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    assert "kidgate[holidays]" in kidgate.fails(1, "holiday", "preset", "vn")
