"""Zone files, line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.proxy.dns.export.audience import BLOCK, OPEN
from kidgate.proxy.dns.export.zones import NO_SUCH_NAME, Zone, blocked
from kidgate.proxy.dns.settings import DnsSettings

ADDRESSES = ("192.168.1.1", "fd00::1")


@pytest.mark.parametrize(
    ("settings", "records"),
    [
        (DnsSettings("page", ADDRESSES), ("A 192.168.1.1", "AAAA fd00::1")),
        (DnsSettings("page", ()), (NO_SUCH_NAME,)),
        (DnsSettings("nxdomain", ADDRESSES), (NO_SUCH_NAME,)),
        (DnsSettings("refused", ADDRESSES), (NO_SUCH_NAME,)),
    ],
)
def test_stopped_name_is_answered_as_config_says(
    settings: DnsSettings, records: tuple[str, ...]
) -> None:
    assert blocked(settings) == records


def test_zone_has_a_record_for_each_answer_and_counts_what_is_too_long(tmp_path: Path) -> None:
    zone = Zone(tmp_path, "tier-x", ["two\nlines"], 10, (NO_SUCH_NAME,))
    zone.add("bad.example", BLOCK)
    zone.add("good.example", OPEN)
    zone.add("www.google.com", "forcesafesearch.google.com")
    zone.add(".".join(["a" * 60] * 4), BLOCK)
    zone.close()
    lines = zone.path.read_text().splitlines()
    assert lines[:2] == ["; two lines", "$ORIGIN tier-x.kidgate."]
    assert lines[5:] == [
        "bad.example CNAME .",
        "good.example CNAME rpz-passthru.",
        "www.google.com CNAME forcesafesearch.google.com.",
    ]
    assert (zone.names, zone.too_long) == (3, 1)
