"""What reaches a terminal, a pipe, a program."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.console import output
from tests.console.runner import Terminal

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_shown_keeps_vietnamese_when_it_is_plain() -> None:
    assert (
        output.shown("Trường Tiểu học Nguyễn Huệ, lớp 8A") == "Trường Tiểu học Nguyễn Huệ, lớp 8A"
    )


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\u202egnp.exe", "a\\u202egnp.exe"),
        ("a\u200bb", "a\\u200bb"),
        ("a\nb\tc", "a\\x0ab\\x09c"),
        ("\x9b2J", "\\x9b2J"),
        ("\U000e0041", "\\U000e0041"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
    ],
)
def test_shown_escapes_what_acts_when_it_is_shown(text: str, seen: str) -> None:
    assert output.shown(text) == seen


@given(st.text())
def test_shown_is_printable_whatever_comes(text: str) -> None:
    assert output.shown(text).isprintable()


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)
    )
)
def test_emit_says_the_same_and_is_printable_whatever_comes(value: object) -> None:
    stream = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", stream)
        output.emit(value)
    text = stream.getvalue().removesuffix("\n")
    assert text.isprintable()
    assert json.loads(text) == value


def test_table_is_plain_columns_when_piped(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(("key", "name"), [("mai", "Mai Nguyễn"), ("nam", None), ("x", ["a", "b"])])
    assert capsys.readouterr().out == "key  name\nmai  Mai Nguyễn\nnam\nx    a, b\n"


def test_table_is_drawn_without_markup_when_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    output.table(("host",), [("[red]evil[/red]\x1b]0;x\x07",)])
    text = terminal.getvalue()
    assert "[red]evil[/red]\\x1b]0;x\\x07" in text
    assert "\x07" not in text


def test_local_and_stamp_are_in_the_houses_zone_when_given_utc() -> None:
    assert output.local(AT, ZONE) == "2026-11-23 16:00"
    assert output.stamp(AT, ZONE) == "2026-11-23T16:00:00+07:00"
    assert (output.local(None, ZONE), output.stamp(None, ZONE)) == ("", None)
