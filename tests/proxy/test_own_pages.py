"""The gateway's own host answers reads about the asking device, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import pytest
from mitmproxy import http

from kidgate.policies.compile import compile_snapshot
from kidgate.policies.model import JournalLevel, Visit
from kidgate.policies.names import Url
from kidgate.policies.rows import (
    Builtin,
    DeviceRow,
    PolicyRows,
    ProfileRow,
    Settings,
    Text,
    TierRow,
)
from kidgate.proxy.answers import HEADERS
from kidgate.proxy.gateway import Gateway, Limits
from kidgate.proxy.own_pages import answer
from kidgate.proxy.pages import Pages
from kidgate.proxy.passes import Passes
from kidgate.proxy.peers import Peers
from kidgate.proxy.recorder import Recorder
from kidgate.proxy.resolver import Resolver

OWN = "kidgate.home.arpa"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CERTIFICATE = b"-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"
TIERS = (
    TierRow("0-5", Text("0-5 tuổi", "Ages 0-5"), age_tier=True, journal=JournalLevel.URL),
    TierRow("9-12", Text("9-12 tuổi", "Ages 9-12"), min_age=9, age_tier=True),
)
ROWS = PolicyRows(
    settings=Settings(zone="Asia/Ho_Chi_Minh", retention_days=45),
    profiles=(
        ProfileRow("mai", "Mai <3", born=date(2016, 5, 1)),
        ProfileRow("binh", "Bình", born=date(2023, 5, 1), language="en"),
    ),
    devices=(DeviceRow("tablet", of="mai"), DeviceRow("laptop", of="binh")),
)


def gateway(*, certificate: bytes = CERTIFICATE) -> Gateway:
    """A worker's heart of which only the snapshot and the pages are asked."""
    snapshot = compile_snapshot(ROWS, Builtin(), tiers=TIERS, services=(), id="1")
    return Gateway(
        snapshot=snapshot,
        recorder=cast(Recorder, None),
        resolver=Resolver({}),
        pages=Pages(ca_certificate=certificate),
        passes=Passes(b"k" * 32),
        peers=Peers(1, 1),
        limits=Limits(65_536, 20, 300, 16_384, 10, 10, 50, 1_000, 1_000, 1),
        feeds=Path(),
        require_login=False,
        now=lambda: NOW,
    )


def ask(
    path: str,
    *,
    method: str = "GET",
    child: str | None = "mai",
    device: str | None = "tablet",
    accept: str = "",
    certificate: bytes = CERTIFICATE,
) -> http.Response:
    request = http.Request.make(method, f"http://{OWN}{path}", headers={"Accept-Language": accept})
    visit = Visit(Url("http", OWN, 80, path), NOW, child=child, device=device, method=method)
    return answer(gateway(certificate=certificate), visit, request)


def page(response: http.Response) -> str:
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return response.content.decode() if response.content else ""


def test_front_page_says_who_is_asking() -> None:
    text = page(ask("/"))
    assert 'lang="vi"' in text
    assert "Mai &lt;3" in text and "tablet" in text and "9-12 tuổi" in text and "45 ngày" in text
    assert "Bình" not in text and "laptop" not in text


def test_front_page_speaks_the_childs_language_when_the_browser_asks_for_another() -> None:
    text = page(ask("/", child="binh", device="laptop", accept="vi"))
    assert 'lang="en"' in text and "Ages 0-5" in text


def test_front_page_tells_the_journal_level_of_the_tier() -> None:
    assert "the full address of the page" not in page(ask("/", accept="en"))
    assert "which page and why" in page(ask("/", child="binh", device="laptop"))


def test_front_page_works_when_nobody_is_known() -> None:
    text = page(ask("/", child=None, device=None, accept="en"))
    assert "Not known" in text and "No name yet" in text and "Ages 0-5" in text


def test_certificate_is_the_public_one() -> None:
    response = ask("/ca.pem")
    assert response.headers["content-type"] == "application/x-x509-ca-cert"
    assert response.content == CERTIFICATE


def test_certificate_is_not_found_when_there_is_none() -> None:
    assert ask("/ca.pem", certificate=b"").status_code == 404


@pytest.mark.parametrize(
    ("child", "device", "expected"),
    [
        ("mai", "tablet", {"kidgate": True, "child": "mai", "tier": "9-12"}),
        (None, None, {"kidgate": True, "child": None, "tier": "0-5"}),
    ],
)
def test_check_is_small_json(
    child: str | None, device: str | None, expected: dict[str, object]
) -> None:
    response = ask("/check", child=child, device=device)
    assert response.headers["content-type"] == "application/json"
    assert json.loads(response.content or b"") == expected


@pytest.mark.parametrize(
    "path", ["/ca", "/ca.key", "/mitmproxy-ca.pem", "/CHECK", "/check/", "//", "/admin", "/ca.pem/"]
)
def test_page_is_missing_when_the_path_is_unknown(path: str) -> None:
    response = ask(path)
    assert response.status_code == 404
    assert "Không có trang này" in page(response)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/ca.pem", "/nothing"])
def test_writing_is_refused(method: str, path: str) -> None:
    response = ask(path, method=method)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/", "/check", "/ca.pem", "/nothing"])
def test_head_has_the_headers_of_a_get_and_no_body(path: str) -> None:
    whole, head = ask(path), ask(path, method="HEAD")
    assert head.content == b""
    assert dict(head.headers) == dict(whole.headers)
    assert int(whole.headers["content-length"]) == len(whole.content or b"")


@pytest.mark.parametrize("path", ["/", "/check", "/ca.pem", "/nothing"])
def test_every_answer_has_the_security_headers(path: str) -> None:
    response = ask(path)
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
