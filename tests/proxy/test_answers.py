"""What a stopped request gets: the right status, safe headers, a line where no page fits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from mitmproxy import http

from kidgate.policies.model import Decision, Reason, Source, Verdict, Visit
from kidgate.policies.names import Url
from kidgate.proxy.answers import HEADERS, PARTS, block_response, login_response
from tests.proxy.stand import NOW, gateway

VISIT = Visit(url=Url("http", "bad.example", 80, "/"), at=NOW, child="mai", device="tablet")
BLOCK = Decision(Verdict.BLOCK, Reason.RULE, Source("rule", "1"), tier="plain")


def answer(reason: Reason = Reason.RULE, dest: str = "", visit: Visit = VISIT) -> http.Response:
    heart = gateway()
    request = http.Request.make("GET", "http://bad.example/", headers={"sec-fetch-dest": dest})
    decision = replace(BLOCK, reason=reason)
    return block_response(heart.pages, heart.snapshot, visit, decision, "id-1", request)


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (Reason.RULE, 403),
        (Reason.MALFORMED, 400),
        (Reason.NAMES_DISAGREE, 421),
        (Reason.TOO_MANY, 429),
        (Reason.BAD_CERTIFICATE, 502),
        (Reason.UNREACHABLE, 502),
        (Reason.INTERNAL_ERROR, 503),
    ],
)
def test_status_tells_the_kind_of_stop(reason: Reason, status: int) -> None:
    found = answer(reason)
    assert found.status_code == status
    assert found.headers["kidgate-reason"] == reason.value


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_page(reason: Reason) -> None:
    found = answer(reason)
    assert found.status_code >= 400
    assert found.content


def test_page_has_the_safe_headers() -> None:
    found = answer()
    assert {name: found.headers[name] for name in HEADERS} == HEADERS
    assert found.headers["content-type"] == "text/html; charset=utf-8"
    assert "bad.example" in found.text  # type: ignore[operator]


@pytest.mark.parametrize("part", sorted(PARTS))
def test_part_of_a_page_gets_one_line(part: str) -> None:
    found = answer(dest=part)
    assert found.text == "Kidgate: rule\n"
    assert found.headers["content-type"] == "text/plain"
    assert {name: found.headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize("dest", ["document", "iframe", "", "nonsense"])
def test_what_can_show_a_page_gets_one(dest: str) -> None:
    assert b"<html" in answer(dest=dest).content  # type: ignore[operator]


def test_page_is_made_for_nobody_too() -> None:
    assert answer(visit=replace(VISIT, child=None, device=None)).status_code == 403


def test_login_is_asked_for_and_the_connection_ends() -> None:
    found = login_response()
    assert found.status_code == 407
    assert found.headers["proxy-authenticate"].startswith("Basic ")
    assert found.headers["connection"] == "close"
