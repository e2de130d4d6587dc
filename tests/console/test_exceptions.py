"""`exception`: once, bedtime is later; and a child's own times."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.console.runner import Kidgate

NIGHT = "2026-11-23T21:45+07:00"


def reason(kidgate: Kidgate, now: str, who: str = "mai") -> str:
    result = kidgate.run("check", "https://vnexpress.net", "--as", who, "--json", now=now)
    return str(json.loads(result.stdout)["reason"])


@pytest.fixture
def early(kidgate: Kidgate) -> Kidgate:
    kidgate("profile", "set", "mai", "--bedtime", "daily 21:00-06:00")
    return kidgate


def test_bedtime_is_later_tonight_and_tonight_alone(early: Kidgate) -> None:
    arguments = ("--lift", "bedtime", "--until", "22:30", "--reason", "sinh nhật")
    early("exception", "add", "mai", *arguments)

    assert reason(early, NIGHT) != "bedtime"
    assert reason(early, "2026-11-23T22:30+07:00") == "bedtime"
    assert reason(early, "2026-11-24T21:45+07:00") == "bedtime"
    text = early("exception", "list")
    for word in ("child:mai", "bedtime", "2026-11-23 22:30", "sinh nhật"):
        assert word in text
    trace = early.json("check", "https://a.vn", "--as", "mai", "--at", "2026-11-23T21:45+07:00")
    (step,) = [step for step in trace["trace"] if step["check"] == "bedtime"]
    assert (step["said"], step["why"]) == ("lifted", "exception 1: bedtime for child:mai")


def test_end_takes_an_exception_back(early: Kidgate) -> None:
    early("exception", "add", "mai", "--lift", "all", "--minutes", "600")
    assert reason(early, NIGHT) != "bedtime"
    early("exception", "end", 1)
    assert reason(early, NIGHT) == "bedtime"
    assert early("exception", "list").startswith("No exceptions")
    assert "no exception is called `1`" in early.fails(2, "exception", "end", 1)


@pytest.mark.parametrize(
    ("arguments", "start", "until"),
    [
        (("--on", "2026-11-28"), "2026-11-27T17:00", "2026-11-28T17:00"),
        (("--minutes", "90"), "2026-11-23T09:00", "2026-11-23T10:30"),
        (("--until", "22:30"), "2026-11-23T09:00", "2026-11-23T15:30"),
        (("--until", "2026-11-24"), "2026-11-23T09:00", "2026-11-24T17:00"),
        (("--from", "18:00", "--minutes", "30"), "2026-11-23T11:00", "2026-11-23T11:30"),
        (("--from", "+1h", "--until", "18:00"), "2026-11-23T10:00", "2026-11-23T11:00"),
        (("--from", "2026-11-28", "--until", "+2d"), "2026-11-27T17:00", "2026-11-29T17:00"),
        (("--from", "2026-11-28", "--until", "08:00"), "2026-11-27T17:00", "2026-11-28T01:00"),
    ],
)
def test_add_begins_and_ends_when_it_is_said(
    kidgate: Kidgate, arguments: tuple[str, ...], start: str, until: str
) -> None:
    kidgate("exception", "add", "everyone", "--lift", "all", *arguments)
    (found,) = kidgate.json("exception", "list")

    assert (found["start"][:16], found["until"][:16]) == (start, until)
    assert (found["scope"], found["lifts"]) == ("everyone", ["all"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mai", "--lift", "all"), "say how long"),
        (("mai", "--lift", "all", "--minutes", "5", "--until", "22:00"), "say how long"),
        (("mai", "--lift", "all", "--on", "2026-11-28", "--from", "12:00"), "say how long"),
        (("mai", "--lift", "all", "--until", "forever"), "this must end"),
        (("mai", "--lift", "all", "--until", "07:00"), "has passed"),
        (("mai", "--lift", "all", "--until", "+2w", "--from", "x"), "`x` is no time"),
        (("mai", "--lift", "all", "--until", "2028-01-01"), "a year at most"),
        (("mai", "--until", "22:00"), "--lift"),
        (("mai", "--lift", "pause", "--until", "22:00"), "'pause' is not one of"),
        (("an", "--lift", "all", "--until", "22:00"), "no child is called `an`"),
    ],
)
def test_add_is_refused_when_it_cannot_be(
    kidgate: Kidgate, arguments: tuple[str, ...], said: str
) -> None:
    assert said in kidgate.fails(2, "exception", "add", *arguments)


def test_own_times_are_set_and_taken_back(kidgate: Kidgate) -> None:
    def shown() -> tuple[str, str, Any]:
        row = kidgate.json("profile", "show", "mai")
        return row["bedtime"], row["hours"], row["quotas"]

    kidgate("profile", "set", "mai", "--bedtime", "daily 21:00-06:00", "--hours", "none")
    kidgate("profile", "set", "mai", "--quota", "service:youtube=60", "--quota", "all=90")
    assert shown() == ("daily 21:00-06:00", "none", {"service:youtube": 60, "all": 90})
    assert reason(kidgate, NIGHT) == "bedtime"
    kidgate(
        "profile", "set", "mai", "--bedtime", "", "--quota", "all=", "--quota", "category:games=0"
    )
    assert shown() == ("", "none", {"service:youtube": 60, "category:games": 0})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--bedtime", "noon"), "`noon` is no day"),
        (("--bedtime", "in term 21:00-06:00"), "needs school terms"),
        (("--quota", "all"), "is no quota"),
        (("--quota", "all=-5"), "is no quota"),
        (("--quota", "all=\u0663"), "is no quota"),
        (("--quota", "all=1441"), "more than a day has"),
        (("--quota", "games=5"), "`games` is none of"),
        (("--quota", "service:nope=5"), "no service is called `nope`"),
    ],
)
def test_own_times_are_refused_when_they_mean_nothing(
    kidgate: Kidgate, arguments: tuple[str, ...], said: str
) -> None:
    assert said in kidgate.fails(2, "profile", "set", "mai", *arguments)
