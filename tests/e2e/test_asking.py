"""A child asks from the block page, an adult answers, the page opens by itself: a real gateway."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from kidgate.policies.rows import DeviceRow, ProfileRow
from tests import browser
from tests.e2e.conftest import HOSTS, policy
from tests.e2e.house import House, read_all, read_one, status
from tests.e2e.origin import Origin, wait_until
from tests.e2e.pki import Authority

MAI, OTHER, AN = "127.0.0.5", "127.0.0.9", "127.0.0.8"
OWN = "kidgate.home.arpa"


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    open_site: Origin,
    open_secure: Origin,
    authority: Authority,
) -> Iterator[House]:
    rows = policy(open_site.port, open_secure.port)
    rows = replace(
        rows,
        profiles=(*rows.profiles, ProfileRow("an", tier="test")),
        devices=(
            replace(rows.devices[0], addresses=(MAI, "127.0.0.1")),  # where Chromium sits
            *rows.devices[1:],
            DeviceRow("laptop", of="mai", addresses=(OTHER,)),
            DeviceRow("phone2", of="an", addresses=(AN,)),
        ),
        rules=(*rows.rules, replace(rows.rules[0], scope="child:an")),
    )
    root = tmp_path_factory.mktemp("asking") / "home"
    with House(root, rows, HOSTS, extra_ca=authority.pem) as found:
        url = f"http://bad.example:{open_site.port}/"
        assert wait_until(lambda: status(found.get(url)) == 403, 20)  # until there is an index
        yield found


@pytest.fixture
def house(running: House, site: Origin, secure: Origin) -> House:
    """With the first policy, no open request and nothing seen."""
    for number in list(OPEN):
        running.do("request.answer", id=number, yes=False, by={"user": "test"})
        OPEN.discard(number)
    assert running.in_force(running.write(running.rows))
    running.begin_journal()
    return running


OPEN: set[int] = set()  # requests that a test left open


def token_of(page: bytes) -> str:
    found = re.search(rb'name="token" value="([^"]+)"', page)
    assert found is not None, page
    return found[1].decode()


def post(house: House, url: str, address: str = MAI, **fields: str) -> bytes:
    body = urlencode(fields)
    host = url.split("/")[2]
    head = [
        f"POST {url} HTTP/1.1",
        f"Host: {host}",
        "Origin: null",
        "Sec-Fetch-Site: same-origin",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return house.raw("\r\n".join([*head, "", body]).encode(), address)


def location(answer: bytes) -> str:
    found = re.search(rb"\r\n[Ll]ocation: ([^\r]+)", answer)
    assert found is not None, answer
    return found[1].decode()


def ask(house: House, page_url: str, note: str = "", address: str = MAI) -> str:
    """Ask from the block page; where the child waits."""
    page = house.get(page_url, address)
    assert status(page) == 403
    base = "/".join(page_url.split("/")[:3])
    answer = post(
        house, f"{base}/.well-known/kidgate/ask", address, token=token_of(page), note=note
    )
    assert status(answer) == 303, house.logged()[-3000:]
    return base + location(answer)


def newest(house: House, child: str = "mai") -> dict[str, Any]:
    found: dict[str, Any] = house.do("me.show", child=child, device="")["requests"][0]
    OPEN.add(found["id"])
    return found


def approve(house: House, number: int, **more: Any) -> dict[str, Any]:
    OPEN.discard(number)
    fields = {"scope": "site", "duration": "1h", "by": {"user": "lan"}} | more
    return house.do("request.answer", id=number, yes=True, **fields)


def test_page_opens_by_itself_when_an_adult_says_yes(house: House, site: Origin) -> None:
    url = f"http://bad.example:{site.port}/page?a=1"
    waiting = ask(house, url, "for school")
    page = house.get(waiting)
    assert status(page) == 200
    assert b"\r\nRefresh: 3\r\n" in page
    assert b"every 3 seconds" in page
    found = newest(house)
    assert (found["site"], found["note"], found["state"]) == ("bad.example", "for school", "open")
    assert [line.kind for line in house.journal() if line.kind == "request"] == ["request"]
    said = approve(house, found["id"])
    assert wait_until(lambda: status(house.get(waiting)) == 303, 5)
    assert location(house.get(waiting)) == url
    assert status(house.get(url)) == 200
    assert site.paths == ["/page?a=1"]  # nothing else was ever sent
    assert house.in_force(str(said["version"]))
    assert status(house.get(url, AN)) == 403


def test_secure_page_is_asked_for_and_opens_on_a_device_that_trusts_us(
    house: House, secure: Origin
) -> None:
    def over_tls(method: str, path: str, body: str = "") -> bytes:
        host = f"bad.example:{secure.port}"
        with (
            house.tunnel(host) as sock,
            house.trusting().wrap_socket(sock, server_hostname="bad.example") as tls,
        ):
            head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
            head += f"Content-Length: {len(body)}\r\n" if body else ""
            tls.sendall(f"{head}\r\n{body}".encode())
            return read_all(tls)

    page = over_tls("GET", "/video")
    body = urlencode({"token": token_of(page), "note": ""})
    waiting = location(over_tls("POST", "/.well-known/kidgate/ask", body))
    assert status(over_tls("GET", waiting)) == 200
    approve(house, newest(house)["id"], scope="page", duration="15m")
    assert wait_until(lambda: status(over_tls("GET", waiting)) == 303, 5)
    assert location(over_tls("GET", waiting)) == f"https://bad.example:{secure.port}/video"
    assert status(over_tls("GET", "/video")) == 200
    assert status(over_tls("GET", "/other")) == 403
    assert secure.paths == ["/video"]


def test_nobody_else_can_use_what_a_child_was_given(house: House, site: Origin) -> None:
    url = f"http://bad.example:{site.port}/"
    path = f"{url}.well-known/kidgate/ask"
    token = token_of(house.get(url))
    forged = token[:-1] + ("0" if token[-1] != "0" else "1")
    elsewhere = path.replace("bad.example", "good.example")
    for answer in (
        post(house, path, AN, token=token, note=""),
        post(house, path, OTHER, token=token, note=""),
        post(house, path, token=forged, note=""),
        post(house, path, token="", note=""),
        post(house, elsewhere, token=token, note=""),
    ):
        assert status(answer) == 403
    waiting = ask(house, url)
    newest(house)
    for address in (AN, OTHER):
        assert status(house.get(waiting, address)) == 403
    assert status(house.get(waiting[:-1])) == 403
    assert house.do("me.show", child="an", device="")["requests"] == []
    assert site.paths == []


def test_no_is_said_kindly_with_the_adults_words(house: House, site: Origin) -> None:
    waiting = ask(house, f"http://bad.example:{site.port}/")
    number = newest(house)["id"]
    OPEN.discard(number)
    house.do("request.answer", id=number, yes=False, text="<b>Later</b>, we talk", by={"user": "x"})
    page = house.get(waiting).decode()
    assert "&lt;b&gt;Later&lt;/b&gt;, we talk" in page
    assert "Refresh:" not in page
    with pytest.raises(ValueError, match="denied already by x"):
        approve(house, number)


def test_note_of_markup_control_and_direction_is_text(house: House, site: Origin) -> None:
    note = "<script>x</script>\u202egnp\x07\r\nplease"
    ask(house, f"http://bad.example:{site.port}/", note)
    found = newest(house)
    assert found["note"] == r"<script>x</script>\u202egnp\x07 please"
    page = house.get(f"http://{OWN}/me").decode()
    assert "bad.example" in page and "<script" not in page and "\u202e" not in page


def test_site_is_asked_for_by_name_where_no_block_page_can_be_shown(house: House) -> None:
    page = house.get(f"http://{OWN}/ask", "127.0.0.6")
    fields = {"token": token_of(page), "note": "", "site": "https://BAD.example/video"}
    answer = post(house, f"http://{OWN}/ask", "127.0.0.6", **fields)
    waiting = f"http://{OWN}{location(answer)}"
    assert status(house.get(waiting, "127.0.0.6")) == 200
    assert newest(house)["site"] == "bad.example"
    opened = post(house, f"http://{OWN}/ask", "127.0.0.6", **fields | {"site": "good.example"})
    assert b"open for you already" in opened
    wrong = post(house, f"http://{OWN}/ask", "127.0.0.6", **fields | {"site": '"><b>?'})
    assert status(wrong) == 400
    assert b'"><b>' not in wrong


def test_child_sees_what_holds_and_what_is_recorded_of_itself_alone(
    house: House, site: Origin
) -> None:
    house.get(f"http://bad.example:{site.port}/secret", AN)
    house.get(f"http://bad.example:{site.port}/mine")
    page = house.get(f"http://{OWN}/me").decode()
    assert "mai, age group" in page or "Hello <bdi>mai</bdi>" in page
    assert '<bdi translate="no">bad.example</bdi> is shut' in page
    assert page.count("bad.example") > 1
    an = house.get(f"http://{OWN}/me", AN).decode()
    assert "for school" not in an and ">mai<" not in an
    unknown = house.get(f"http://{OWN}/me", "127.0.0.77").decode()
    assert "bad.example" not in unknown


def test_upload_to_our_path_goes_nowhere(house: House, site: Origin) -> None:
    url = f"http://good.example:{site.port}/.well-known/kidgate/ask"
    head = f"POST {url} HTTP/1.1\r\nHost: good.example:{site.port}\r\nContent-Length: 99999\r\n\r\n"
    with house.connect() as sock:
        sock.sendall(head.encode() + b"x" * 500)
        assert status(read_one(sock)) == 403
    assert site.paths == []


@pytest.fixture
def page(house: House) -> Iterator[Page]:
    """A telephone's browser behind the gateway."""
    proxy = {"server": f"http://127.0.0.1:{house.port}"}
    with browser.chromium(proxy=proxy) as chromium:
        yield chromium.new_context(viewport=browser.PHONE, locale="vi-VN").new_page()


def looked_at(page: Page, name: str) -> None:
    """A screenshot, and no serious fault."""
    browser.keep(page, f"asking-{name}")
    assert browser.faults_of(page) == []
    assert browser.overflow_of(page) <= 0


@browser.WITHOUT
def test_child_asks_waits_and_is_let_in_by_a_browser(
    house: House, page: Page, site: Origin
) -> None:
    url = f"http://bad.example:{site.port}/lesson?page=2"
    page.goto(url)
    looked_at(page, "stopped")
    page.fill("textarea", "<b>Bài tập</b> \u202e về nhà")
    page.click("form.go button")
    page.wait_for_url("**/.well-known/kidgate/waiting?t=*")
    looked_at(page, "waiting")
    found = newest(house)
    assert found["note"] == r"<b>Bài tập</b> \u202e về nhà"
    page.goto(f"http://{OWN}/me")
    looked_at(page, "me")
    page.goto(f"http://{OWN}/ask")
    looked_at(page, "ask")
    page.go_back()
    page.go_back()  # to the page that waits
    approve(house, found["id"], scope="page", duration="15m")
    page.wait_for_url(url, timeout=15_000)  # touched by nobody
    assert "hello from the origin" in page.content()
    assert site.paths.count("/lesson?page=2") == 1
    assert not any("kidgate" in path for path in site.paths)
