"""Whether a device works: counts that grow while somebody looks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kidgate.dashboard.acts import connect
from kidgate.dashboard.acts.connect import devices
from kidgate.dashboard.gate import Nothing
from kidgate.proxy.coverage import Coverage, Seen
from tests.dashboard.conftest import NOW, Site


@pytest.fixture(autouse=True)
def nobody_looked() -> None:
    connect._houses.clear()


def seen(site: Site) -> dict[str, str]:
    found = devices(site.desk, site.actor(), Nothing())
    return {one.device: one.seen for one in found.devices}


def counted(site: Site, *what: Seen, who: str = "tablet") -> None:
    counts = Coverage(clock=lambda: site.clock[0].timestamp())
    counts.load(site.home.coverage(0))
    for one in what:
        counts.count(who, one)
    counts.save(site.home.coverage(0))


def test_device_works_when_its_counts_grow_and_for_minutes_after(site: Site) -> None:
    assert seen(site) == {"tablet": "never", "phone": "never"}
    counted(site, Seen.OPENED)
    assert seen(site) == {"tablet": "now", "phone": "never"}
    site.clock[0] = NOW + timedelta(minutes=4)
    assert seen(site)["tablet"] == "now"
    site.clock[0] = NOW + timedelta(minutes=6)
    assert seen(site)["tablet"] == "hour"
    site.clock[0] = NOW + timedelta(hours=3)
    assert seen(site)["tablet"] == "day"


def test_what_was_there_at_the_first_look_is_no_sign_of_now(site: Site) -> None:
    counted(site, Seen.PLAIN)
    assert seen(site)["tablet"] == "hour"


def test_step_and_strangers_are_told(site: Site) -> None:
    counted(site, Seen.OPENED, Seen.DISTRUSTED)
    counted(site, Seen.NAMES, who="10.9.0.99")
    found = devices(site.desk, site.actor(), Nothing())
    assert {one.device: one.step for one in found.devices} == {
        "tablet": "install", "phone": "nothing",
    }  # fmt: skip
    assert (found.working, found.strangers) == (1, 1)
    assert found.page == "http://kidgate.home.arpa/install"


def test_page_and_its_live_part_say_the_same(site: Site) -> None:
    counted(site, Seen.OPENED)
    browser = site.as_role()
    page, part = browser.get("/connect").text, browser.get("/live/connect").text
    assert part.strip() in page and "1/2" in part
    assert "proxy.pac" in page and "<svg" in page
