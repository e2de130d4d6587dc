"""One feed's update: whatever goes wrong is an outcome, and no file is left."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from kidgate.documents.feed_row import FeedRow
from kidgate.keeper.updating import __main__ as program
from kidgate.keeper.updating import work
from kidgate.keeper.updating.outcome import Result
from kidgate.keeper.updating.work import Workshop, update
from tests.keeper.updating.stand import PATIENT, TRUST, House


def silent(what: str, done: int, total: int) -> None:
    return None


@pytest.fixture
def shop(house: House) -> Workshop:
    return Workshop(house.home, TRUST, limits=PATIENT)


@pytest.fixture
def row(tmp_path: Path) -> FeedRow:
    path = tmp_path / "bets.txt"
    path.write_text("bet.example\n")
    return FeedRow("bets", "gambling", str(path))


def test_outcome_holds_what_the_row_takes_over(shop: Workshop, row: FeedRow) -> None:
    found = update(shop, row, silent)
    assert found.result is Result.UPDATED
    assert Path(found.names_file).parent == shop.home.feeds
    assert (found.counts["accepted"], found.counts["format"]) == (1, "domains")
    assert [path.name for path in shop.home.feeds.glob(".fetch-*")] == []


def test_message_names_the_place_and_not_our_copy(shop: Workshop, house: House) -> None:
    bad = FeedRow("x", "gambling", "builtin:gambling", read_as="no-such-format")
    found = update(shop, bad, silent)
    assert (found.result, found.reason) == (Result.REFUSED, "no_such_format")
    assert "/.fetch-" not in found.message
    assert list(house.home.feeds.iterdir()) == []


def test_full_disk_is_a_failed_try(
    shop: Workshop, row: FeedRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(work, "obtain", full)
    found = update(shop, row, silent)
    assert (found.result, found.reason, found.passing) == (Result.FAILED, "unwritable", True)


def test_mistake_of_ours_keeps_no_other_feed_from_its_update(
    shop: Workshop, row: FeedRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise KeyError("a mistake")

    monkeypatch.setattr(program, "update", broken)
    found = program._update(shop, row)
    assert (found.feed, found.result, found.reason) == ("bets", Result.FAILED, "internal_error")


def test_ranks_are_none_when_a_reference_list_is_damaged(shop: Workshop, house: House) -> None:
    (house.home.feeds / "top.names").write_bytes(b"torn\n")
    top = FeedRow("top", "infrastructure", "/x", house.clock.wall, kind="reference")
    shop.references = work.references(house.home, [top])
    assert shop.ranked(1000) == []
