"""The file of sessions: the same on both ends, and nobody's when it is broken."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.proxy.who.sessions import BrokenFile, Session, Sessions, SignedIn, dump, load

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HELD = SignedIn((Session("pc", "mai", NOW + timedelta(hours=1)),), ("mai", "an"))
times = st.datetimes(timezones=st.just(UTC))


@given(st.lists(st.builds(Session, st.text(), st.text(), times)).map(tuple), st.lists(st.text()))
def test_file_says_the_same_after_the_journey(held: tuple[Session, ...], pins: list[str]) -> None:
    signed_in = SignedIn(held, tuple(pins))
    assert load(dump(signed_in)) == signed_in


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"pins": [], "sessions": [{"device": "pc"}]}',
        b'{"pins": [], "sessions": [{"device": "pc", "child": "a", "until": "2026-11-23T12:00"}]}',
        b"[" * 100_000,
    ],
)
def test_broken_file_holds_no_session(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(BrokenFile):
        load(data)
    file = tmp_path / "sessions.json"
    file.write_bytes(dump(HELD))
    sessions = Sessions(file)
    assert sessions.look()
    assert sessions.child_on("pc", NOW) == "mai"
    file.write_bytes(data)
    assert sessions.look()
    assert sessions.child_on("pc", NOW) == ""
    assert sessions.pins == ()


def test_file_is_read_again_when_it_is_another_one(tmp_path: Path) -> None:
    file = tmp_path / "sessions.json"
    sessions = Sessions(file)
    assert not sessions.look()
    file.write_bytes(dump(HELD))
    assert sessions.look()
    assert not sessions.look()
    assert sessions.pins == ("mai", "an")
    file.unlink()
    assert sessions.look()
    assert sessions.on("pc", NOW) is None
    assert json.loads(dump(SignedIn())) == {"pins": [], "sessions": []}
