"""Minutes, drawn where people look: on a child's page and on the first page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from kidgate.documents.minutes import Today, dump
from kidgate.policies.ledger import Span
from kidgate.store.usage import Used, replace_spans
from tests.dashboard.conftest import NOW, Site
from tests.dashboard.happened import line, put_lines

DAY = date(2026, 11, 22)


def use(site: Site, child: str, spans: Iterable[tuple[str, str, int, int]]) -> None:
    """Device, key, days back and minutes; all begin at the same time of their day."""
    found = []
    for device, key, back, minutes in spans:
        at = NOW - timedelta(days=back, hours=3)
        span = Span(DAY - timedelta(days=back), at, at + timedelta(minutes=minutes))
        found.append(Used(child, device, key, span))
    with site.desk.database.writing() as session:
        replace_spans(session, (), found)


def numbers(page: str, name: str) -> list[str]:
    """The second column of a chart's table."""
    chart = page[page.index(f'id="{name}-title"') :]
    return re.findall(r'<td class="number">([^<]*)</td>', chart[: chart.index("</figure>")])


def test_page_of_a_child_draws_its_week(site: Site) -> None:
    both = [("tablet", "all", 0, 40), ("phone", "all", 0, 30), ("tablet", "all", 6, 90)]
    apps = [("tablet", "service:youtube", 0, 40), ("tablet", "service:youtube", 6, 50)]
    use(site, "mai", [*both, *apps, ("tablet", "all", 7, 100)])
    page = site.as_role("owner").get("/children/mai").text
    # Two devices at once use their time once; what is older than seven days is not drawn.
    assert numbers(page, "minutes") == ["1 h 30 min", *["0 min"] * 5, "40 min"]
    assert numbers(page, "services") == ["1 h 30 min"]
    assert "YouTube" in page


def test_page_of_a_child_says_that_nothing_was_used(site: Site) -> None:
    page = site.as_role("owner").get("/children/mai").text
    assert "No minutes were used in seven days." in page
    assert 'id="minutes-title"' not in page


def test_first_page_draws_the_time_of_today_by_app(site: Site) -> None:
    day = Today(DAY, NOW - timedelta(hours=9), NOW + timedelta(hours=5), {"service:tiktok": 20}, {})
    site.home.minutes.write_bytes(dump({"mai": day}))
    assert numbers(site.as_role("owner").get("/").text, "services") == ["20 min"]


def test_source_of_a_decision_is_said_in_the_language_of_the_reader(site: Site) -> None:
    sources = (
        "feed bets: bets.example (line 12)",
        "tier 9-12: bedtime daily 21:00-06:00",
        "tier 9-12: service:tiktok",
    )
    put_lines(site, *(line(str(n), source=text) for n, text in enumerate(sources)))
    browser = site.as_role("owner")
    browser.client.set_cookie("language", "vi")
    pages = [browser.get(f"/journal/{number}").text for number in (1, 2, 3)]
    assert "danh sách: bets: bets.example (dòng 12)" in pages[0]
    assert "nhóm tuổi: 9-12 tuổi: Giờ ngủ hằng ngày 21:00-06:00" in pages[1]
    assert "nhóm tuổi: 9-12 tuổi: TikTok" in pages[2]
