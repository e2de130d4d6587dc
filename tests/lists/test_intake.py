"""Lines into counted records: what is written in another encoding, meant for others, refused."""

from __future__ import annotations

import io

import pytest

from kidgate.lists import shared_hosts
from kidgate.lists.distinct import distinct
from kidgate.lists.entries import Entries
from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.intake import Intake
from kidgate.lists.report import Report, Skip
from kidgate.lists.sorting import Runs
from kidgate.lists.streams import CHUNK, Limits
from tests.lists.laws import adds_up

SHARED = shared_hosts.from_rules(["example", "com", "github.example"])


def taken(text: str | bytes, file: str = "list", **options: object) -> tuple[list[str], Report]:
    """The records `key mode line` of one file, and the report."""
    report, entries = Report(), Entries(SHARED)
    data = text.encode() if isinstance(text, str) else text
    with Runs(None) as runs:  # nothing is spilled
        Intake(report, entries, runs, Limits(), **options).read(io.BytesIO(data), file)
        records = list(distinct(runs.merged(), report, SHARED))
    assert adds_up(report)
    return [record.decode().replace("\t", " ").strip() for record in records], report


def test_line_that_takes_another_back_is_written_so():
    text = "! Title: x\n||a.example^\n||b.example^\n||a.example^$badfilter\n"
    records, report = taken(text)
    assert records == ["b.example t 3"]
    assert (report.cancels, report.skipped) == (1, {Skip.CANCELLED: 1})


def test_counts_of_each_kind():
    text = (
        "||b.example^$important\n@@||c.example^\nhttps://d.example/x\n*.e*.example.com\n"
        "192.0.2.0/24\n192.0.2.1\ngithub.example\n" + "".join(f"a{n}.example\n" for n in range(20))
    )
    records, report = taken(text)
    assert report.format == "domains"
    assert (report.names, report.exceptions, report.urls) == (23, 1, 1)
    assert (report.rules, report.networks, report.shared_hosts) == (1, 1, 1)
    assert len(records) == report.accepted


def test_names_of_a_line_in_another_encoding_are_taken_if_they_are_ascii():
    text = (
        b"# d\xe9j\xe0\na.example # caf\xe9\n\xe9t\xe9.example\nb.example\n"
        b"0.0.0.0 c.example \xff.example\nd.example/caf\xe9\n"
    )
    records, report = taken(text)
    assert [record.split()[0] for record in records] == ["a.example", "b.example", "c.example"]
    assert report.skipped == {Skip.NOT_UTF8: 3}
    assert report.comments == 1


def test_block_for_other_programs_is_left_out_by_the_short_way_too():
    text = (
        "[Adblock]\n!#if ext_ublock\n||a.example^\na.example\n0.0.0.0 a.example\n!#endif\n"
        "||b.example^\n"
    )
    records, report = taken(text)
    assert records == ["b.example t 7"]
    assert report.skipped == {Skip.CONDITION: 3}


def test_line_that_is_too_long_does_not_reach_a_parser():
    records, report = taken(b"a.example\n" + b"b" * 100_000 + b"\nc.example\n")
    assert len(records) == 2
    assert report.skipped == {Skip.TOO_LONG: 1}


def test_format_is_told_by_whole_lines():
    """The first bytes end in the middle of a line, which says nothing."""
    names = "".join(f"n{n:07d}.example\n" for n in range(CHUNK // 17 + 9))
    _, report = taken(names)
    assert report.format == "domains"


def test_phrases_are_refused_with_a_word_about_what_they_are():
    with pytest.raises(ImportRefused, match="text of pages") as caught:
        taken("<one>\n<two>,<three><50>\n")
    assert caught.value.reason is Refusal.PHRASES


def test_records_of_a_document_are_taken_as_lines_are():
    records, report = taken('["a.example", "b.example", "a.example", "x y"]')
    assert records == ["a.example t 1", "b.example t 2"]
    assert (report.format, report.duplicate, report.skipped) == ("json", 1, {Skip.NOT_A_NAME: 1})


def test_attributes_are_asked_of_lists_that_have_them():
    records, _ = taken("a.example @cn\nb.example\n", attributes=("cn",))
    assert records == ["a.example t 1"]
    with pytest.raises(ImportRefused, match="only v2fly lists have") as caught:
        taken("0.0.0.0 a.example\n", attributes=("cn",))
    assert caught.value.reason is Refusal.NO_SUCH_LIST
