"""Log lines: one each, nothing forged, no more than the ration."""

from __future__ import annotations

import logging
import os
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.proxy import logs
from kidgate.proxy.logs import LINE_LIMIT, JournalLine, OneLine, Ration, to_journal


def record(message: object, *args: object, level: int = logging.INFO) -> logging.LogRecord:
    return logging.LogRecord("name", level, "file", 1, message, args, None)


@given(st.text())
def test_record_is_one_printable_line_whatever_it_says(text: str) -> None:
    assert OneLine("%(message)s").format(record("%s", text)).isprintable()


def test_line_feed_cannot_forge_a_record() -> None:
    line = OneLine("%(message)s").format(record("name %s", "a\n2026 ERROR forged\x1b[2J\u2028"))
    assert line == "name a\\n2026 ERROR forged\\x1b[2J\\u2028"


def test_fault_and_its_place_stay_on_one_line() -> None:
    try:
        raise ValueError("a\nb")
    except ValueError:
        found = record("failed", level=logging.ERROR)
        found.exc_info = sys.exc_info()
    line = OneLine("%(message)s").format(found)
    assert "Traceback" in line and "\n" not in line


def test_line_is_cut() -> None:
    assert len(OneLine("%(message)s").format(record("x" * 10**6))) == LINE_LIMIT
    long = record("x" * 10**6, level=logging.ERROR)
    assert len(OneLine("%(message)s").format(long)) == 8 * LINE_LIMIT


@pytest.mark.parametrize(("level", "number"), [(10, 7), (20, 6), (30, 4), (40, 3), (50, 2)])
def test_line_for_the_journal_begins_with_its_priority(level: int, number: int) -> None:
    line = JournalLine("%(message)s").format(record("a\n<0>b", level=level))
    assert line == f"<{number}>a\\n<0>b"


def test_journal_is_known_by_its_stream_and_not_by_the_variable_alone() -> None:
    stat = os.fstat(2)
    assert to_journal({"JOURNAL_STREAM": f"{stat.st_dev}:{stat.st_ino}"})
    assert not to_journal({"JOURNAL_STREAM": f"{stat.st_dev}:{stat.st_ino + 1}"})
    assert not to_journal({})


def test_ration_lets_so_many_pass_and_tells_what_fell(monkeypatch: pytest.MonkeyPatch) -> None:
    second = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: second[0])
    ration = Ration(3)
    assert sum(ration.filter(record("x")) for _ in range(10)) == 3
    second[0] += 1
    later = record("100%% of %s", "x")
    assert ration.filter(later)
    assert later.getMessage() == "[7 lines left out] 100% of x"
    again = record("y")
    assert ration.filter(again) and again.getMessage() == "y"


def test_set_up_leaves_one_handler(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        logs.set_up("worker-0", level="warning", lines=5)
        logs.set_up("worker-0", level="warning", lines=5)
        assert len(root.handlers) == 1
        assert root.level == logging.WARNING
    finally:
        root.handlers[:] = before
        root.setLevel(level)
