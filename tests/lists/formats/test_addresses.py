"""Lists of addresses and networks."""

from __future__ import annotations

import pytest

from tests.lists.formats.reading import Format, Skip, exact, line, network, url

LINES = {
    "192.0.2.1": [exact("192.0.2.1")],
    "192.0.2.1   # one.example": [exact("192.0.2.1")],
    "192.0.2.0/24 ; SBL1": [network("192.0.2.0/24")],
    "192.0.2.1/32": [network("192.0.2.1/32")],
    "2001:DB8:0::/32": [network("2001:db8::/32")],
    "192.0.2.1/24": [url("192.0.2.1/24")],  # a path: no network has these bits set
    "192.0.2.0-192.0.2.255": [network("192.0.2.0/24")],
    "192.0.2.1 - 192.0.2.3": [network("192.0.2.1/32"), network("192.0.2.2/31")],
    "2001:db8::-2001:db8::ff": [network("2001:db8::/120")],
    "192.0.2.9-192.0.2.1": [Skip.NOT_A_NAME],
    "192.0.2.9-2001:db8::1": [Skip.NOT_A_NAME],
    "0.0.0.0/0": [Skip.TOO_GENERAL],
    "128.0.0.0/7": [Skip.TOO_GENERAL],
    "64.0.0.0/8": [network("64.0.0.0/8")],
    "0.0.0.0-255.255.255.255": [Skip.TOO_GENERAL],
    "::/0": [Skip.TOO_GENERAL],
    "127.0.0.0/8": [Skip.LOOPBACK],
    "192.0.2.0/33": [url("192.0.2.0/33")],
}  # fmt: skip


@pytest.mark.parametrize("text", LINES)
def test_outcomes_of_a_line(text: str):
    assert line(Format.ADDRESSES, text) == LINES[text]
