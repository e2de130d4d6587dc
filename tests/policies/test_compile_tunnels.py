"""Two devices never have one key or one tunnel."""

from __future__ import annotations

import base64

import pytest

from kidgate.policies.compile import PolicyFaults, compile_snapshot
from kidgate.policies.rows import Builtin, DeviceRow, PolicyRows, Settings, TierRow

ONE, TWO = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))


def faults(*devices: DeviceRow) -> list[str]:
    rows = PolicyRows(settings=Settings(unknown_tier="t"), devices=devices)
    try:
        compile_snapshot(rows, Builtin(), tiers=(TierRow("t", age_tier=True),), services=(), id="1")
    except PolicyFaults as found:
        return [str(fault) for fault in found.faults]
    return []


def test_keys_and_numbers_are_each_device_s_own() -> None:
    tablet = DeviceRow("tablet", wireguard=ONE, tunnel=1)
    assert faults(tablet, DeviceRow("phone", wireguard=TWO, tunnel=2), DeviceRow("pc")) == []
    assert faults(tablet, DeviceRow("phone", wireguard=ONE, tunnel=2)) == [
        "device phone: wireguard: the key is tablet's"
    ]
    assert faults(tablet, DeviceRow("phone", wireguard=TWO, tunnel=1)) == [
        "device phone: wireguard: tunnel 1 is tablet's"
    ]


@pytest.mark.parametrize("row", [DeviceRow("a", wireguard="no"), DeviceRow("a", wireguard=ONE)])
def test_key_or_number_that_cannot_be_is_refused(row: DeviceRow) -> None:
    assert len(faults(row)) >= 1
