"""Sorted records to entries: duplicates, and entries that another line takes back."""

from __future__ import annotations

from kidgate.lists.distinct import RECORD, distinct
from kidgate.lists.report import Report, Skip
from tests.lists.laws import adds_up


def told(*records: tuple[str, str, int]) -> tuple[list[str], Report]:
    """The lines of the names file for (key, mode, line), and the report."""
    report = Report(lines=len(records))
    raw = sorted(RECORD % (key.encode(), mode.encode(), line) for key, mode, line in records)
    kept = list(distinct(raw, report, {"github.example"}))
    assert adds_up(report)
    return [line.decode().replace("\t", " ").strip() for line in kept], report


def test_first_line_of_an_entry_is_kept():
    kept, report = told(("a.example", "t", 12), ("a.example", "t", 9), ("b.example", "t", 1))
    assert kept == ["a.example t 9", "b.example t 1"]
    assert report.duplicate == 1


def test_one_key_may_have_entries_of_several_kinds():
    kept, report = told(("a.example", "t", 1), ("a.example", "e", 2), ("a.example", "i", 3))
    assert kept == ["a.example e 2", "a.example i 3", "a.example t 1"]
    assert (report.names, report.exceptions) == (2, 1)


def test_each_kind_is_counted():
    modes = ["t", "x", "e", "u", "i", "n", "r"]
    _, report = told(*((f"{mode}.example", mode, 1) for mode in modes))
    assert (report.names, report.urls, report.exceptions) == (3, 1, 1)
    assert (report.rules, report.networks, report.accepted) == (1, 1, 7)


def test_public_suffixes_are_counted_among_exact_names():
    exact = [("github.example", "x", 1), ("full.example", "x", 2), ("192.0.2.1", "x", 3)]
    assert told(*exact)[1].shared_hosts == 1


def test_cancelled_entry_is_dropped_and_counted():
    kept, report = told(
        ("a.example", "t", 2), ("b.example", "t", 3), ("a.example", "T", 4), ("a.example", "t", 5)
    )
    assert kept == ["b.example t 3"]
    assert report.skipped == {Skip.CANCELLED: 2}
    assert [example.line for example in report.examples[Skip.CANCELLED]] == [2, 5]
    assert (report.cancels, report.accepted, report.names) == (1, 2, 1)


def test_cancel_takes_back_its_own_kind_of_entry_only():
    kept, report = told(
        ("a.example", "i", 1), ("a.example", "e", 2), ("a.example", "T", 3), ("b.example", "t", 4)
    )
    assert kept == ["a.example e 2", "a.example i 1", "b.example t 4"]
    assert report.skipped == {Skip.CANCELS_NOTHING: 1}
    assert report.examples[Skip.CANCELS_NOTHING][0].line == 3
    assert report.cancels == 0


def test_cancel_said_twice_is_a_duplicate():
    kept, report = told(("a.example", "t", 1), ("a.example", "T", 2), ("a.example", "T", 3))
    assert kept == []
    assert (report.cancels, report.duplicate, report.skipped.total()) == (1, 1, 1)


def test_cancels_of_several_kinds_and_keys_do_not_mix():
    kept, report = told(
        ("a.example", "T", 1), ("b.example", "t", 2), ("b.example", "T", 3), ("c.example", "t", 4),
        ("d.example", "E", 5), ("d.example", "T", 6), ("d.example", "t", 7), ("z.example", "R", 8),
    )  # fmt: skip
    assert kept == ["c.example t 4"]
    assert report.cancels == 2
    assert report.skipped == {Skip.CANCELLED: 2, Skip.CANCELS_NOTHING: 3}
