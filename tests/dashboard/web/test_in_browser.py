"""Every page, in a real Chromium: on a phone and at a desk, in both languages, for eyes and for
screen readers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import waitress
from playwright.sync_api import Browser, Page

from kidgate.policies.people import may
from tests import browser
from tests.dashboard.conftest import Site
from tests.dashboard.life import live_a_week
from tests.dashboard.web.test_walls import address, routes

pytestmark = browser.WITHOUT


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as found:
        yield found


@dataclass
class Served:
    site: Site
    url: str

    def open(self, chromium: Browser, role: str, language: str, size: dict[str, int]) -> Page:
        context = chromium.new_context(viewport=size)  # type: ignore[arg-type]
        context.add_cookies(
            [
                {"name": "kidgate", "value": role, "url": self.url},
                {"name": "language", "value": language, "url": self.url},
            ]
        )
        return context.new_page()


@pytest.fixture
def served(make_site: Callable[..., Site]) -> Iterator[Served]:
    """The application on a port, with a week of life in it."""
    site = make_site()
    live_a_week(site)
    sock = socket.create_server(("127.0.0.1", 0))
    server = waitress.create_server(site.app, sockets=[sock], threads=4)
    threading.Thread(target=server.run, daemon=True).start()  # ends with the process
    yield Served(site, f"http://127.0.0.1:{sock.getsockname()[1]}")


def pages(site: Site, role: str) -> list[str]:
    return sorted(
        {
            address(site, rule)
            for rule, method, need in routes(site)
            if method == "GET"
            and need
            and may(site.actor(role).role, need)
            and not rule.rule.startswith("/live/")
            and "." not in rule.rule
        }
    )


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("language", "size"), [("vi", browser.PHONE), ("en", browser.DESK)], ids=["vi-phone", "en-desk"]
)
def test_page_has_no_serious_fault(
    language: str, size: dict[str, int], served: Served, chromium: Browser
) -> None:
    page = served.open(chromium, "owner", language, size)
    asked = browser.requests_of(page)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    found: dict[str, list[str]] = {}
    for path in pages(served.site, "owner"):
        answer = page.goto(served.url + path, wait_until="load")
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        name = path.strip("/").replace("/", "-") or "today"
        browser.keep(page, f"{name}-{language}-{size['width']}")
        faults = browser.faults_of(page)
        if (wide := browser.overflow_of(page)) > 0:
            faults.append(f"{wide} pixels too wide")
        if page.evaluate("document.documentElement.lang") != language:
            faults.append("speaks another language than it says")
        if faults:
            found[path] = faults
    assert found == {}
    assert [url for url in asked if not url.startswith((served.url, "data:"))] == []
    assert [text for text in said if "Content Security Policy" in text] == []
