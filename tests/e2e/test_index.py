"""Lists that change while the gateway runs: no connection drops, and what is listed stays shut
whatever becomes of the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from kidgate.cli import cli
from kidgate.lists.sections import read_header
from kidgate.policies.model import Action
from kidgate.policies.rows import TierRow
from tests.e2e.conftest import HOSTS, policy
from tests.e2e.house import House, read_one, status
from tests.e2e.origin import Origin, wait_until


@pytest.fixture
def gambling_house(tmp_path: Path, site: Origin) -> Iterator[House]:
    rows = policy(site.port)
    (tier,) = rows.tiers
    assert isinstance(tier, TierRow)
    blocking = TierRow("test", journal=tier.journal, categories={"gambling": Action.BLOCK})
    rows = type(rows)(
        settings=rows.settings, tiers=(blocking,), profiles=rows.profiles, devices=rows.devices
    )
    with House(tmp_path / "home", rows, HOSTS, workers=2) as house:
        yield house


def run(house: House, *words: str) -> None:
    answer = CliRunner().invoke(cli, ["--home", str(house.root), *words])
    assert answer.exit_code == 0, answer.output


def listed(house: House, *entries: str) -> None:
    path = house.root / "gambling.txt"
    path.write_text("".join(f"{entry}\n" for entry in entries))
    run(house, "feed", "import", str(path), "--category", "gambling", "--name", "bets")


def answers(house: House, url: str, wanted: int) -> bool:
    """Whether every worker comes to answer so."""
    return wait_until(lambda: all(status(house.get(url)) == wanted for _ in range(8)), 10)


def test_index_is_exchanged_under_open_connections(gambling_house: House, site: Origin) -> None:
    house, url = gambling_house, f"http://other.example:{site.port}/page"
    pids = {child["pid"] for child in house.health()["workers"]}
    assert answers(house, url, 200)
    with house.connect() as kept:
        request = f"GET {url} HTTP/1.1\r\nHost: other.example:{site.port}\r\n\r\n".encode()

        def ask() -> int:
            kept.sendall(request)
            return status(read_one(kept))

        assert ask() == 200
        listed(house, "other.example")
        assert wait_until(lambda: ask() == 403, 10)
        listed(house, "third.example", "other.example/elsewhere")
        assert wait_until(lambda: ask() == 200, 10)
    run(house, "feed", "rebuild")
    assert answers(house, f"http://other.example:{site.port}/elsewhere/x", 403)
    assert answers(house, url, 200)
    assert {child["pid"] for child in house.health()["workers"]} == pids


def test_listed_site_stays_shut_when_the_index_file_is_cut(
    gambling_house: House, site: Origin
) -> None:
    house = gambling_house
    url = f"http://other.example:{site.port}/page"
    assert answers(house, url, 200)
    listed(house, "other.example")
    assert answers(house, url, 403)
    site.forget()
    with house.home.index.open("rb+") as file:
        os.truncate(file.fileno(), read_header(file.read(1000)).resident)
    assert answers(house, f"http://www.other.example:{site.port}/page", 403)
    assert site.seen == []
    assert answers(house, f"http://good.example:{site.port}/page", 200)
    run(house, "feed", "rebuild")
    assert answers(house, url, 403)
