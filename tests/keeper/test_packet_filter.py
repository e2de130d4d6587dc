"""What the packet filter learns of devices from the neighbour table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kidgate.keeper.packet_filter import learned
from kidgate.policies.compile import compile_snapshot
from kidgate.policies.rows import Builtin, DeviceRow, PolicyRows, Settings, TierRow
from kidgate.proxy.who import neighbours

MAC, OTHER = "3c:22:fb:00:00:01", "3c:22:fb:00:00:02"
SNAPSHOT = compile_snapshot(
    PolicyRows(settings=Settings(unknown_tier="t"), devices=(DeviceRow("tablet", macs=(MAC,)),)),
    Builtin(),
    tiers=(TierRow("t", age_tier=True),),
    services=(),
    id="1",
)


def test_addresses_follow_the_mac_of_a_named_device(monkeypatch: pytest.MonkeyPatch) -> None:
    table = [("192.0.2.1", MAC), ("2001:db8::1", MAC), ("192.0.2.2", OTHER)]
    monkeypatch.setattr(neighbours, "read", lambda: iter(table))
    assert learned(SNAPSHOT) == {"tablet": {"192.0.2.1", "2001:db8::1"}}


def test_nothing_is_learned_when_the_table_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Iterator[tuple[str, str]]:
        raise OSError("no netlink")

    monkeypatch.setattr(neighbours, "read", fail)
    assert learned(SNAPSHOT) == {}
