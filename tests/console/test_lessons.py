"""`lesson`: a class works now."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.console.runner import NOW, Kidgate

BREAK = "2026-11-23T16:45+07:00"


def check(kidgate: Kidgate, url: str, who: str = "nam", *, now: str = NOW) -> Any:
    result = kidgate.run("check", url, "--as", who, "--json", now=now)
    assert result.exit_code in (0, 1), result.output
    return json.loads(result.stdout)


@pytest.fixture
def lesson(kidgate: Kidgate) -> Kidgate:
    """8A has maths until 16:45."""
    said = ("--title", "Toán", "--reason", "tiết 4")
    kidgate("lesson", "start", "8A", "--allow", "olm.vn", "--minutes", "45", *said)
    return kidgate


def test_start_opens_its_sites_to_the_class_alone(lesson: Kidgate) -> None:
    opened, closed = check(lesson, "https://olm.vn/lop-8"), check(lesson, "https://vnexpress.net")

    assert (opened["verdict"], opened["reason"]) == ("allow", "lesson")
    assert (closed["verdict"], closed["reason"]) == ("block", "lesson")
    assert (closed["source"], closed["until"][:16]) == ("lesson 1: Toán", "2026-11-23T09:45")
    assert check(lesson, "https://olm.vn", "mai")["reason"] != "lesson"
    assert check(lesson, "https://vnexpress.net", now=BREAK)["reason"] != "lesson"


def test_a_new_lesson_takes_the_place_of_the_one_before(lesson: Kidgate) -> None:
    lesson("lesson", "start", "group:8A", "--allow", "a.example", "--until", "17:00")
    (found,) = lesson.json("lesson", "list")

    assert (found["id"], found["scope"], found["targets"]) == (2, "group:8A", ["a.example"])
    assert found["until"] == "2026-11-23T10:00:00+00:00"


def test_list_shows_what_is_on(lesson: Kidgate) -> None:
    text = lesson("lesson", "list")
    for word in ("group:8A", "Toán", "olm.vn", "2026-11-23 16:45", "tiết 4"):
        assert word in text
    assert lesson.json("lesson", "list", now=BREAK) == []
    assert "(over)" in lesson("lesson", "list", "--all", now=BREAK)
    assert lesson("lesson", "list", now=BREAK).startswith("No lesson is on")


def test_extend_lasts_longer_and_opens_more(lesson: Kidgate) -> None:
    lesson("lesson", "extend", "8A", "--minutes", "15", "--allow", "https://B.example/x")
    (found,) = lesson.json("lesson", "list")
    assert (found["id"], found["until"]) == (1, "2026-11-23T10:00:00+00:00")
    assert found["targets"] == ["olm.vn", "b.example/x"]

    lesson("lesson", "extend", "8A", "--until", "16:30")
    assert lesson.json("lesson", "list")[0]["until"] == "2026-11-23T09:30:00+00:00"
    assert "say how much longer" in lesson.fails(2, "lesson", "extend", "8A")
    both = ("--minutes", "5", "--until", "17:00")
    assert "either" in lesson.fails(2, "lesson", "extend", "8A", *both)


def test_end_opens_everything_again(lesson: Kidgate) -> None:
    lesson("lesson", "end", "8A")
    assert check(lesson, "https://vnexpress.net")["reason"] != "lesson"
    assert "there is no lesson now" in lesson.fails(2, "lesson", "end", "8A")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("8A", "--minutes", "5"), "name what is open"),
        (("8A", "--allow", "a.example"), "either --minutes 30 or --until 21:30"),
        (("everyone", "--allow", "a.example", "--minutes", "5"), "for a class or a child"),
        (("9B", "--allow", "a.example", "--minutes", "5"), "no child is called `9B`"),
        (("8A", "--allow", "service:nope", "--minutes", "5"), "no service is called `nope`"),
        (("8A", "--allow", "type:video/*", "--minutes", "5"), "opens no page"),
    ],
)
def test_start_is_refused_when_it_cannot_be(
    kidgate: Kidgate, arguments: tuple[str, ...], said: str
) -> None:
    before = kidgate.version
    assert said in kidgate.fails(2, "lesson", "start", *arguments)
    assert kidgate.version == before


def test_start_tells_at_once_what_stays_closed_and_to_whom(kidgate: Kidgate) -> None:
    kidgate("block", "olm.vn", "--for", "nam")
    sites = ("--allow", "olm.vn", "--allow", "a.vn")
    result = kidgate.run("lesson", "start", "8A", *sites, "--minutes", "5")

    assert result.stderr == ("Note: olm.vn does not go through for nam: rule (rule 1: olm.vn)\n")


def test_a_service_comes_with_what_it_needs(kidgate: Kidgate) -> None:
    result = kidgate.run("lesson", "start", "8A", "--allow", "service:messenger", "--minutes", "5")
    assert "it also needs service:facebook" in result.stderr
    kidgate("lesson", "start", "8A", "--allow", "service:youtube", "--minutes", "5")
    assert "googlevideo.com" in kidgate.json("lesson", "list")[0]["targets"]


def test_a_lesson_travels_in_a_policy_file_and_back_by_rollback(
    lesson: Kidgate, tmp_path: Any
) -> None:
    path = tmp_path / "policy.yaml"
    lesson("policy", "export", "-o", path)
    taught = lesson.version
    lesson("lesson", "end", "8A")
    lesson("policy", "apply", path)
    assert lesson.json("lesson", "list")[0]["title"] == "Toán"
    lesson("lesson", "end", "8A")
    lesson("policy", "rollback", taught)
    assert lesson.json("lesson", "list")[0]["id"] == 1
    assert "Nothing to change" in lesson("policy", "apply", path)


def test_a_lesson_is_told_where_it_holds(lesson: Kidgate) -> None:
    assert "lesson 1 Toán until 2026-11-23 16:45: open is olm.vn" in lesson(
        "profile", "show", "nam"
    )
    result = lesson.run("status")
    assert "lesson for group:8A (olm.vn) until 2026-11-23 16:45, by " in result.stdout
    assert "tiết 4" in result.stdout
    assert lesson.run("status", "--json", now=BREAK).stdout.count("group:8A") == 0


def test_a_title_of_control_characters_shows_as_text(kidgate: Kidgate) -> None:
    arguments = ("lesson", "start", "8A", "--allow", "a.vn", "--minutes", "5", "--title")
    text = kidgate(*arguments, "\x1b[31m\u202etoán")
    assert "\\x1b[31m\\u202etoán" in text
    assert "\u202e" not in kidgate("lesson", "list")
