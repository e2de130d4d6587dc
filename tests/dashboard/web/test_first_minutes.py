"""The first five minutes in a real Chromium: from the link to a device that works, on a phone."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import waitress
from playwright.sync_api import Page

from kidgate.policies.rows import PolicyRows, Settings
from kidgate.proxy.coverage import Coverage, Seen
from kidgate.store.inbox import Seen as Stranger
from kidgate.store.inbox import put_seen
from tests import browser
from tests.dashboard.conftest import NOW, Site
from tests.dashboard.house import house
from tests.dashboard.visiting import PASSWORD

pytestmark = browser.WITHOUT
NEW = PolicyRows(settings=Settings(zone="Asia/Ho_Chi_Minh"))
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@contextmanager
def served(site: Site) -> Iterator[str]:
    sock = socket.create_server(("127.0.0.1", 0))
    server = waitress.create_server(site.app, sockets=[sock], threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://localhost:{sock.getsockname()[1]}"
    server.close()
    thread.join(10)


def press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.click(selector)


def look(page: Page, name: str, faults: dict[str, list[str]]) -> None:
    """Keep the picture, and what is wrong with the page."""
    browser.keep(page, f"first-{name}-360")
    found = browser.faults_of(page)
    if (wide := browser.overflow_of(page)) > 0:
        found.append(f"{wide} pixels too wide")
    if found:
        faults[name] = found


def seen(site: Site) -> None:
    with site.desk.database.writing() as session:
        mac = "a8:1c:00:00:00:01"
        put_seen(session, Stranger(mac, mac, "10.9.0.5", "iPad của Mai", "explicit", NOW, NOW))


def count(site: Site) -> None:
    """The gateway saw Mai's device."""
    counts = Coverage(clock=NOW.timestamp)
    counts.load(site.home.coverage(0))
    counts.count(site.desk.rows.devices[0].key, Seen.OPENED)
    counts.save(site.home.coverage(0))


@pytest.mark.timeout(120)
def test_house_is_set_up_from_the_link_without_a_file(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    faults: dict[str, list[str]] = {}
    with house(tmp_path_factory.getbasetemp(), tmp_path / "home", "new", NEW) as site:
        seen(site)
        key = site.do("invite.make", role="owner", groups=[], minutes=60, first=True)["key"]
        with served(site) as url, browser.chromium() as chromium:
            page = chromium.new_context(viewport=browser.PHONE, locale="en-US").new_page()  # type: ignore[arg-type]
            page.goto(f"{url}/setup?key={key}")
            look(page, "language", faults)
            press(page, "main a[lang=vi]")
            page.fill("[name=name]", "Lan")
            page.fill("[name=password]", PASSWORD)
            page.fill("[name=again]", PASSWORD)
            look(page, "owner", faults)
            press(page, "main form button")
            page.fill("#n-1", "Mai")
            page.fill("#b-1", "2016-05-01")
            page.fill("#n-2", "Tí")
            page.fill("#b-2", "2012-03-09")
            look(page, "children", faults)
            press(page, "main form button >> nth=0")
            page.select_option("#d-1", "mai")
            look(page, "devices", faults)
            press(page, "main form button >> nth=0")
            look(page, "lists", faults)
            press(page, "main form a.button[href='/setup/connect']")
            look(page, "connect", faults)
            press(page, "main > p a.button[href='/setup/test']")
            count(site)
            page.wait_for_selector("main .tag.allow")
            look(page, "test", faults)
            press(page, "main a.button[href='/']")
            assert page.evaluate("document.documentElement.lang") == "vi"
            page.goto(f"{url}/account")
            _passkey(page, url)
            look(page, "sign-in", faults)
    assert faults == {}
    assert site.desk.rows.settings.language == "vi"
    assert {row.name for row in site.desk.rows.profiles} == {"Mai", "Tí"}


def _passkey(page: Page, url: str) -> None:
    """Add one, sign out, come back with it, sign out again."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.fill("#f-key", "điện thoại của tôi")
    press(page, "form[data-passkey] button")
    page.evaluate("document.querySelector('form[action=\"/sign-out\"]').submit()")
    page.wait_for_url("**/sign-in*")
    page.goto(f"{url}/sign-in?to=/people")
    press(page, "form[data-passkey] button")
    assert re.fullmatch(r".*/people", page.url)
    page.evaluate("document.querySelector('form[action=\"/sign-out\"]').submit()")
    page.wait_for_url("**/sign-in*")
