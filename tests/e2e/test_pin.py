"""A shared computer: a child signs in with a PIN, over a real gateway with two workers."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from kidgate.documents.pins import hash_pin
from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow
from tests.e2e.house import House, status
from tests.e2e.origin import wait_until

OWN, PIN, WRONG = "kidgate.home.arpa", "4827", "93517264"
ROWS = PolicyRows(
    profiles=(ProfileRow("mai", name="Mai", tier="13-15"),),
    devices=(DeviceRow("pc", addresses=("127.0.0.5",)),),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("pin"), ROWS, {}, workers=2) as found:
        found.do("pin.set", profile="mai", hash=hash_pin(PIN))
        # Either worker may answer: both have to know.
        assert wait_until(lambda: all("Mai" in page(found) for _ in range(12)), 10)
        yield found


def page(house: House) -> str:
    return house.get(f"http://{OWN}/pin").decode()


def post(house: House, **fields: str) -> bytes:
    token = re.search(r'name="token" value="([^"]+)"', page(house))
    assert token is not None
    body = urlencode(fields | {"token": token[1]})
    head = [f"POST http://{OWN}/pin HTTP/1.1", f"Host: {OWN}", "Origin: null", "Connection: close"]
    kind = "Content-Type: application/x-www-form-urlencoded"
    return house.raw("\r\n".join([*head, kind, f"Content-Length: {len(body)}", "", body]).encode())


def child(house: House) -> str | None:
    answer = house.get(f"http://{OWN}/check")
    found: dict[str, str | None] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return found["child"]


def children(house: House) -> set[str | None]:
    """As whom both workers see the device: the kernel spreads connections over them."""
    return {child(house) for _ in range(12)}


def test_child_signs_in_and_out_for_every_worker(house: House) -> None:
    assert children(house) == {None}
    began = time.monotonic()
    assert status(post(house, child="mai", pin=PIN)) == 303
    assert wait_until(lambda: children(house) == {"mai"}, 5)
    print(f"signed in everywhere after {time.monotonic() - began:.2f} s")
    assert status(post(house, leave="1")) == 303
    assert wait_until(lambda: children(house) == {None}, 5)


def test_wrong_pin_is_refused_until_there_are_too_many_and_is_never_written(house: House) -> None:
    codes = [status(post(house, child="mai", pin=WRONG)) for _ in range(7)]
    assert codes == [403] * 5 + [429] * 2
    assert status(post(house, child="mai", pin=PIN)) == 429
    assert children(house) == {None}
    held = [path.read_bytes() for path in house.root.rglob("*") if path.is_file()]
    assert not [data for data in held if WRONG.encode() in data]


def test_large_upload_and_other_hosts_form_go_nowhere(house: House) -> None:
    head = f"POST http://{OWN}/pin HTTP/1.1\r\nHost: {OWN}\r\nContent-Length: 99999\r\n\r\n"
    assert status(house.raw(head.encode() + b"x" * 500)) == 405
    other = "POST http://other.example/pin HTTP/1.1\r\nHost: other.example\r\n"
    other += "Content-Length: 1\r\nConnection: close\r\n\r\nx"
    assert status(house.raw(other.encode())) >= 400
    assert house.process is not None
    assert house.process.poll() is None
