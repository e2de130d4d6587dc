"""The dashboard as a process of `kidgate up`: reachable, watched, and closed to children."""

from __future__ import annotations

import json
import os
import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any

import pytest

from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow, Settings
from kidgate.proxy.ca import PUBLIC
from tests.e2e.house import House, free_port
from tests.e2e.origin import wait_until

CHILD = "127.0.0.51"
ROWS = PolicyRows(
    settings=Settings(private_allowed=("127.0.0.0/8",)),
    profiles=(ProfileRow("mai", "Mai", tier="9-12"),),
    devices=(DeviceRow("tablet", "mai", (CHILD,)),),
)


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    return free_port(), free_port()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, ports: tuple[int, int]) -> Iterator[House]:
    plain, secure = ports
    places = [f"http://127.0.0.1:{plain}", f"https://127.0.0.1:{secure}"]
    root = tmp_path_factory.mktemp("house")
    with House(root, ROWS, {}, more={"dashboard": {"listen": places}}) as found:
        yield found


def get(port: int, path: str, source: str = "127.0.0.1", **headers: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, 10, source_address=(source, 0))
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def answers(port: int) -> bool:
    try:
        return get(port, "/sign-in")[0] == 200
    except OSError:
        return False


def kidgate(house: House, *arguments: str) -> str:
    command = [sys.executable, "-m", "kidgate", "--home", str(house.root), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


def dashboard(house: House) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(house.home.health.read_text())["dashboard"]
    return found


def test_first_start_prints_one_link_that_opens_the_wizard(
    house: House, ports: tuple[int, int]
) -> None:
    assert wait_until(lambda: "/setup?key=" in house.logged(), 30)
    (link,) = re.findall(r"http://127\.0\.0\.1:(\d+)(/setup\?key=\S+)", house.logged())
    assert int(link[0]) == ports[0]
    status, page = get(ports[0], link[1])
    assert status == 200 and "Kidgate" in page
    assert get(ports[0], "/setup?key=wrong")[0] in (403, 404)


def test_page_is_served_over_https_with_the_house_certificate(
    house: House, ports: tuple[int, int]
) -> None:
    assert wait_until(lambda: answers(ports[0]), 30)
    trusts = ssl.create_default_context(cafile=str(house.home.ca / PUBLIC))
    connection = HTTPSConnection("127.0.0.1", ports[1], timeout=10, context=trusts)
    connection.request("GET", "/sign-in")
    assert connection.getresponse().status == 200


def test_childs_device_is_turned_away_at_every_door(house: House, ports: tuple[int, int]) -> None:
    assert wait_until(lambda: answers(ports[0]), 30)
    for path in ("/", "/sign-in", "/api/v1/openapi.json", "/static/style.css", "/setup?key=x"):
        assert get(ports[0], path, CHILD)[0] == 403, path
    unchecked = ssl.create_default_context()
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    connection = HTTPSConnection(
        "127.0.0.1", ports[1], timeout=10, context=unchecked, source_address=(CHILD, 0)
    )
    connection.request("GET", "/sign-in")
    assert connection.getresponse().status == 403


def test_proxy_is_no_way_to_the_dashboard(house: House, ports: tuple[int, int]) -> None:
    """Though the house allows private addresses: the caller would seem to be the box itself."""
    assert wait_until(lambda: answers(ports[0]), 30)
    connection = HTTPConnection("127.0.0.1", house.port, 10, source_address=(CHILD, 0))
    connection.request("GET", f"http://127.0.0.1:{ports[0]}/sign-in")
    answer = connection.getresponse()
    assert answer.status == 403 and 'name="password"' not in answer.read().decode()


def test_dashboard_comes_back_when_it_dies_and_children_notice_nothing(
    house: House, ports: tuple[int, int]
) -> None:
    assert wait_until(lambda: answers(ports[0]), 30)
    assert wait_until(lambda: dashboard(house)["pid"] is not None, 10)
    first = dashboard(house)["pid"]
    workers = [worker["pid"] for worker in json.loads(house.home.health.read_text())["workers"]]
    os.kill(first, signal.SIGKILL)
    assert wait_until(lambda: dashboard(house)["pid"] not in (None, first), 20)
    assert wait_until(lambda: answers(ports[0]), 30)
    health = json.loads(house.home.health.read_text())
    assert [worker["pid"] for worker in health["workers"]] == workers
    assert re.search(r"dashboard +ok +runs as \d+, restarted 1 times", kidgate(house, "status"))


def test_gateway_serves_children_when_the_dashboards_port_is_taken(
    tmp_path: Path, ports: tuple[int, int], house: House
) -> None:
    place = f"http://127.0.0.1:{ports[0]}"
    with House(tmp_path, ROWS, {}, more={"dashboard": {"listen": [place]}}) as other:
        assert wait_until(lambda: "dashboard_fault" in other.home.health.read_text(), 10)
        health = json.loads(other.home.health.read_text())
        assert str(ports[0]) in health["dashboard_fault"] and health["dashboard"] is None
        told = kidgate(other, "status")
        assert "dashboard" in told and str(ports[0]) in told and "another place" in told
