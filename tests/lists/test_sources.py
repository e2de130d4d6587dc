"""The line of a feed that a decision rests on."""

from __future__ import annotations

from pathlib import Path

from kidgate.lists.importing import import_feed
from kidgate.lists.sources import with_line
from kidgate.policies.model import Source


def test_line_is_looked_up_when_the_source_is_a_feed(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("# bets\n\nbet.example\n")
    import_feed(tmp_path / "list.txt", tmp_path / "bets.names")
    found = with_line(Source("feed", "bets", "bet.example"), tmp_path)
    assert found == Source("feed", "bets", "bet.example", 3)
    assert with_line(found, tmp_path) is found


def test_source_stays_as_it_is_when_there_is_no_line_to_find(tmp_path: Path) -> None:
    (tmp_path / "torn.names").write_bytes(b"torn\n")
    for source in (
        Source("rule", "4", "bet.example"),
        Source("feed", "gone", "bet.example"),
        Source("feed", "torn", "bet.example"),
    ):
        assert with_line(source, tmp_path) == source
