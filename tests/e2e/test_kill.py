"""Promise 2: no answered block is missing from the journal after `kill -9`."""

from __future__ import annotations

import os
import random
import threading
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import HOSTS, policy
from tests.e2e.house import House, read_one, status
from tests.e2e.origin import Origin, wait_until

BLOCKED = 1000
CLIENTS = 4


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

        def missing() -> set[str]:
            kept = {line.url.partition(str(site.port))[2] for line in house.journal()}
            return set(answered) - kept

        assert wait_until(lambda: not missing(), 20), sorted(missing())[:5]
