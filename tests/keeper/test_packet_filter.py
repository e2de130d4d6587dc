"""The packet filter: what it learns of devices, and that it stays in force."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kidgate.keeper import packet_filter
from kidgate.keeper.packet_filter import PacketFilter, learned
from kidgate.keeper.writer import Writer
from kidgate.policies.compile import compile_snapshot
from kidgate.policies.rows import Builtin, DeviceRow, PolicyRows, Settings, TierRow
from kidgate.proxy.who import neighbours
from kidgate.store.alerts import unseen_alerts
from tests.keeper.stand import home_in, write, writer_of

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


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(home_in(tmp_path)) as found:
        write(found, PolicyRows())
        yield found


class Kernel:
    """What nft was asked, and whether our table is there."""

    def __init__(self, *, there: bool) -> None:
        self.there, self.told = there, list[str]()

    def installed(self) -> bool:
        return self.there

    def nft(self, text: str) -> str:
        self.told.append(text)
        self.there = True
        return ""


@pytest.mark.parametrize(
    ("there", "wanted", "first"),
    [(False, True, "the rules"), (True, True, "flush set"), (False, False, "flush set")],
)
def test_rules_are_put_back_when_they_are_gone_and_nobody_removed_them(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, *, there: bool, wanted: bool, first: str
) -> None:
    kernel = Kernel(there=there)
    monkeypatch.setattr(packet_filter, "installed", kernel.installed)
    monkeypatch.setattr(packet_filter, "nft", kernel.nft)
    if wanted:  # `gateway install` leaves its memory there, `gateway remove` takes it away
        writer.home.gateway.write_text("{}")
    PacketFilter(writer, "the rules").once()
    assert kernel.told[0].startswith(first)
    assert kernel.told[-1].startswith("flush set")
    with writer.database.reading() as session:
        told = [what for _, _, what, _ in unseen_alerts(session)]
    assert [("emptied" in text) for text in told] == [True] * (first == "the rules")
