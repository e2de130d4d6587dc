"""A real Chromium, driven; nothing but what a test opens is asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
WITHOUT = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here")
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
OPTIONS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
    "--no-first-run",
)
# Where screenshots are kept; unset: they are made and looked at by nobody.
ARTEFACTS = os.environ.get("KIDGATE_SCREENSHOTS", "")
SERIOUS = ("serious", "critical")


@contextmanager
def chromium(*options: str, **more: Any) -> Iterator[Browser]:
    assert CHROMIUM is not None
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*OPTIONS, *root, *options], **more
        )
        try:
            yield browser
        finally:
            browser.close()


def faults_of(page: Page) -> list[str]:
    """What axe-core finds serious on a page, in words. It is run beside the page, whose own policy
    lets no script in."""
    source = (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
    session = page.context.new_cdp_session(page)
    tree = session.send("Page.getFrameTree")
    world = session.send(
        "Page.createIsolatedWorld",
        {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "axe"},
    )
    context = world["executionContextId"]
    session.send("Runtime.evaluate", {"expression": source, "contextId": context})
    told = session.send(
        "Runtime.evaluate",
        {
            "expression": "axe.run(document, {resultTypes: ['violations']})"
            ".then(r => r.violations.map(v => [v.impact, v.id, v.nodes[0].html, v.nodes.length]))",
            "contextId": context,
            "awaitPromise": True,
            "returnByValue": True,
        },
    )
    session.detach()
    found = told["result"]["value"]
    return [
        f"{id}: {html[:150]} ({count})" for impact, id, html, count in found if impact in SERIOUS
    ]


def overflow_of(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def keep(page: Page, name: str) -> None:
    """A screenshot, whole, where screenshots are kept."""
    if ARTEFACTS:
        folder = Path(ARTEFACTS)
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)


def requests_of(page: Page) -> list[str]:
    """Addresses that a page asks for from now on; the list grows."""
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    return asked
