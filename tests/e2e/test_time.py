"""Time used, over a real gateway with two workers: devices share it, and no death loses it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kidgate.policies.rows import PolicyRows, ServiceRow, TierRow
from kidgate.proxy.time_used.notes import boot_id, boot_time
from tests.e2e.conftest import policy
from tests.e2e.house import House, status
from tests.e2e.origin import Origin, wait_until

A, B = "127.0.0.5", "127.0.0.6"  # two devices of one child
# Noon in Hanoi: no midnight falls into the test.
NOON = {"KIDGATE_CLOCK": "2026-11-23T12:00+07:00"}
HOSTS = dict.fromkeys(("game.example", "other.example", "school.example"), "127.0.0.1")
PAGE = {"Accept": "text/html"}
BEACON = {"Accept": "*/*", "Sec_Fetch_Dest": "empty", "Sec_Fetch_Mode": "cors"}


def rows(port: int, **quotas: int) -> PolicyRows:
    base = policy(port)
    tier = replace(
        base.tiers[0],
        quotas={key.replace("__", ":"): n for key, n in quotas.items()},
        notice_minutes={"category:games": 30},
    )
    game = ServiceRow("game", "Game", hosts=("game.example",), categories=("games",))
    school = ServiceRow("school", "School", hosts=("school.example",), categories=("education",))
    return replace(base, tiers=(tier, TierRow("other")), services=(game, school))


@pytest.fixture(scope="module")
def origin() -> Iterator[Origin]:
    with Origin() as found:
        yield found


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, origin: Origin) -> Iterator[House]:
    root = tmp_path_factory.mktemp("time") / "home"
    with House(root, rows(origin.port), HOSTS, workers=2, env=NOON) as found:
        yield found


def minutes(house: House) -> dict[str, int]:
    found: dict[str, int] = json.loads(house.home.minutes.read_bytes())["minutes"].get("mai", {})
    return found


def use(house: House, key: str, first: float, last: float, device: str = "tablet") -> None:
    """As a worker would have seen it; minutes before now, by the gateway's clock."""
    now, noon = boot_time(), 1795410000.0
    beat = ["mai", device, key, now - first * 60, now - last * 60, noon - now]
    house.do("usage.beats", boot=boot_id(), beats=[beat])


def page(house: House, origin: Origin, host: str, address: str = A, **fields: str) -> bytes:
    return house.get(f"http://{host}:{origin.port}/", address, **(fields or PAGE))


def test_quota_used_up_on_one_device_blocks_the_other_though_the_keeper_died(
    gateway: House, origin: Origin
) -> None:
    assert gateway.in_force(gateway.write(rows(origin.port, service__game=1)))
    assert status(page(gateway, origin, "school.example", **BEACON)) == 200  # counts for nothing
    old = gateway.health()["keeper"]["pid"]
    os.kill(old, signal.SIGKILL)
    assert status(page(gateway, origin, "game.example")) == 200
    assert wait_until(lambda: minutes(gateway).get("service:game") == 1, 60), gateway.logged()
    assert gateway.health()["keeper"]["pid"] != old
    assert minutes(gateway) == {"all": 1, "service:game": 1, "category:games": 1}

    def all_blocked() -> bool:
        return all(status(page(gateway, origin, "game.example", B)) == 403 for _ in range(8))

    assert wait_until(all_blocked, 10)
    blocked = page(gateway, origin, "game.example", B).decode()
    assert "Kidgate-Reason: quota" in blocked
    assert status(page(gateway, origin, "other.example", B)) == 200
    gateway.do("bonus.add", child="mai", key="service:game", minutes=30, reason="đọc sách")
    assert wait_until(lambda: status(page(gateway, origin, "game.example", B)) == 200, 10)


def test_notices_come_once_before_a_page_and_never_before_a_part(
    gateway: House, origin: Origin
) -> None:
    assert gateway.in_force(gateway.write(rows(origin.port, category__games=100)))
    use(gateway, "category:games", 95, 6)  # 90 minutes
    assert wait_until(lambda: minutes(gateway)["category:games"] >= 90, 5)
    notices: list[bytes] = []

    def seen() -> int:
        """How many there were, with one more try of each kind."""
        for host, fields in (("game.example", BEACON), ("school.example", PAGE)):
            assert b"time_notice" not in page(gateway, origin, host, **fields)
        answer = page(gateway, origin, "game.example")
        assert status(answer) == 200
        if b"Kidgate-Reason: time_notice" in answer:
            assert b'href=""' in answer
            notices.append(answer)
        else:
            assert b"hello from the origin" in answer
        return len(notices)

    # Fifteen minutes left, and ninety played.
    assert wait_until(lambda: seen() == 2, 10)
    assert [seen() for _ in range(8)] == [2] * 8
