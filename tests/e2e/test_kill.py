"""Promise 2: no answered block is missing from the journal after `kill -9`."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import threading
import time
from pathlib import Path

import pytest

from kidgate.policies.journal import Entry
from tests.e2e.conftest import HOSTS, policy
from tests.e2e.house import House, read_one, status
from tests.e2e.origin import Origin, wait_until

BLOCKED = 1000
CLIENTS = 4
KILLS = 5
FOLDED_SECONDS = 120  # for a keeper that starts on a busy machine


def spooled(house: House) -> list[Entry]:
    """What workers wrote while no keeper took it; a file may be folded in under our eyes."""
    lines: list[bytes] = []
    for path in house.home.spool.glob("*.jsonl"):
        with contextlib.suppress(FileNotFoundError):
            lines += path.read_bytes().splitlines()
    return [Entry.from_line(line) for line in lines]


def browse(house: House, port: int, paths: list[str], answered: list[str]) -> None:
    """Ask for blocked pages on a kept connection; a new one whenever it breaks."""
    sock = None
    for path in paths:
        for _ in range(200):
            try:
                sock = sock or house.connect()
                head = f"GET http://bad.example:{port}{path} HTTP/1.1\r\nHost: bad.example:{port}"
                sock.sendall(f"{head}\r\n\r\n".encode())
                if status(read_one(sock)) == 403:
                    answered.append(path)
                    break
            except (OSError, ValueError, StopIteration):
                sock = None
                time.sleep(0.05)


def assert_kept(house: House, site: Origin, answered: set[str]) -> None:
    """Durable already, however long a new keeper takes to take the spool in; and taken in then."""

    def path_of(url: str) -> str:
        return url.partition(str(site.port))[2]

    def journaled() -> set[str]:
        time.sleep(0.2)  # looking costs the machine more than what is waited for
        return {path_of(line.url) for line in house.journal()}

    waiting = {path_of(entry.url) for entry in spooled(house)}  # first: it only ever moves there
    assert answered <= waiting | journaled()
    assert wait_until(lambda: answered <= journaled(), FOLDED_SECONDS), house.logged()


@pytest.mark.parametrize("victim", ["worker", "keeper"])
def test_every_answered_block_is_journaled_when_a_process_is_killed(
    tmp_path: Path, site: Origin, victim: str
) -> None:
    with House(tmp_path / "home", policy(site.port), HOSTS, env={"PYTHONHASHSEED": "0"}) as house:
        answered: list[str] = []
        paths = [f"/p{number}" for number in range(BLOCKED)]
        threads = [
            threading.Thread(target=browse, args=(house, site.port, paths[n::CLIENTS], answered))
            for n in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        at = random.randint(BLOCKED // 10, BLOCKED // 2)
        assert wait_until(lambda: len(answered) >= at, 60)
        health = house.health()
        os.kill((health["workers"][0] if victim == "worker" else health["keeper"])["pid"], 9)
        for thread in threads:
            thread.join(90)
        assert len(answered) == BLOCKED  # the gateway came back and went on
        assert site.seen == []
        assert_kept(house, site, set(answered))


@pytest.mark.deep
def test_every_answered_block_is_journaled_when_processes_are_killed_again_and_again(
    tmp_path: Path, site: Origin
) -> None:
    with House(tmp_path / "home", policy(site.port), HOSTS, workers=2) as house:
        answered: list[str] = []
        stopping = threading.Event()

        def keep_on(client: int) -> None:
            for number in itertools.count():
                if stopping.is_set():
                    return
                browse(house, site.port, [f"/c{client}-{number}"], answered)

        threads = [threading.Thread(target=keep_on, args=(n,)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            time.sleep(random.uniform(0.2, 3))  # also while a new one starts, or takes the spool in
            health = house.health()
            pid = random.choice([health["keeper"], *health["workers"]])["pid"]
            if pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, 9)
        stopping.set()
        for thread in threads:
            thread.join(150)
        assert len(answered) > KILLS
        assert_kept(house, site, set(answered))
