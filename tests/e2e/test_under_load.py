"""Under load: a killed worker takes its own connections and no other; a reload takes none."""

from __future__ import annotations

import contextlib
import os
import random
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from kidgate.policies.model import Action
from kidgate.policies.rows import RuleRow
from tests.e2e.conftest import HOSTS, policy
from tests.e2e.house import House, read_one, status
from tests.e2e.origin import Origin, wait_until
from tests.e2e.pki import Authority

pytestmark = pytest.mark.deep
OPENED, PASSED, LOADS = "127.0.0.5", "127.0.0.6", 24
REQUESTS = b"GET /k HTTP/1.1\r\nHost: good.example\r\n\r\n"


@dataclass
class Load:
    """Clients that ask without pause, each on one kept connection, until told to stop."""

    connect: Callable[[int], ssl.SSLSocket]
    stopping: threading.Event = field(default_factory=threading.Event)
    asked: list[int] = field(default_factory=lambda: [0] * LOADS)
    broken: list[bool] = field(default_factory=lambda: [False] * LOADS)

    def client(self, number: int) -> None:
        with contextlib.closing(self.connect(number)) as tls:
            while not self.stopping.is_set():
                try:
                    tls.sendall(REQUESTS)
                    if status(read_one(tls)) != 200:
                        raise ConnectionError("not the page")
                except (OSError, ValueError, StopIteration):
                    self.broken[number] = True
                    return
                self.asked[number] += 1

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        threads = [threading.Thread(target=self.client, args=(n,)) for n in range(LOADS)]
        for thread in threads:
            thread.start()
        try:
            assert wait_until(lambda: all(self.asked), 60)
            yield
        finally:
            self.stopping.set()
            for thread in threads:
                thread.join(60)

    def goes_on(self) -> bool:
        """Whether every client that is not broken is answered anew."""
        before = [*self.asked]
        return wait_until(
            lambda: all(
                broken or now > then
                for broken, now, then in zip(self.broken, self.asked, before, strict=True)
            ),
            60,
        )


def clients(house: House, secure: Origin, authority: Authority) -> Load:
    """Half of them opened, half only passed through."""
    theirs = ssl.create_default_context(cafile=str(authority.pem))

    def connect(number: int) -> ssl.SSLSocket:
        address = OPENED if number % 2 else PASSED
        trusting = house.trusting() if number % 2 else theirs
        sock = house.tunnel(f"good.example:{secure.port}", address)
        return trusting.wrap_socket(sock, server_hostname="good.example")

    return Load(connect)


def test_killed_worker_takes_its_own_connections_alone(
    tmp_path: Path, secure: Origin, authority: Authority
) -> None:
    rows = policy(secure.port)
    with House(tmp_path / "home", rows, HOSTS, extra_ca=authority.pem, workers=2) as house:
        load = clients(house, secure, authority)
        with load.running():

            def held() -> list[int]:
                return [worker["connections"] for worker in house.health()["workers"]]

            assert wait_until(lambda: sum(held()) == LOADS, 30)
            victim, own = random.randrange(2), held()
            os.kill(house.health()["workers"][victim]["pid"], 9)
            assert load.goes_on()
            assert wait_until(lambda: sum(load.broken) == own[victim], 30)
            assert load.goes_on()
            assert wait_until(lambda: house.health()["workers"][victim]["restarts"] == 1, 60)
            for number in range(6):  # none is refused: they wait for its successor
                load.connect(number).close()
        assert sum(load.broken) == own[victim]


def test_reloads_take_no_connection(tmp_path: Path, secure: Origin, authority: Authority) -> None:
    rows = policy(secure.port)
    with House(tmp_path / "home", rows, HOSTS, extra_ca=authority.pem, workers=2) as house:
        load = clients(house, secure, authority)
        with load.running():
            for number in range(5):
                rule = RuleRow(0, "everyone", f"elsewhere{number}.example", Action.BLOCK)
                assert house.in_force(house.write(replace(rows, rules=(*rows.rules, rule))))
                house.do("index.rebuild")
                assert load.goes_on()
        assert not any(load.broken)
