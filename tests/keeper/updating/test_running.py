"""The updating process: it works, and its death at any moment leaves everything as it was."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kidgate.documents.feed_row import FeedRow
from kidgate.documents.home import Home
from kidgate.keeper import commands
from kidgate.keeper.feed_rows import BadFeed
from kidgate.keeper.feeds import content_of, recover
from kidgate.keeper.updating import running
from kidgate.keeper.writer import Writer, own_writer
from kidgate.lists.index import open_index
from kidgate.lists.names_file import NamesFile
from kidgate.policies.rows_json import to_json
from kidgate.store.feeds import all_feeds
from tests.keeper.stand import home_in, now, url
from tests.keeper.updating.stand import listed

SIZE = 40_000


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    home = home_in(tmp_path)
    with own_writer(home, url(home), now, create=True) as found:
        commands.run(found, "index.rebuild", {})
        yield found


def add(writer: Writer, path: Path, names: list[str]) -> None:
    path.write_bytes(listed(names))
    row = FeedRow(path.stem, "gambling", str(path), interval=1)
    commands.run(writer, "feed.add", {"feed": to_json(row)})


def update(writer: Writer, *names: str, **more: Any) -> list[tuple[str, str]]:
    found = running.update(writer, {"names": names}, **more)["feeds"]
    return [(outcome["result"], outcome["reason"]) for outcome in found]


def row(writer: Writer, name: str = "bets") -> FeedRow:
    with writer.database.reading() as session:
        return {feed.name: feed for feed in all_feeds(session)}[name]


def test_process_updates_feeds_and_says_how_it_gets_on(writer: Writer, tmp_path: Path) -> None:
    add(writer, tmp_path / "bets.txt", ["bet.example"])
    add(writer, tmp_path / "scam.txt", ["scam.example", "google.com"])
    add(writer, tmp_path / "gone.txt", ["x.example"])
    (tmp_path / "gone.txt").unlink()
    steps: list[Any] = []
    found = update(writer, "bets", "scam", "gone", progress=steps.append)
    assert found == [("updated", ""), ("refused", "never_block"), ("failed", "missing")]
    assert {step["feed"] for step in steps} >= {"bets", ""}
    index = open_index(writer.home.index)
    assert index.find("bet.example") and not index.find("scam.example")


def test_unknown_feed_is_refused(writer: Writer) -> None:
    with pytest.raises(BadFeed, match="no feed is called `no`"):
        update(writer, "no")


@pytest.mark.parametrize(
    "program",
    ["import sys; sys.exit(7)", "print('nonsense')", "print('[]')", "import os; os.close(1)"],
)
def test_process_that_talks_nonsense_is_a_failed_try(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    add(writer, tmp_path / "bets.txt", ["bet.example"])
    monkeypatch.setattr(running, "PROGRAM", (sys.executable, "-c", program))
    assert update(writer, "bets") == [("failed", "died")]
    assert row(writer).failures == 1
    assert row(writer).imported_at is None


def test_process_that_hangs_is_ended(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(writer, tmp_path / "bets.txt", ["bet.example"])
    sleeps = (sys.executable, "-c", "import time; time.sleep(60)")
    monkeypatch.setattr(running, "PROGRAM", sleeps)
    monkeypatch.setattr(running, "LONGEST", 0.3)
    assert update(writer, "bets") == [("failed", "died")]


def kills(rounds: int) -> list[float]:
    """Seconds after which to kill, all along the work."""
    chance = random.Random(rounds)
    return [chance.uniform(0, 2.5) for _ in range(rounds)]


@pytest.mark.parametrize("rounds", [5, pytest.param(40, marks=pytest.mark.deep)])
@pytest.mark.timeout(600)
def test_update_that_is_killed_leaves_feed_and_index(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rounds: int
) -> None:
    path = tmp_path / "bets.txt"
    add(writer, path, [f"n{i}.example" for i in range(SIZE)])  # or the next has grown too much
    assert update(writer, "bets") == [("updated", "")]
    before = whole(writer.home)
    started = subprocess.Popen
    for number, delay in enumerate(kills(rounds)):
        path.write_bytes(listed([f"n{i}-{number}.example" for i in range(SIZE)]))

        def killed(*args: Any, delay: float = delay, **more: Any) -> subprocess.Popen[bytes]:
            process = started(*args, **more)
            if "kidgate.keeper.updating" in args[0]:
                threading.Timer(delay, process.kill).start()
            return process

        monkeypatch.setattr(running.subprocess, "Popen", killed)
        found = update(writer, "bets")
        monkeypatch.setattr(running.subprocess, "Popen", started)
        if found == [("failed", "died")]:
            assert whole(writer.home) == before
        else:  # it was done before
            assert found == [("updated", "")]
            before = whole(writer.home)
        assert len(open_index(writer.home.index)) == row(writer).names


def whole(home: Home) -> tuple[bytes, bytes]:
    return home.index.read_bytes(), (home.feeds / "bets.names").read_bytes()


CHANGES_FOR_EVER = """
import sys
from pathlib import Path
from kidgate.keeper import commands
from kidgate.keeper.updating import running
from kidgate.keeper.writer import own_writer
from tests.keeper.stand import now, url
from kidgate.documents.home import Home
home, path = Home(Path(sys.argv[1])), Path(sys.argv[2])
with own_writer(home, url(home), now, create=False) as writer:
    for number in range(1000):
        path.write_text("".join(f"n{i}-{number}.example\\n" for i in range(50)))
        running.update(writer, {"names": ["bets"]})
        print(number, flush=True)
"""


@pytest.mark.parametrize("rounds", [2, pytest.param(30, marks=pytest.mark.deep)])
@pytest.mark.timeout(600)
def test_installation_that_is_killed_is_undone_or_done(tmp_path: Path, rounds: int) -> None:
    """Row, names file and index are of one version, whenever the writer dies."""
    home, path = home_in(tmp_path), tmp_path / "bets.txt"
    with own_writer(home, url(home), now, create=True) as writer:
        add(writer, path, ["bet.example"])
        update(writer, "bets")
    chance = random.Random(rounds)
    for _ in range(rounds):
        child = subprocess.Popen(
            [sys.executable, "-c", CHANGES_FOR_EVER, str(home.root), str(path)],
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert child.stdout is not None
        child.stdout.readline()
        threading.Event().wait(chance.uniform(0, 1.5))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        consistent(home)


def consistent(home: Home) -> None:
    with own_writer(home, url(home), now, create=False) as writer:
        if recover(writer):
            commands.run(writer, "index.rebuild", {})
        found = row(writer)
        names = home.feeds / "bets.names"
        assert content_of(names) == found.content
        with NamesFile(names) as file:
            keys = {listed.key for listed in file}
        index = open_index(home.index)
        assert len(index) == len(keys) == found.names
        assert all(index.find(key) for key in keys)
