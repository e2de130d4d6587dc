"""Counts and examples."""

from __future__ import annotations

from kidgate.lists.report import EXAMPLES, Passed, Report, Skip


def test_first_examples_are_kept_with_their_lines():
    report = Report()
    for line in range(1, 9):
        report.skip(Skip.PORT, line, f"a.example:{line}")
    assert report.skipped[Skip.PORT] == 8
    assert [example.line for example in report.examples[Skip.PORT]] == [1, 2, 3]
    assert len(report.examples[Skip.PORT]) == EXAMPLES


def test_examples_cannot_steer_a_terminal():
    report = Report()
    report.skip(Skip.NOT_A_NAME, 1, "  \x1b[2Jbad\x07 name\u202e" + "x" * 500)
    assert report.examples[Skip.NOT_A_NAME][0].text.startswith("\ufffd[2Jbad\ufffd name\ufffdx")
    assert len(report.examples[Skip.NOT_A_NAME][0].text) == 120


def test_json_counts_add_up_with_comments_among_the_skipped():
    report = Report(accepted=2, duplicate=1, lines=3)
    for passed in Passed:
        report.pass_over(passed)
    report.skip(Skip.REGEX, 7, "/x/")
    shown = report.as_json()
    assert shown["skipped"] == {"comment": 1, "blank": 1, "directive": 1, "regex": 1}
    assert shown["lines"] == 7


def test_what_is_dropped_in_the_end_is_not_counted_twice():
    report = Report(lines=1)
    report.drop(Skip.CANCELLED, 1, "a.example")
    assert report.lines == report.skipped.total() == 1
