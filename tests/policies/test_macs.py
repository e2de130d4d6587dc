"""MAC addresses in their spellings."""

from __future__ import annotations

import pytest

from kidgate.policies.macs import canonical_mac, is_made_up


@pytest.mark.parametrize(
    "text", ["3C:22:FB:01:02:03", "3c-22-fb-01-02-03", "3c22.fb01.0203", " 3c22fb010203 "]
)
def test_every_spelling_is_one(text: str) -> None:
    assert canonical_mac(text) == "3c:22:fb:01:02:03"


@pytest.mark.parametrize(
    "text", ["", "3c:22:fb", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "x"]
)
def test_what_is_no_device_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no MAC address"):
        canonical_mac(text)


@pytest.mark.parametrize(
    ("mac", "made_up"), [("3c:22:fb:01:02:03", False), ("da:a1:19:01:02:03", True)]
)
def test_addresses_that_phones_make_up_are_told(mac: str, made_up: bool) -> None:
    assert is_made_up(mac) is made_up
