"""Promise 1: no flow passes because of a fault. Each part is made to fail; the origin sees
nothing."""

from __future__ import annotations

import os
import sqlite3
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from kidgate.addons.chain import HOOKS
from tests.e2e.conftest import HOSTS, policy
from tests.e2e.house import House, read_all, status
from tests.e2e.origin import Origin, wait_until
from tests.e2e.pki import Authority


@pytest.fixture(scope="module")
def broken(
    tmp_path_factory: pytest.TempPathFactory,
    open_site: Origin,
    open_secure: Origin,
    authority: Authority,
) -> Iterator[tuple[House, Path]]:
    """A house, and the file that says which part of its worker fails."""
    root = tmp_path_factory.mktemp("broken")
    part = root / "part"
    part.touch()
    house = House(
        root / "home",
        policy(open_site.port, open_secure.port),
        HOSTS,
        extra_ca=authority.pem,
        env={"BROKEN": str(part), "KIDGATE_WORKER_MODULE": "tests.e2e.broken_worker"},
    )
    with house:
        yield house, part


def ask_all(house: House, site: Origin, secure: Origin) -> None:
    """A blocked page by every road; whatever the answer, it must come from nowhere else."""
    house.get(f"http://bad.example:{site.port}/")
    target = f"bad.example:{secure.port}"
    with house.connect() as sock:
        sock.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        if status(sock.recv(65536)) != 200:
            return
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        try:
            with context.wrap_socket(sock, server_hostname="bad.example") as tls:
                head = f"GET / HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n"
                tls.sendall(head.encode())
                tls.settimeout(3)
                read_all(tls)
        except (OSError, ssl.SSLError):
            pass


@pytest.mark.parametrize(
    "part",
    ["decide", "journal", "page", "resolver", *(f"hook:{name}" for name in HOOKS)],
)
def test_origin_sees_nothing_when_a_part_fails(
    part: str, broken: tuple[House, Path], site: Origin, secure: Origin
) -> None:
    house, failing = broken
    failing.write_text(part)
    try:
        ask_all(house, site, secure)
        assert site.seen == []
        assert secure.seen == []
        if part in ("decide", "hook:requestheaders"):
            assert status(house.get(f"http://good.example:{site.port}/")) == 503
            assert site.seen == []
            assert wait_until(lambda: house.health()["workers"][0]["faults"] > 0)
    finally:
        failing.write_text("")
    assert status(house.get(f"http://good.example:{site.port}/")) == 200


@pytest.fixture
def running(tmp_path: Path, site: Origin, secure: Origin, authority: Authority) -> Iterator[House]:
    """A house of its own, to be damaged, that has blocked once and let pass once."""
    rows = policy(site.port, secure.port)
    with House(tmp_path / "home", rows, HOSTS, extra_ca=authority.pem) as house:
        assert status(house.get(f"http://bad.example:{site.port}/")) == 403
        assert status(house.get(f"http://good.example:{site.port}/")) == 200
        site.forget()
        yield house


def still_right(house: House, site: Origin) -> None:
    assert status(house.get(f"http://bad.example:{site.port}/late")) == 403
    assert site.seen == []
    assert status(house.get(f"http://good.example:{site.port}/")) == 200


def test_filter_holds_and_nothing_is_lost_when_the_database_is_locked(
    running: House, site: Origin
) -> None:
    lock = sqlite3.connect(running.home.database, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    try:
        still_right(running, site)
        assert wait_until(lambda: running.health()["workers"][0]["journal"]["spooled"] > 0)
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    assert wait_until(
        lambda: any(line.url.endswith("/late") for line in running.journal()), seconds=15
    )
    late = [line.count for line in running.journal() if line.url.endswith("/late")]
    assert late == [1]  # spooled and committed late, counted once


def test_filter_holds_when_the_database_is_deleted(running: House, site: Origin) -> None:
    for path in running.root.glob("kidgate.db*"):
        path.unlink()
    still_right(running, site)
    assert wait_until(lambda: running.health()["keeper"]["journal_fault"])
    assert list(running.home.spool.iterdir())


def test_filter_holds_when_the_index_is_truncated_in_place(running: House, site: Origin) -> None:
    os.truncate(running.home.index, 64)
    assert wait_until(lambda: running.health()["index_fault"])
    still_right(running, site)


def test_torn_snapshot_changes_nothing_and_is_told(running: House, site: Origin) -> None:
    whole = running.home.snapshot.read_bytes()
    running.home.snapshot.write_bytes(whole[: len(whole) // 2])
    assert wait_until(lambda: "damaged" in running.health()["workers"][0]["policy_fault"])
    still_right(running, site)


def test_keeper_that_is_killed_comes_back_and_takes_the_spool(running: House, site: Origin) -> None:
    os.kill(running.health()["keeper"]["pid"], 9)
    still_right(running, site)
    assert wait_until(lambda: running.health()["keeper"]["ready"], 15)
    assert wait_until(
        lambda: any(line.url.endswith("/late") for line in running.journal()), seconds=15
    )


def test_gateway_starts_with_its_last_policy_when_the_database_is_damaged(
    running: House, site: Origin
) -> None:
    running.stop()
    data = bytearray(running.home.database.read_bytes())
    data[100:4196] = b"\xff" * 4096
    running.home.database.write_bytes(data)
    running.start()
    still_right(running, site)
    assert running.health()["keeper"]["fault"]
