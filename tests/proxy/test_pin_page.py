"""`/pin`: who may sign in where, and which forms are ours."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from mitmproxy import http

from kidgate.policies.model import Visit
from kidgate.policies.names import Url
from kidgate.policies.rows import DeviceRow, ProfileRow
from kidgate.proxy import pin_page
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.link import KeeperAway
from kidgate.proxy.who.known import Who
from kidgate.proxy.who.sessions import Session, Sessions, SignedIn, dump
from tests.proxy.stand import NOW, ROWS, gateway

OWN = "kidgate.home.arpa"


@dataclass
class Keeper:
    """Answers as told, and does what it says to the file."""

    file: Path
    answer: dict[str, Any] | Exception = field(default_factory=lambda: {"right": True})
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def ask(self, op: str, *, seconds: float, **fields: Any) -> dict[str, Any]:
        self.asked.append((op, fields))
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer.get("right"):
            signed_in(self.file)
        return self.answer


def signed_in(file: Path) -> None:
    file.write_bytes(dump(SignedIn((Session("pc", "mai", NOW + timedelta(hours=1)),), ("mai",))))


@pytest.fixture
def heart(tmp_path: Path) -> Gateway:
    file = tmp_path / "sessions.json"
    file.write_bytes(dump(SignedIn((), ("mai", "gone"))))
    profiles = (ProfileRow("mai", name="Mai <3", tier="plain"), ProfileRow("an", tier="plain"))
    devices = (DeviceRow("pc"), DeviceRow("tablet", of="mai"))
    made = gateway(rows=replace(ROWS, profiles=profiles, devices=devices))
    made.who = Who(sessions=Sessions(file), keeper=Keeper(file))
    made.who.sessions.look()
    return made


def visit(device: str | None = "pc", child: str | None = None) -> Visit:
    return Visit(url=Url("http", OWN, 80, "/pin"), at=NOW, child=child, device=device)


def get(heart: Gateway, device: str | None = "pc", child: str | None = None) -> str:
    request = http.Request.make(
        "GET", f"http://{OWN}/pin", headers=http.Headers(accept_language="en")
    )
    answer = pin_page.answer(heart, visit(device, child), request)
    assert answer.status_code == 200
    assert answer.text is not None
    return answer.text


def token(heart: Gateway, device: str = "pc") -> str:
    found = re.search(r'name="token" value="([^"]+)"', get(heart, device))
    assert found is not None
    return found[1]


def post(
    heart: Gateway, device: str | None = "pc", body: str = "", **headers: str
) -> http.Response:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    request = http.Request.make("POST", f"http://{OWN}/pin", body, named)
    return asyncio.run(pin_page.take(heart, visit(device), request))


def form(heart: Gateway, **more: str) -> str:
    return urlencode({"child": "mai", "pin": "4827", "token": token(heart)} | more)


def asked(heart: Gateway) -> list[tuple[str, dict[str, Any]]]:
    assert isinstance(heart.who.keeper, Keeper)
    return heart.who.keeper.asked


def test_page_lists_who_has_a_pin_and_nobody_else(heart: Gateway) -> None:
    page = get(heart)
    assert re.findall(r"<option[^>]*>([^<]*)", page) == ["Mai &lt;3"]
    assert 'type="password"' in page


@pytest.mark.parametrize("device", [None, "tablet"])
def test_nobody_is_named_on_a_device_that_is_not_shared(heart: Gateway, device: str | None) -> None:
    page = get(heart, device)
    assert "<option" not in page and "<form" not in page


def test_right_pin_leads_back_to_the_page_which_says_until_when(heart: Gateway) -> None:
    answer = post(heart, body=form(heart))
    assert (answer.status_code, answer.headers["location"]) == (303, "/pin")
    assert asked(heart) == [("pin.enter", {"device": "pc", "child": "mai", "pin": "4827"})]
    assert heart.who.sessions.child_on("pc", NOW) == "mai"
    page = get(heart, "pc", "mai")
    assert "Mai &lt;3" in page and 'name="leave"' in page and "1 pm" in page


def test_goodbye_is_told_to_the_keeper(heart: Gateway) -> None:
    answer = post(heart, body=urlencode({"leave": "1", "token": token(heart)}))
    assert answer.status_code == 303
    assert asked(heart) == [("pin.leave", {"device": "pc"})]


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        ({"right": False}, 403, "do not go together|not right|do not match"),
        ({"right": False, "wait": True}, 429, "too often|Too many"),
        ({}, 403, "do not go together|not right|do not match"),
        (KeeperAway("gone"), 503, "just now"),
    ],
)
def test_form_says_what_came_of_it_and_never_the_pin(
    heart: Gateway, answer: dict[str, Any] | Exception, status: int, said: str
) -> None:
    assert isinstance(heart.who.keeper, Keeper)
    heart.who.keeper.answer = answer
    page = post(heart, body=form(heart), accept_language="en")
    assert page.status_code == status
    assert page.text is not None
    assert re.search(said, page.text)
    assert "4827" not in page.text


@pytest.mark.parametrize(
    "more", [{"child": "an"}, {"child": "gone2"}, {"pin": "48"}, {"pin": "٤٨٢٧"}]
)
def test_what_cannot_be_right_is_not_even_asked(heart: Gateway, more: dict[str, str]) -> None:
    assert post(heart, body=form(heart, **more)).status_code == 403
    assert asked(heart) == []


@pytest.mark.parametrize(
    ("headers", "more"),
    [
        ({"origin": "http://evil.example"}, {}),
        ({"origin": "http://["}, {}),
        ({"sec_fetch_site": "cross-site"}, {}),
        ({}, {"token": ""}),
        ({}, {"token": "9999999999.00"}),
        ({}, {"token": "é"}),
    ],
)
def test_form_of_another_site_is_refused(
    heart: Gateway, headers: dict[str, str], more: dict[str, str]
) -> None:
    assert post(heart, body=form(heart, **more), **headers).status_code == 403
    assert asked(heart) == []


def test_token_is_for_one_device(heart: Gateway) -> None:
    other = heart.passes.issue("pin laptop", OWN, NOW.timestamp())
    assert post(heart, body=form(heart, token=other)).status_code == 403
    assert post(heart, "tablet", form(heart)).status_code == 403
    assert post(heart, None, form(heart)).status_code == 403
    assert asked(heart) == []


def test_form_of_our_own_browser_is_taken(heart: Gateway) -> None:
    for origin in ("null", f"http://{OWN}"):
        body = form(heart)
        assert (
            post(heart, body=body, origin=origin, sec_fetch_site="same-origin").status_code == 303
        )


@pytest.mark.parametrize(
    "body", ["", "x" * 2000, "a=1&a=2", "&" * 900, "\xff", "token=" + "a" * 990]
)
def test_form_that_is_none_is_refused(heart: Gateway, body: str) -> None:
    assert post(heart, body=body).status_code == 403
    assert asked(heart) == []


@pytest.mark.parametrize(
    ("method", "headers", "ours"),
    [
        ("POST", {"content-length": "30"}, True),
        ("POST", {"content-length": "1001"}, False),
        ("POST", {}, False),
        ("POST", {"content-length": "٣"}, False),
        ("POST", {"content-length": "30", "transfer-encoding": "chunked"}, False),
        ("PUT", {"content-length": "30"}, False),
    ],
)
def test_only_a_small_form_is_awaited(method: str, headers: dict[str, str], ours: bool) -> None:
    request = http.Request.make(method, f"http://{OWN}/pin")
    request.headers = http.Headers([(k.encode(), v.encode()) for k, v in headers.items()])
    assert pin_page.has_form(request) is ours


def test_upload_gets_no_page(heart: Gateway) -> None:
    request = http.Request.make("PUT", f"http://{OWN}/pin", "x")
    assert pin_page.answer(heart, visit(), request).status_code == 405
