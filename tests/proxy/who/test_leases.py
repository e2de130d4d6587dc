"""Lease files of three servers say the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.proxy.who.leases import Lease, Leases, parse

TABLET = Lease("192.168.1.20", "3c:22:fb:01:02:03", "mai-tablet")
PHONE = Lease("192.168.1.21", "02:ab:00:00:00:01", "")
DNSMASQ = """1763800000 3c:22:fb:01:02:03 192.168.1.20 mai-tablet 01:3c:22:fb:01:02:03
1763800000 02:ab:00:00:00:01 192.168.1.21 * *
duid 00:01:00:01:2a
1763800000 123456 fd00::20 mai-tablet 00:01
"""
KEA = """address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state
192.168.1.20,3c:22:fb:01:02:03,,3600,1763800000,1,0,0,mai-tablet.,0
192.168.1.21,02:ab:00:00:00:01,,3600,1763800000,1,0,0,,0
192.168.1.22,02:ab:00:00:00:02,,3600,1763800000,1,0,0,gone,2
"""
ISC = """# dhcpd.leases
lease 192.168.1.20 {
  starts 1 2026/11/23 01:00:00;
  binding state active;
  hardware ethernet 3C:22:FB:01:02:03;
  client-hostname "mai-tablet";
}
lease 192.168.1.21 {
  binding state active;
  next binding state free;
  hardware ethernet 02:ab:00:00:00:01;
}
lease 192.168.1.22 {
  binding state free;
  hardware ethernet 02:ab:00:00:00:02;
}
"""


@pytest.mark.parametrize("text", [DNSMASQ, KEA, ISC], ids=["dnsmasq", "kea", "isc"])
def test_leases_are_read_from_every_form(text: str) -> None:
    assert list(parse(text)) == [TABLET, PHONE]


def test_changed_file_is_read_again_and_a_missing_one_holds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "leases"
    leases = Leases((file,))
    assert leases.at(TABLET.address) is None
    file.write_text(DNSMASQ)
    assert leases.at(TABLET.address) == TABLET
    file.write_text(DNSMASQ.replace("mai-tablet", "an-tablet"))
    found = leases.at(TABLET.address)
    assert found is not None
    assert found.name == "an-tablet"


@given(st.text(max_size=300) | st.sampled_from([DNSMASQ, KEA, ISC]).map(lambda t: t[::-1]))
def test_nothing_in_a_file_raises(text: str) -> None:
    for lease in parse(text):
        assert lease.address
