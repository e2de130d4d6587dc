"""Unknown devices are told of seldom, and a flood of them takes no room."""

from __future__ import annotations

from kidgate.proxy.who.strangers import AGAIN_SECONDS, REMEMBERED, WAITING, Stranger, Strangers

MAC = "02:ab:00:00:00:01"


def test_device_is_told_of_once_in_ten_minutes_by_its_mac() -> None:
    time = [0.0]
    strangers = Strangers(lambda: time[0])
    strangers.note("192.0.2.1", MAC, "dns")
    strangers.note("2001:db8::1", MAC, "explicit")
    assert strangers.take() == [Stranger("192.0.2.1", MAC, "dns")]
    time[0] = AGAIN_SECONDS - 1
    strangers.note("192.0.2.1", MAC, "dns")
    assert strangers.take() == []
    time[0] = AGAIN_SECONDS
    strangers.note("2001:db8::1", MAC, "explicit")
    assert strangers.take() == [Stranger("2001:db8::1", MAC, "explicit")]


def test_device_is_told_of_again_when_nobody_listened() -> None:
    strangers = Strangers(lambda: 0.0)
    strangers.note("192.0.2.1", "", "dns")
    (found,) = strangers.take()
    strangers.put_back(found)
    strangers.note("192.0.2.1", "", "dns")
    assert strangers.take() == [found]


def test_flood_takes_no_room() -> None:
    strangers = Strangers(lambda: 0.0)
    told = 0
    for number in range(5 * REMEMBERED):
        strangers.note(f"2001:db8::{number:x}", "", "dns")
        if number % 100 == 0:
            told += len(strangers.take())
    assert told <= 5 * REMEMBERED * WAITING / 100
    assert len(strangers._told) == REMEMBERED
    assert len(strangers._waiting) <= WAITING
