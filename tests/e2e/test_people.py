"""The people, in real browsers at a real gateway: an owner who sets the house up, a child who asks,
a teacher's lesson, a week that is painted."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page

from kidgate.policies.model import Action
from kidgate.policies.rows import GroupRow, RuleRow
from tests import browser as chrome
from tests.e2e.conftest import HOSTS, policy
from tests.e2e.house import House, free_port
from tests.e2e.origin import Origin, wait_until
from tests.e2e.pki import Authority

pytestmark = [chrome.WITHOUT, pytest.mark.timeout(300)]
PASSWORD = "bốn con rùa vàng"


@dataclass
class People:
    """`owner` sits at a desk without the proxy, `child` at a device that logs in to it."""

    house: House
    url: str
    site: Origin
    chromium: Browser
    owner: Page = field(init=False)
    child: Page = field(init=False)

    def __post_init__(self) -> None:
        self.owner = self.adult(chrome.DESK)
        context = self.chromium.new_context(
            viewport=chrome.PHONE,  # type: ignore[arg-type]
            locale="en-US",
            proxy={
                "server": f"http://127.0.0.1:{self.house.port}",
                "username": "phone",
                "password": "secret",
            },
        )
        self.child = context.new_page()

    def adult(self, size: dict[str, int], language: str = "en-US") -> Page:
        """A browser that nobody has signed in with."""
        context = self.chromium.new_context(viewport=size, locale=language)  # type: ignore[arg-type]
        return context.new_page()

    def at(self, host: str, path: str = "/") -> str:
        return f"http://{host}:{self.site.port}{path}"

    def opens(self, host: str) -> bool:
        answer = self.child.goto(self.at(host))
        return answer is not None and answer.status == 200


@dataclass
class Heard:
    """What an adult's phone was told, by HTTP."""

    texts: list[str] = field(default_factory=list)

    @contextmanager
    def server(self) -> Iterator[int]:
        texts = self.texts

        class Phone(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                texts.append(json.loads(self.rfile.read(size))["message"])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Tests are quiet."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Phone) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield server.server_port
            server.shutdown()

    def links(self, url: str) -> list[str]:
        return [link for text in self.texts for link in re.findall(rf"{url}/answer/[\w.-]+", text)]


@pytest.fixture(scope="module")
def people(
    tmp_path_factory: pytest.TempPathFactory, open_site: Origin, authority: Authority
) -> Iterator[People]:
    rows = policy(open_site.port)
    (mai,) = rows.profiles
    rows = replace(
        rows,
        rules=(*rows.rules, RuleRow(0, "child:mai", "also-bad.example", Action.BLOCK)),
        groups=(GroupRow("8A", "Lớp 8A", "class"),),
        profiles=(replace(mai, name="Mai", groups=("8A",)),),
    )
    hosts = HOSTS | {"also-bad.example": "127.0.0.1"}
    port = free_port()
    place = f"http://127.0.0.1:{port}"
    root = tmp_path_factory.mktemp("people") / "home"
    # Chromium sends its name and password to a proxy that asks for them.
    more = {"dashboard": {"listen": [place], "url": place}, "require_login": True}
    with (
        House(root, rows, hosts, extra_ca=authority.pem, more=more) as house,
        chrome.chromium("--host-resolver-rules=MAP localhost 127.0.0.1") as chromium,
    ):
        made = People(house, place, open_site, chromium)
        assert wait_until(lambda: made.opens("good.example"), 30)  # there is an index
        _set_up(made)
        yield made


def _set_up(people: People) -> None:
    """The wizard, from the link that the gateway printed to its last page."""
    assert wait_until(lambda: "/setup?key=" in people.house.logged(), 30)
    (link,) = re.findall(r"http://\S+/setup\?key=\S+", people.house.logged())
    page = people.owner
    page.goto(link)
    page.click("a[lang=en].button")
    page.fill("#f-name", "lan")
    page.fill("#f-password", PASSWORD)
    page.fill("#f-again", PASSWORD)
    chrome.keep(page, "wizard-owner")
    page.click("main form button")
    page.wait_for_url("**/setup/children")
    page.fill("#n-1", "An")
    page.fill("#b-1", "2018-02-03")
    chrome.keep(page, "wizard-children")
    page.click("main form button >> nth=0")
    page.wait_for_url("**/setup/devices")
    page.click("main form button >> nth=0")
    page.wait_for_url("**/setup/lists")
    page.goto(f"{people.url}/setup/test")
    chrome.keep(page, "wizard-test")
    page.goto(f"{people.url}/")
    assert "Mai" in page.inner_text("main") and "An" in page.inner_text("main")


def test_link_of_the_wizard_is_used_up(people: People) -> None:
    (link,) = re.findall(r"http://\S+/setup\?key=\S+", people.house.logged())
    page = people.adult(chrome.PHONE)
    page.goto(link)
    assert page.locator("#f-password").count() == 0


def test_child_asks_and_an_adult_elsewhere_lets_it_in(people: People) -> None:
    child, phone = people.child, people.adult(chrome.PHONE)
    child.goto(people.at("bad.example", "/page?a=1"))
    chrome.keep(child, "child-stopped")
    child.fill("textarea", "<b>for school</b>")
    child.click("form.go button")
    child.wait_for_url("**/.well-known/kidgate/waiting?t=*")
    chrome.keep(child, "child-waits")
    phone.goto(f"{people.url}/requests")
    phone.wait_for_url("**/sign-in?to=**")
    phone.fill("#f-name", "lan")
    phone.fill("#f-password", PASSWORD)
    phone.click("main form button >> nth=0")
    phone.wait_for_url("**/requests")
    assert "<b>for school</b>" in phone.inner_text("article")
    chrome.keep(phone, "parent-requests")
    phone.click("article button[name=yes][value=true]")
    child.wait_for_url(people.at("bad.example", "/page?a=1"), timeout=20_000)
    assert people.site.paths[-1] == "/page?a=1"
    phone.goto(f"{people.url}/requests")
    assert phone.locator("article").count() == 0


def test_link_in_a_message_answers_once_without_signing_in(people: People) -> None:
    child, heard = people.child, Heard()
    with heard.server() as port:
        people.house.do(
            "channel.add",
            name="phone",
            url=f"json://127.0.0.1:{port}/told",
            user="lan",
            severity="info",
            kinds=["request"],
            quiet="",
            language="en",
            hourly=12,
            enabled=True,
        )
        child.goto(people.at("also-bad.example"))
        child.click("form.go button")
        child.wait_for_url("**/.well-known/kidgate/waiting?t=*")
        assert wait_until(lambda: heard.links(people.url), 40), people.house.logged()[-2000:]
    (link,) = heard.links(people.url)
    mail = people.adult(chrome.PHONE)
    assert mail.request.get(link).status == 200  # a mail program looks at it: nothing happens
    mail.goto(link)
    chrome.keep(mail, "answer-by-link")
    mail.click("button[name=yes][value=true]")
    child.wait_for_url(people.at("also-bad.example"), timeout=20_000)
    again = people.adult(chrome.PHONE)
    again.goto(link)
    assert again.locator("button[name=yes]").count() == 0


def test_lesson_opens_what_it_names_and_nothing_else(people: People) -> None:
    page = people.owner
    assert people.opens("good.example") and people.opens("other.example")
    page.goto(f"{people.url}/classes/8A")
    page.fill("#f-targets", "good.example")
    page.click("section[aria-labelledby=h-lesson] form.card button")
    page.wait_for_load_state()
    chrome.keep(page, "lesson")
    assert wait_until(lambda: not people.opens("other.example"), 10)
    chrome.keep(people.child, "child-in-lesson")
    assert people.opens("good.example")
    page.goto(f"{people.url}/classes")
    page.click("form[action='/lessons/end'] button")
    assert wait_until(lambda: people.opens("other.example"), 10)


def test_week_that_is_painted_holds(people: People) -> None:
    """By the keyboard alone, every half hour of every day: bedtime is now, whenever now is."""
    page = people.owner
    page.goto(f"{people.url}/children/mai/week?what=bedtime")
    boxes = page.locator("table.week input[type=checkbox]")
    assert boxes.count() == 7 * 48
    boxes.first.focus()
    page.keyboard.press("Space")
    assert boxes.first.is_checked()
    page.evaluate(
        "document.querySelectorAll('table.week input').forEach(box => { box.checked = true })"
    )
    page.click("form .sticky button")
    page.wait_for_load_state()
    chrome.keep(page, "week")
    assert wait_until(lambda: not people.opens("good.example"), 10)
    page.goto(f"{people.url}/children/mai/week?what=bedtime")
    assert all(box.is_checked() for box in page.locator("table.week input").all()[:20])
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("form.act button.danger")
    page.wait_for_load_state()
    assert wait_until(lambda: people.opens("good.example"), 10)


def test_attempt_is_in_the_journal_at_once(people: People) -> None:
    page = people.owner
    assert not people.opens("warned.example")
    page.goto(f"{people.url}/journal")
    row = page.locator("article, li, tr", has_text="warned.example").first
    assert "Mai" in row.inner_text()
    chrome.keep(page, "journal-live")
