"""A week painted in a real Chromium: by mouse, by finger, by keyboard, and saved."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import waitress
from playwright.sync_api import Page

from tests import browser
from tests.dashboard.conftest import Site

pytestmark = browser.WITHOUT


@pytest.fixture
def page(site: Site) -> Iterator[Page]:
    sock = socket.create_server(("127.0.0.1", 0))
    server = waitress.create_server(site.app, sockets=[sock], threads=4)
    threading.Thread(target=server.run, daemon=True).start()  # ends with the process
    url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    with browser.chromium() as chromium:
        context = chromium.new_context(viewport=browser.PHONE, base_url=url, has_touch=True)
        context.add_cookies(
            [
                {"name": "kidgate", "value": "owner", "url": url},
                {"name": "language", "value": "en", "url": url},
            ]
        )
        page = context.new_page()
        page.goto("/children/mai/week?what=hours")
        yield page


def middle(page: Page, cell: str) -> tuple[float, float]:
    box = page.locator(f'input[value="{cell}"]').bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def ticked(page: Page) -> set[str]:
    boxes = page.locator("input[name=cell]:checked")
    return {str(value) for value in boxes.evaluate_all("all => all.map(one => one.value)")}


def test_week_is_painted_by_mouse_keys_and_finger_and_saved(page: Page, site: Site) -> None:
    page.locator('input[value="0-16"]').scroll_into_view_if_needed()
    page.mouse.move(*middle(page, "0-16"))
    page.mouse.down()
    page.mouse.move(*middle(page, "1-18"), steps=4)
    page.mouse.up()
    square = {f"{day}-{slot}" for day in (0, 1) for slot in (16, 17, 18)}
    assert ticked(page) == square
    page.mouse.click(*middle(page, "1-18"))  # one that is painted is taken away
    assert ticked(page) == square - {"1-18"}
    page.locator('input[value="0-18"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    assert ticked(page) == square
    page.keyboard.press("Shift+ArrowDown")
    assert ticked(page) == square | {"1-19"}
    page.keyboard.press("Space")
    assert page.locator("[data-total]").inner_text() == "Hours a week: 3"
    page.get_by_role("button", name="Save this week").click()
    page.wait_for_url("**said=saved**")
    assert ticked(page) == square
    assert site.desk.rows.profiles[0].hours == "mon,tue 08:00-09:30"
    page.locator('input[value="2-20"]').scroll_into_view_if_needed()
    page.touchscreen.tap(*middle(page, "2-20"))
    assert ticked(page) == square | {"2-20"}
    style = "one => getComputedStyle(one).touchAction"  # a finger paints, and scrolls beside it
    assert page.locator("table.week td").first.evaluate(style) == "none"
    assert page.locator("table.week tbody th").first.evaluate(style) == "auto"
