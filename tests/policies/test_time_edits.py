"""Lessons, terms and holidays: what each edit does, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kidgate.policies import edits, time_edits
from kidgate.policies.edits import EditFault
from kidgate.policies.rows import (
    ExceptionRow,
    GroupRow,
    LessonRow,
    PolicyRows,
    ProfileRow,
    ServiceRow,
    Settings,
    TermRow,
)

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LATER = NOW + timedelta(minutes=45)
ROWS = PolicyRows(
    groups=(GroupRow("8A"), GroupRow("an")),
    profiles=(ProfileRow("mai", groups=("8A",)), ProfileRow("an")),
    lessons=(
        LessonRow(1, "group:8A", LATER, ("a.example",)),
        LessonRow(2, "child:mai", NOW, ("b.example",)),
    ),
    exceptions=(
        ExceptionRow(1, "child:mai", NOW, LATER, ("bedtime",)),
        ExceptionRow(2, "group:8A", NOW, LATER, ("quota",)),
    ),
)
HK1 = TermRow("hk1", date(2026, 9, 7), date(2027, 1, 15))
HK2 = TermRow("hk2", date(2027, 1, 18), date(2027, 5, 28))


@pytest.mark.parametrize(
    ("text", "scope"),
    [("8A", "group:8A"), ("mai", "child:mai"), ("group:an", "group:an"), ("child:an", "child:an")],
)
def test_lesson_scope_is_a_class_or_a_child(text: str, scope: str) -> None:
    assert time_edits.lesson_scope(ROWS, text) == scope


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("an", "`an` is a group and a child; write `group:an`"),
        ("everyone", "a lesson is for a class or a child, not for `everyone`"),
        ("9B", "no child is called `9B`"),
        ("group:9B", "no group is called `9B`"),
    ],
)
def test_lesson_scope_refuses_when_it_is_neither(text: str, said: str) -> None:
    with pytest.raises(EditFault) as caught:
        time_edits.lesson_scope(ROWS, text)

    assert said in str(caught.value)


def test_put_lesson_takes_the_place_of_the_one_before() -> None:
    lesson = LessonRow(7, "group:8A", LATER, ("https://C.example/", "c.example"), "Văn")
    rows = time_edits.put_lesson(ROWS, lesson)

    assert rows.lessons == (ROWS.lessons[1], replace(lesson, id=0, targets=("c.example",)))
    with pytest.raises(EditFault, match="write a host"):
        time_edits.put_lesson(ROWS, replace(lesson, targets=("a b",)))


def test_extend_lesson_lasts_longer_and_opens_more() -> None:
    rows = time_edits.extend_lesson(
        ROWS,
        "group:8A",
        NOW,
        until=LATER + timedelta(minutes=5),
        targets=("A.example", "c.example"),
    )
    assert rows.lessons[0] == LessonRow(
        1, "group:8A", LATER + timedelta(minutes=5), ("a.example", "c.example")
    )
    assert time_edits.extend_lesson(ROWS, "group:8A", NOW) == ROWS


def test_a_lesson_that_is_over_can_neither_last_nor_end() -> None:
    for edit in (time_edits.extend_lesson, time_edits.end_lesson):
        with pytest.raises(EditFault, match=r"`child:mai` has no lesson; .* on for: group:8A"):
            edit(ROWS, "child:mai", NOW)
        with pytest.raises(EditFault, match="there is no lesson now"):
            edit(ROWS, "group:8A", LATER)


def test_end_lesson_leaves_the_others() -> None:
    assert time_edits.end_lesson(ROWS, "group:8A", NOW).lessons == ROWS.lessons[1:]


def test_a_service_comes_with_the_hosts_that_it_needs() -> None:
    services = {
        "tube": ServiceRow("tube", dependencies=("cdn.example", "a.example", "service:login")),
        "login": ServiceRow("login"),
    }
    targets = ("a.example", "service:tube", "category:news", "service:nobody")

    assert time_edits.with_needed(targets, services) == (
        (*targets, "cdn.example"),
        ("service:login",),
    )
    assert time_edits.with_needed((*targets, "service:login"), services)[1] == ()


def test_what_is_about_a_removed_row_alone_goes_with_it() -> None:
    rows = edits.remove(ROWS, GroupRow, "8A")
    assert ([r.id for r in rows.lessons], [r.id for r in rows.exceptions]) == ([2], [1])
    rows = edits.remove(ROWS, ProfileRow, "mai")
    assert ([r.id for r in rows.lessons], [r.id for r in rows.exceptions]) == ([1], [2])


def test_numbers_are_found_again_when_a_file_has_none() -> None:
    file = replace(
        ROWS,
        lessons=tuple(replace(row, id=0) for row in ROWS.lessons),
        exceptions=tuple(replace(row, id=0) for row in ROWS.exceptions),
    )
    assert edits.reuse_numbers(file, ROWS) == ROWS


def test_terms_stand_in_their_order() -> None:
    rows = time_edits.add_term(time_edits.add_term(PolicyRows(), HK2), HK1)
    assert rows.settings.terms == (HK1, HK2)
    assert time_edits.remove_term(rows, "hk1").settings.terms == (HK2,)


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (HK1, "a term `hk1` is there already"),
        (replace(HK1, key="học kỳ"), "is no key for a term"),
        (TermRow("x", HK1.last, HK1.first), "before it begins on 2027-01-15"),
    ],
)
def test_add_term_refuses_when_it_cannot_be(term: TermRow, said: str) -> None:
    with pytest.raises(EditFault) as caught:
        time_edits.add_term(PolicyRows(settings=Settings(terms=(HK1,))), term)

    assert said in str(caught.value)


def test_remove_term_tells_what_there_is() -> None:
    with pytest.raises(EditFault, match="no term is called `hk9`; did you mean `hk1`"):
        time_edits.remove_term(PolicyRows(settings=Settings(terms=(HK1,))), "hk9")


def test_holidays_are_days_in_order_once_each() -> None:
    first, second = date(2027, 2, 6), date(2027, 2, 5)
    rows = time_edits.add_holidays(PolicyRows(), [first, second, first])
    assert rows.settings.holidays == (second, first)
    assert time_edits.add_holidays(rows, [first]) == rows
    assert time_edits.remove_holidays(rows, [second]).settings.holidays == (first,)
    with pytest.raises(EditFault, match="2027-02-07 is no holiday"):
        time_edits.remove_holidays(rows, [date(2027, 2, 7)])
