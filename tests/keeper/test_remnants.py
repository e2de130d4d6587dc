"""What a crashed build or import leaves is gone when a keeper starts."""

from __future__ import annotations

from pathlib import Path

from kidgate.documents.home import Home
from kidgate.keeper.feeds import recover
from tests.keeper.stand import writer_of


def test_remnants_of_a_crash_are_removed(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").make()
    remnants = [
        home.root / ".index.kgx.next.new",
        home.root / "index.kgx.next",
        home.feeds / ".ads.names.new",
        home.feeds / "..ads.arrived.new",
    ]
    with writer_of(home) as writer:
        for path in remnants:
            path.write_bytes(b"half")
        home.index.write_bytes(b"old")
        recover(writer)
    assert [path for path in remnants if path.exists()] == []
    assert home.index.read_bytes() == b"old"
