"""A word about time, before the page that was opened: once, and in place of nothing else."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from mitmproxy import http
from mitmproxy.test import tflow

from kidgate.documents.minutes import dump
from kidgate.policies.rows import TierRow
from kidgate.proxy import requests
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.pages import Pages, TimeFacts
from kidgate.proxy.pages.languages import LANGUAGES
from kidgate.proxy.time_used.left import Left
from kidgate.proxy.usage import Usage
from tests.proxy.stand import ROWS, gateway, waited
from tests.proxy.time_used.test_left import DAY

CLICK = {"accept": "text/html"}
HOSTS = {"a.example": ("203.0.113.1",), "help.example": ("203.0.113.1",)}


@pytest.mark.parametrize(
    ("language", "age", "kind"), [*product(LANGUAGES, (4, 10, 15), ("left", "every"))]
)
def test_page_is_complete(language: str, age: int, kind: str) -> None:
    facts = TimeFacts(kind=kind, minutes=13, subject="games", service="", age=age)
    page = Pages().time_notice(facts, language)
    assert "13" in page
    assert '<a class="button" href="">' in page  # the same address again
    assert "<script" not in page and "<form" not in page
    assert len(page.encode()) < 15_000
    other = replace(facts, subject="whatever")
    assert Pages().time_notice(other, language) != page


def test_title_of_a_service_is_text() -> None:
    facts = TimeFacts("left", 5, "", "<b>Roblox</b>\u202e", 10)
    page = Pages().time_notice(facts, "vi")
    assert "&lt;b&gt;Roblox" in page and "<b>Roblox" not in page and "\u202e" not in page


class Keeper:
    """Knows what was told."""

    def __init__(self) -> None:
        self.told: set[str] = set()

    async def ask(self, op: str, *, seconds: float, **fields: Any) -> dict[str, Any]:
        first = fields["notice"] not in self.told
        self.told.add(fields["notice"])
        return {"first": first}


@pytest.fixture
def heart(tmp_path: Path) -> Gateway:
    """A child with 13 of 60 minutes left."""
    path = tmp_path / "minutes.json"
    path.write_bytes(dump({"mai": DAY}))
    tier = TierRow("plain", age_tier=True, quotas={"all": 60})
    settings = replace(ROWS.settings, safe_harbour=("help.example",))
    found = gateway(hosts=HOSTS, rows=replace(ROWS, tiers=(tier,), settings=settings))
    found.usage = Usage(Left(path))
    found.who.keeper = Keeper()
    return found


def asked(
    heart: Gateway, fields: dict[str, str], method: str = "GET", host: str = "a.example"
) -> http.Response | None:
    """The answer to a request of Mai's; None: it goes on to the site."""
    flow = tflow.tflow()
    flow.request = http.Request.make(method, f"http://{host}/a?b=1", b"", fields)
    peer = type("Peer", (), {"names": (), "address": "127.0.0.1", "may_log_in": False})()
    for name in ("mac", "login", "key", "way", "target", "elsewhere"):
        setattr(peer, name, "")
    peer.device = lambda snapshot: snapshot.devices["tablet"]
    heart.peers.by_id[flow.client_conn.id] = peer
    waiting = requests.request_head(heart, flow)
    if waiting is not None:
        waited(waiting)
    return flow.response


def test_page_comes_once_and_leads_on_to_the_site(heart: Gateway) -> None:
    first = asked(heart, CLICK)
    assert first is not None
    assert (first.status_code, first.headers["Kidgate-Reason"]) == (200, "time_notice")
    assert first.headers["Cache-Control"] == "no-store"
    assert "13 phút" in (first.text or "")
    assert asked(heart, CLICK) is None


@pytest.mark.parametrize(
    ("fields", "method"),
    [
        (CLICK, "POST"),
        ({"accept": "image/png"}, "GET"),
        ({"accept": "text/html", "sec-purpose": "prefetch"}, "GET"),
        ({"sec-fetch-dest": "iframe", "sec-fetch-mode": "navigate", "sec-fetch-user": "?1"}, "GET"),
        ({"sec-fetch-dest": "empty", "sec-fetch-mode": "cors"}, "GET"),
    ],
)
def test_no_page_comes_instead_of_a_form_or_a_part(
    heart: Gateway, fields: dict[str, str], method: str
) -> None:
    assert asked(heart, fields, method) is None


def test_no_page_comes_before_help(heart: Gateway) -> None:
    assert asked(heart, CLICK, host="help.example") is None
    assert asked(heart, CLICK) is not None
