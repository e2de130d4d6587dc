"""An installation that was cut short is undone at the next start."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kidgate.documents.feed_row import FeedRow
from kidgate.keeper.feeds import recover
from kidgate.keeper.writer import Writer
from tests.keeper.stand import AT, home_in, writer_of
from tests.keeper.test_commands import arrive, install

ROW = FeedRow("bets", "gambling", "/lists/x.txt", AT)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(home_in(tmp_path)) as found:
        install(found, ROW, arrive(found, "old.example"))
        yield found


def names(writer: Writer) -> Path:
    return writer.home.feeds / "bets.names"


def half_way(writer: Writer) -> bytes:
    """As after a kill between the names file and the row; what stood before."""
    old = names(writer).read_bytes()
    os.link(names(writer), writer.home.feeds / ".bets.names.before")
    arrive(writer, "new.example").replace(names(writer))
    return old


def test_names_file_from_before_is_back_when_the_row_is_of_it(writer: Writer) -> None:
    old = half_way(writer)
    assert recover(writer)
    assert names(writer).read_bytes() == old
    assert [path.name for path in writer.home.feeds.iterdir()] == ["bets.names"]
    assert not recover(writer)


def test_new_names_file_stays_when_the_row_is_of_it(writer: Writer) -> None:
    install(writer, ROW, arrive(writer, "new.example"))
    new = names(writer).read_bytes()
    (writer.home.feeds / ".bets.names.before").write_bytes(b"#kidgate-names 1 000000000000 0\n")
    assert recover(writer)
    assert names(writer).read_bytes() == new


def test_index_from_before_tells_of_an_interruption(writer: Writer) -> None:
    before = writer.home.root / ".index.kgx.before"
    os.link(writer.home.index, before)
    assert recover(writer)
    assert not before.exists()


def test_torn_file_from_before_is_swept_away(writer: Writer) -> None:
    (writer.home.feeds / ".bets.names.before").write_bytes(b"torn")
    recover(writer)
    assert b"old.example" in names(writer).read_bytes()
    assert not (writer.home.feeds / ".bets.names.before").exists()
