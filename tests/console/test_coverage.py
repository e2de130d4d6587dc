"""`status --coverage`: honest shares for each device, and the step that would help most."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kidgate.console.box.check import next_in
from kidgate.console.coverage import elements
from kidgate.policies.rows import DeviceRow
from kidgate.proxy import coverage_rows
from kidgate.proxy.coverage import Coverage, Seen
from kidgate.proxy.coverage_rows import row_of
from tests.console.runner import Kidgate

TABLET, CONSOLE = DeviceRow("tablet", of="mai"), DeviceRow("console", of="mai", trusts_ca=False)


@pytest.mark.parametrize(
    ("device", "counts", "refused", "step"),
    [
        (None, {"opened": 9}, None, "name"),
        (TABLET, {}, None, "nothing"),
        (TABLET, {"names": 3}, {"quic": 5}, "names_only"),
        (TABLET, {}, {"raw": 5}, "refused_only"),
        (TABLET, {"opened": 10, "distrusted": 10, "passed": 2}, {}, "install"),
        (CONSOLE, {"passed": 7, "plain": 1}, {}, "opaque"),
        (TABLET, {"opened": 10}, {"tunnel": 1, "quic": 9}, "vpn"),
        (TABLET, {"opened": 10}, {"encrypted_dns": 1}, "private_dns"),
        (TABLET, {"opened": 10, "distrusted": 1}, {"quic": 9}, "apps"),
        (TABLET, {"opened": 10, "pinned": 3, "plain": 1}, {"quic": 9}, "good"),
    ],
)
def test_step_is_the_one_that_helps_most(
    device: DeviceRow | None, counts: dict[str, int], refused: dict[str, int] | None, step: str
) -> None:
    assert row_of("tablet", device, counts, refused).step == step
    for language in ("en", "vi"):
        assert next_in(language)[step].format(page="PAGE", device="tablet")


def test_shares_are_of_connections_and_add_up() -> None:
    counts = Counter(opened=6, distrusted=2, passed=2, pinned=1, plain=1, names=50)
    row = row_of("tablet", TABLET, counts, None)
    assert (row.connections, row.names) == (10, 50)
    shares = (row.decrypted, row.distrusted, row.by_name, row.pinned, row.plain)
    assert shares == (40.0, 20.0, 20.0, 10.0, 10.0)
    assert sum(shares) == 100


def test_refusals_alone_are_no_more_than_what_was_opened() -> None:
    assert row_of("tablet", TABLET, {"distrusted": 5, "plain": 1}, None).distrusted == 0


def test_every_device_is_told_of_even_one_that_was_never_seen(kidgate: Kidgate) -> None:
    kidgate("device", "add", "phone", "--of", "nam", "--address", "127.0.0.9")
    seen = Coverage()
    seen.count("tablet", Seen.OPENED)
    seen.count("192.168.1.77", Seen.PASSED)
    seen.save(kidgate.home / "run" / "coverage-0.json")
    found = {row["device"]: row for row in kidgate.json("status", "--coverage")["devices"]}
    assert set(found) == {"tablet", "phone", "192.168.1.77"}
    assert found["tablet"]["decrypted"] == 100 and found["tablet"]["refused"] is None
    assert "nothing came" in found["phone"]["next"] or "chưa thấy" in found["phone"]["next"]
    assert found["192.168.1.77"]["named"] is False
    assert "100%" in kidgate("status", "--coverage")


def test_packets_are_read_from_a_set_with_counters() -> None:
    listed: list[dict[str, Any]] = [
        {"metainfo": {}},
        {
            "set": {
                "name": "refused_quic_4",
                "elem": [
                    {"elem": {"val": "192.168.1.9", "counter": {"packets": 7, "bytes": 1}}},
                    {"elem": {"val": "192.168.1.8", "expires": 5}},
                    "192.168.1.7",
                ],
            }
        },
        {"set": {"name": "empty"}},
    ]
    assert list(elements(listed)) == [("192.168.1.9", 7)]


def test_every_step_has_its_sentence_and_no_sentence_lies_idle() -> None:
    code = Path(coverage_rows.__file__).read_text()
    body = code[code.index("def _step") :]
    said = set(re.findall(r'return "(\w+)"|else "(\w+)"|"(\w+)" if', body))
    assert {word for found in said for word in found if word} == set(next_in("en"))
    assert set(next_in("en")) == set(next_in("vi"))
