"""Sites that resemble a brand: noted by day, once, for a year, in a bounded file."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kidgate.keeper import commands, first_seen
from kidgate.keeper.writer import Writer
from kidgate.proxy.first_seen import FirstSeen, load
from tests.keeper.stand import AT, home_in, writer_of


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(home_in(tmp_path)) as found:
        yield found


def met(writer: Writer, site: str) -> str:
    return str(commands.run(writer, "site.met", {"site": site})["since"])


def test_site_keeps_its_first_day_and_is_no_news_after_a_week(writer: Writer) -> None:
    assert met(writer, "Gia.Example.") == met(writer, "gia.example") == AT.date().isoformat()
    assert stat.S_IMODE(writer.home.first_seen.stat().st_mode) == 0o600
    seen = FirstSeen(writer.home.first_seen)
    assert seen("gia.example", AT)  # the file has not been looked at
    seen.file.look()
    assert seen("gia.example", AT + timedelta(days=6))
    assert not seen("gia.example", AT + timedelta(days=7))
    assert seen("khac.example", AT + timedelta(days=7))


def test_sites_are_forgotten_after_a_year_and_beyond_their_number(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_seen, "SITES", 2)
    met(writer, "cu.example")
    later = replace(writer, now=lambda: AT + timedelta(days=365))
    for site in ("a.example", "b.example", "c.example"):
        met(later, site)
    assert set(load(writer.home.first_seen.read_bytes())) == {"b.example", "c.example"}


def test_broken_file_makes_all_sites_new_and_is_replaced(writer: Writer) -> None:
    writer.home.first_seen.write_text("[")
    met(writer, "gia.example")
    assert set(load(writer.home.first_seen.read_bytes())) == {"gia.example"}


def test_nothing_but_a_name_is_noted(writer: Writer) -> None:
    with pytest.raises(ValueError, match="a b"):
        met(writer, "a b")
    assert not writer.home.first_seen.exists()
