"""Devices assigned, named, given a log-in or a tunnel."""

from __future__ import annotations

import hashlib

import pytest

from kidgate.policies.device_edits import (
    assigned,
    free_name,
    free_tunnel,
    is_mac,
    place_of,
    places,
    with_login,
)
from kidgate.policies.edits import EditFault
from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow

MAC = "3c:22:fb:00:00:02"
ROWS = PolicyRows(
    profiles=(ProfileRow("mai"),), devices=(DeviceRow("tablet", "mai", ("10.0.0.5",), tunnel=1),)
)


def test_place_has_one_spelling() -> None:
    assert place_of(" 3C-22-FB-00-00-02 ") == MAC and place_of("::ffff:10.0.0.5") == "10.0.0.5"
    assert is_mac(MAC) and not is_mac("10.0.0.5")
    assert places(["10.0.0.5", MAC, MAC]) == {"addresses": ("10.0.0.5",), "macs": (MAC,)}
    with pytest.raises(EditFault, match="neither"):
        place_of("tablet")


def test_assigned_device_is_new_or_joins_the_one_that_is_there() -> None:
    new = assigned(ROWS, "phone", "mai", MAC).devices[-1]
    assert (new.key, new.of, new.macs) == ("phone", "mai", (MAC,))
    same = assigned(ROWS, "tablet", "", MAC).devices[0]
    assert (same.of, same.addresses, same.macs) == ("", ("10.0.0.5",), (MAC,))
    with pytest.raises(EditFault, match="no profile"):
        assigned(ROWS, "phone", "nobody", MAC)


def test_free_name_is_taken_by_nobody() -> None:
    assert free_name(ROWS, "Tablet", "mai") == "tablet-2"
    assert free_name(ROWS, "", "mai") == "mai-device"
    assert free_name(ROWS, "电话", "") == "shared-device"


def test_log_in_is_kept_as_a_hash_and_taken_away_whole() -> None:
    row = with_login(ROWS, "tablet", "mai", "secret").devices[0]
    assert (row.login, row.password_hash) == ("mai", hashlib.sha256(b"secret").hexdigest())
    row = with_login(ROWS, "tablet", "mai", "").devices[0]
    assert (row.login, row.password_hash) == ("", "")


def test_free_tunnel_is_the_lowest() -> None:
    assert free_tunnel(ROWS) == 2 and free_tunnel(PolicyRows()) == 1
