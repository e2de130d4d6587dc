"""The gateway's time: now, or from a given moment on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kidgate.proxy.clock import clock


def test_clock_tells_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIDGATE_CLOCK", raising=False)
    before = datetime.now(UTC)
    assert before <= clock()() <= datetime.now(UTC)


def test_clock_goes_on_from_the_moment_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIDGATE_CLOCK", "2026-03-10T16:30+07:00")
    found = clock()
    first, second = found(), found()
    assert timedelta() <= first - datetime(2026, 3, 10, 9, 30, tzinfo=UTC) < timedelta(minutes=1)
    assert second >= first and first.tzinfo is UTC


@pytest.mark.parametrize("text", ["2026-03-10T16:30", "soon"])
def test_clock_without_zone_or_sense_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("KIDGATE_CLOCK", text)
    with pytest.raises(ValueError):
        clock()
