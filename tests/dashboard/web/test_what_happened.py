"""The pages of what happened, as somebody uses them over a day in which much did."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kidgate.policies.rows import ProfileRow
from kidgate.store.alerts import put_alert
from tests.dashboard.conftest import NOW, ROWS, Browser, Site, house_with
from tests.dashboard.happened import line, put_lines

PAGES = (
    "/",
    "/live/today",
    "/journal",
    "/journal?text=game&days=7&reason=category",
    "/journal/1",
    "/journal/4",
    "/try",
    "/try?url=games.example/a&child=mai&device=tablet&at=2026-11-22T20:00",
    "/try?url=http://%25",
    "/alerts",
    "/alerts?state=all",
    "/audit",
    "/health",
    "/live/health",
    "/reports",
    "/reports?days=30&child=mai",
    "/reports.csv",
)
EVIL = "<i>x</i>\u202e\x07'\""


@pytest.fixture(scope="module")
def happened(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A house with lines, for tests that only look."""
    with house_with(bare_home, tmp_path_factory.mktemp("happened") / "home") as site:
        put_lines(site)
        yield site


@pytest.fixture
def reader(happened: Site) -> Browser:
    return happened.as_role("owner")


@pytest.fixture
def browser(site: Site) -> Browser:
    put_lines(site)
    return site.as_role("owner")


def test_every_page_opens_in_both_languages(reader: Browser) -> None:
    for language in ("en", "vi"):
        reader.client.set_cookie("language", language)
        for page in PAGES:
            assert reader.get(page).status_code == 200, f"{page} in {language}"


def test_text_from_outside_is_text_on_every_page(site: Site) -> None:
    put_lines(
        site, line("a", url=f"https://games.example/{EVIL}", source=f"feed {EVIL}", device=EVIL)
    )
    profiles = (ProfileRow("mai", f"Mai {EVIL}"), *ROWS.profiles[1:])
    site.desk.change(site.actor(), lambda rows: replace(rows, profiles=profiles), EVIL)
    by = {"user": EVIL, "role": "owner", "address": EVIL}
    site.do("audit.note", by=by, act="look", object=EVIL, detail={EVIL: EVIL})
    with site.desk.database.writing() as session:
        facts = {"child": "mai", "device": EVIL, "category": EVIL, "hosts": [EVIL]}
        put_alert(session, kind="security", facts=facts, at=NOW)
    for page in PAGES[:-1]:
        if page == "/journal/4":
            continue
        text = site.as_role().get(page).text
        assert "<i>" not in text, page
        assert not {"\u202e", "\x07"} & set(text), page


def test_address_in_the_journal_is_no_link(reader: Browser) -> None:
    assert 'href="http' not in reader.get("/journal").text + reader.get("/journal/1").text


def test_search_keeps_its_words_from_page_to_page(site: Site) -> None:
    put_lines(site, *(line(f"n{n}", host=f"h{n}.example") for n in range(32)))
    text = site.as_role().get("/journal?text=h&child=mai").text
    assert text.count("<h2") == 30
    assert "child=mai" in text
    assert "text=h" in text
    (address,) = (part.split('"')[0] for part in text.split('href="')[1:] if "after=" in part)
    assert site.as_role().get(address.replace("&amp;", "&")).text.count("<h2") == 2


def test_pause_at_one_touch_and_its_end(site: Site, browser: Browser) -> None:
    answer = browser.post("/today/pause", {"scope": "child:mai", "minutes": "60", "page": "1"})
    assert answer.location == "/?said=saved&page=1"
    assert "Internet paused" in browser.get("/").text
    browser.post("/today/resume", {"scope": "child:mai"})
    assert not site.desk.rows.pauses


def test_site_is_allowed_from_its_line(site: Site, browser: Browser) -> None:
    answer = browser.post("/journal/1/allow", {"how": "always"})
    assert answer.location == "/journal/1?said=allowed"
    assert len(site.desk.rows.rules) == 1


def test_dangerous_site_needs_a_second_page(site: Site, browser: Browser) -> None:
    answer = browser.post("/journal/2/allow", {"how": "today"})
    assert "list of dangerous ones" in answer.text
    assert not site.desk.rows.grants
    browser.post("/journal/2/allow", {"how": "today", "confirmed": "true"})
    assert len(site.desk.rows.grants) == 1


def test_what_nobody_opens_has_no_button(reader: Browser) -> None:
    text = reader.get("/journal/4").text
    assert "/journal/4/allow" not in text
    assert "Nobody can open this" in text


def test_alert_is_marked_as_done(site: Site, browser: Browser) -> None:
    with site.desk.database.writing() as session:
        put_alert(session, kind="gateway", facts={"what": "x"}, at=NOW)
    assert "What to do" in browser.get("/alerts").text
    browser.post("/alerts/1/handled")
    assert "/alerts/1/handled" not in browser.get("/alerts?state=all").text


def test_auditor_does_not_note_a_look_with_every_breath(happened: Site) -> None:
    assert "/live/today" not in happened.as_role("auditor").get("/").text


def test_tables_and_papers_are_files(reader: Browser) -> None:
    sheet = reader.get("/reports.csv")
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="kidgate.csv"'
    school = reader.post("/reports/school", {"form": "csv", "pseudonymous": "true"})
    assert school.content_type.startswith("text/csv")
    assert "mai" not in school.text
    pack = reader.post("/journal/4/pack")
    names = zipfile.ZipFile(io.BytesIO(pack.data)).namelist()
    assert "report.json" in names
    assert b"tablet" not in pack.data
    assert "as expected" in reader.post("/reports/check").text
