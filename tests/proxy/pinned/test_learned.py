"""What workers know of pinned apps: the file as it is, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kidgate.proxy.pinned.learned import BrokenFile, Pin, Pinned, dump, load

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
PIN = Pin("tablet", "app.example", AT, AT + timedelta(days=7))


def test_file_is_read_as_it_was_written() -> None:
    assert load(dump([PIN])) == (PIN,)


@pytest.mark.parametrize("data", [b"", b"[]", b'{"pinned": [{}]}', b"[" * 100_000])
def test_broken_file_is_told(data: bytes) -> None:
    with pytest.raises(BrokenFile):
        load(data)


def test_pin_holds_for_its_device_its_name_and_its_time(tmp_path: Path) -> None:
    path = tmp_path / "pinned.json"
    pinned = Pinned(path)
    pinned.look()
    assert not pinned.holds("tablet", "app.example", AT)
    path.write_bytes(dump([PIN]))
    pinned.look()
    assert pinned.holds("tablet", "app.example", AT)
    assert not pinned.holds("tablet", "www.app.example", AT)
    assert not pinned.holds("phone", "app.example", AT)
    assert not pinned.holds("tablet", "app.example", PIN.until)


def test_broken_file_lets_nothing_pass(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "pinned.json"
    path.write_bytes(dump([PIN]))
    pinned = Pinned(path)
    pinned.look()
    path.write_text("no JSON at all")
    pinned.look()
    assert not pinned.holds("tablet", "app.example", AT)
    assert "pinned apps are not known" in caplog.text


def test_device_is_trusted_once_it_has_been_opened() -> None:
    pinned = Pinned()
    assert not pinned.trusts("tablet")
    pinned.was_opened("tablet")
    assert pinned.trusts("tablet")
