"""Asking and waiting in a worker: what the form carries, what the keeper hears, when it opens."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from mitmproxy import http

from kidgate.policies.model import Action, Decision, Reason, Source, Verdict, Visit
from kidgate.policies.names import parse_url
from kidgate.policies.rows import DeviceRow, GrantRow, PauseRow, ProfileRow, RuleRow, TierRow
from kidgate.proxy import asking, me, waiting
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.link import KeeperAway
from kidgate.proxy.who.known import Who
from tests.proxy.stand import NOW, ROWS, gateway

OWN = "kidgate.home.arpa"
RULE = Decision(Verdict.BLOCK, Reason.RULE, Source("rule", "1"), tier="plain")
ROWS = replace(
    ROWS,
    profiles=(ProfileRow("mai", name="Mai <3", tier="plain"), ProfileRow("an", tier="plain")),
    devices=(*ROWS.devices, DeviceRow("laptop", of="mai"), DeviceRow("phone", of="an")),
)


@dataclass
class Keeper:
    """Answers as told."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def ask(self, op: str, *, seconds: float, **fields: Any) -> dict[str, Any]:
        assert "call" not in fields  # the number of the question itself
        self.asked.append((op, fields))
        answer = self.answers.get(op, KeeperAway("gone"))
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)


@pytest.fixture
def keeper() -> Keeper:
    open_ = {"request": 7, "state": "open", "left": 3}
    state = {"state": "open", "answer": "", "until": None}
    return Keeper({"request.open": open_, "request.state": state})


@pytest.fixture
def heart(keeper: Keeper) -> Gateway:
    made = gateway(rows=ROWS)
    made.who = Who(keeper=keeper)
    return made


def visit(url: str, child: str | None = "mai", device: str | None = "tablet", **more: Any) -> Visit:
    return Visit(parse_url(url), NOW, child, device, **more)


def request(method: str, url: str, body: str = "", **headers: str) -> http.Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return http.Request.make(method, url, body, [(b"accept-language", b"en"), *named])


def block_page(heart: Gateway, found: Visit, decision: Decision = RULE) -> str:
    made = request("GET", str(found.url))
    return str(asking.page_of(heart, found, decision, "entry-1", made).text)


def token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def post(
    heart: Gateway, host: str, fields: dict[str, str], path: str = asking.PATH, **who: Any
) -> http.Response:
    headers = {key: who.pop(key) for key in ("origin", "sec_fetch_site") if key in who}
    url = f"http://{host}{path}"
    made = request("POST", url, urlencode(fields), **headers)
    return asyncio.run(asking.answer(heart, visit(url, **who), made))


def look(heart: Gateway, place: str, host: str = "bad.example", **who: Any) -> http.Response:
    at: datetime = who.pop("at", NOW)
    found = replace(visit(f"http://{host}{place}", **who), at=at)
    return asyncio.run(asking.answer(heart, found, request("GET", str(found.url))))


def waits(heart: Gateway, url: str = "http://bad.example/a?b=1", reason: str = "rule") -> str:
    return waiting.place(heart, visit(url), url, reason, 7)


def said(keeper: Keeper, state: str, answer: str = "", until: datetime | None = None) -> None:
    keeper.answers["request.state"] = {
        "state": state,
        "answer": answer,
        "until": until.isoformat() if until else None,
    }


def granted(heart: Gateway, target: str = "bad.example") -> None:
    grant = GrantRow(1, "mai", target, NOW + timedelta(hours=1))
    heart.snapshot = gateway(rows=replace(ROWS, grants=(grant,))).snapshot


# The form


def test_form_tells_the_keeper_what_the_block_page_knew(heart: Gateway, keeper: Keeper) -> None:
    page = block_page(heart, visit("http://bad.example/a?b=1"))
    answer = post(heart, "bad.example", {"token": token(page), "note": "vì bài tập"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(waiting.PATH + "?t=")
    assert keeper.asked == [
        (
            "request.open",
            {
                "child": "mai",
                "device": "tablet",
                "url": "http://bad.example/a?b=1",
                "service": "",
                "category": "",
                "reason": "rule",
                "entry": "entry-1",
                "note": "vì bài tập",
            },
        )
    ]


@pytest.mark.parametrize(
    ("found", "url"),
    [
        (visit("http://bad.example/buy?x=1", method="POST"), "http://bad.example/"),
        (visit("http://bad.example/" + "a" * 100 + "?" + "b" * 3000), "without query"),
        (visit("http://bad.example/" + "a" * 3000), "http://bad.example/"),
    ],
)
def test_address_that_cannot_open_again_is_asked_for_as_its_site(
    heart: Gateway, keeper: Keeper, found: Visit, url: str
) -> None:
    page = block_page(heart, found)
    post(heart, "bad.example", {"token": token(page), "note": ""})
    expected = "http://bad.example/" + "a" * 100 if url == "without query" else url
    assert keeper.asked[0][1]["url"] == expected


def test_note_is_cut(heart: Gateway, keeper: Keeper) -> None:
    page = block_page(heart, visit("http://bad.example/"))
    post(heart, "bad.example", {"token": token(page), "note": "đ" * 1000})
    assert keeper.asked[0][1]["note"] == "đ" * 300


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (Reason.ILLEGAL_MATERIAL, "no request to send"),
        (Reason.MALFORMED, "not a matter of rules"),
        (Reason.PRIVATE_DESTINATION, "not a matter of rules"),
        (Reason.NAMES_DISAGREE, "not a matter of rules"),
        (Reason.INTERNAL_ERROR, "not a matter of rules"),
        (Reason.PAUSED, "does not lift this"),
        (Reason.BEDTIME, "does not lift this"),
        (Reason.PERSONAL_DATA, "there to protect you"),
    ],
)
def test_page_says_where_asking_does_not_help(heart: Gateway, reason: Reason, said: str) -> None:
    older = TierRow("plain", min_age=13, age_tier=True)
    heart.snapshot = gateway(rows=replace(ROWS, tiers=(older,))).snapshot
    page = block_page(heart, visit("http://bad.example/"), replace(RULE, reason=reason))
    assert "<form" not in page
    assert said in page


def test_pause_hides_the_form_although_a_rule_stops_it_too(heart: Gateway) -> None:
    pause = PauseRow(1, "child:mai", NOW + timedelta(hours=1))
    heart.snapshot = gateway(rows=replace(ROWS, pauses=(pause,))).snapshot
    assert "<form" not in block_page(heart, visit("http://bad.example/"))


def test_nobody_unknown_asks(heart: Gateway) -> None:
    page = block_page(heart, visit("http://bad.example/", child=None, device=None))
    assert "<form" not in page


@pytest.mark.parametrize(
    "who",
    [
        {"child": "an", "device": "phone"},
        {"device": "laptop"},
        {"child": None, "device": None},
        {"origin": "http://evil.example"},
        {"sec_fetch_site": "cross-site"},
    ],
)
def test_form_is_for_one_child_on_one_device(
    heart: Gateway, keeper: Keeper, who: dict[str, Any]
) -> None:
    page = block_page(heart, visit("http://bad.example/"))
    answer = post(heart, "bad.example", {"token": token(page), "note": ""}, **who)
    assert answer.status_code == 403
    assert keeper.asked == []


def test_form_ends_after_an_hour_and_holds_on_its_host_alone(
    heart: Gateway, keeper: Keeper
) -> None:
    old = replace(visit("http://bad.example/"), at=NOW - timedelta(seconds=3601))
    for host, page in (
        ("bad.example", block_page(heart, old)),
        ("other.example", block_page(heart, visit("http://bad.example/"))),
    ):
        assert post(heart, host, {"token": token(page), "note": ""}).status_code == 403
    assert keeper.asked == []


@pytest.mark.parametrize(
    ("answer", "status"),
    [({"request": None, "state": "limited", "left": 0}, 429), (KeeperAway("gone"), 503)],
)
def test_what_did_not_work_is_said(
    heart: Gateway, keeper: Keeper, answer: Any, status: int
) -> None:
    keeper.answers["request.open"] = answer
    page = block_page(heart, visit("http://bad.example/"))
    found = post(heart, "bad.example", {"token": token(page), "note": ""})
    assert found.status_code == status
    assert 'role="alert"' in str(found.text)


@pytest.mark.parametrize(
    ("path", "reason", "here"),
    [
        (asking.PATH, Reason.RULE, True),
        (asking.PATH, Reason.TIER_DEFAULT, True),
        (waiting.PATH, Reason.BEDTIME, True),
        (asking.PATH, Reason.MALFORMED, False),
        (waiting.PATH, Reason.NAMES_DISAGREE, False),
        (waiting.PATH, Reason.ILLEGAL_MATERIAL, False),
        (asking.PAGE, Reason.OWN_PAGE, True),
        (asking.PAGE, Reason.TIER_DEFAULT, False),
        ("/", Reason.RULE, False),
    ],
)
def test_our_paths_are_ours_on_every_host_that_can_be_judged(
    path: str, reason: Reason, here: bool
) -> None:
    found = visit(f"http://bad.example{path}")
    assert asking.is_here(found, replace(RULE, reason=reason)) is here


# Our own host


def own_form(heart: Gateway) -> str:
    answer = look(heart, asking.PAGE, OWN)
    assert answer.status_code == 200
    return token(str(answer.text))


@pytest.mark.parametrize(
    ("site", "status", "said"),
    [
        ("https://bad.example/x", 303, ""),
        ("BAD.example.", 303, ""),
        ("good.example", 200, "open for you already"),
        ("no name", 400, "Write it once more"),
        ("<script>", 400, "Write it once more"),
        ("", 400, "Write it once more"),
        ("192.168.0.1", 403, "cannot be opened by asking"),
    ],
)
def test_site_is_asked_for_by_its_name(
    heart: Gateway, keeper: Keeper, site: str, status: int, said: str
) -> None:
    fields = {"token": own_form(heart), "note": "", "site": site}
    answer = post(heart, OWN, fields, asking.PAGE)
    assert answer.status_code == status
    assert said in str(answer.text)
    assert "<script>" not in str(answer.text)
    assert [op for op, _ in keeper.asked] == (["request.open"] if status == 303 else [])


def test_form_of_our_own_host_is_none_for_a_stopped_one_nor_the_reverse(heart: Gateway) -> None:
    page = block_page(heart, visit("http://bad.example/"))
    fields = {"note": "", "site": "bad.example"}
    assert post(heart, "bad.example", fields | {"token": own_form(heart)}).status_code == 403
    assert post(heart, OWN, fields | {"token": token(page)}, asking.PAGE).status_code == 403


def test_nobody_unknown_has_a_form(heart: Gateway) -> None:
    page = str(look(heart, asking.PAGE, OWN, child=None, device=None).text)
    assert "<form" not in page


# Waiting


def test_page_waits_and_looks_less_often_with_time(heart: Gateway) -> None:
    place = waits(heart)
    seen = [
        look(heart, place, at=NOW + timedelta(seconds=seconds)).headers["refresh"]
        for seconds in (0, 59, 60, 600, 3600, 86_400)
    ]
    assert seen == ["3", "3", "10", "60", "300", "300"]
    page = look(heart, f"{place}&still")
    assert "refresh" not in page.headers
    assert "no longer looks" in str(page.text) or "does not look again" in str(page.text)
    assert look(heart, place, at=NOW + timedelta(days=8)).status_code == 403


def test_page_opens_as_soon_as_the_first_address_passes(heart: Gateway, keeper: Keeper) -> None:
    place = waits(heart)
    assert look(heart, place).status_code == 200
    said(keeper, "approved", until=NOW + timedelta(hours=1))
    assert look(heart, place).status_code == 200  # the answer alone opens nothing
    granted(heart)
    answer = look(heart, place)
    assert (answer.status_code, answer.headers["location"]) == (303, "http://bad.example/a?b=1")
    keeper.answers.clear()
    assert look(heart, place).status_code == 303  # the keeper need not be there


def test_page_whose_words_were_stopped_needs_a_yes(heart: Gateway, keeper: Keeper) -> None:
    place = waits(heart, "http://good.example/", "page_text")
    assert look(heart, place, "good.example").status_code == 200
    said(keeper, "approved", until=NOW + timedelta(hours=1))
    assert look(heart, place, "good.example").status_code == 303
    said(keeper, "approved", until=NOW)
    over = look(heart, place, "good.example")
    assert over.status_code == 200
    assert "refresh" not in over.headers
    assert "time for this page is over" in str(over.text)


@pytest.mark.parametrize("state", ["denied", "expired", "unknown"])
def test_page_that_has_an_answer_does_not_look_again(
    heart: Gateway, keeper: Keeper, state: str
) -> None:
    said(keeper, state, "<i>later</i>")
    answer = look(heart, waits(heart))
    assert "refresh" not in answer.headers
    assert "&lt;i&gt;later&lt;/i&gt;" in str(answer.text)
    assert waiting.PATH not in str(answer.text)


@pytest.mark.parametrize(
    ("host", "who"),
    [
        ("bad.example", {"child": "an", "device": "phone"}),
        ("bad.example", {"device": "laptop"}),
        ("good.example", {}),
    ],
)
def test_nobody_else_waits_there(
    heart: Gateway, keeper: Keeper, host: str, who: dict[str, Any]
) -> None:
    granted(heart)
    answer = look(heart, waits(heart), host, **who)
    assert answer.status_code == 403
    assert "location" not in answer.headers
    assert keeper.asked == []


def test_waiting_on_our_own_host_leads_to_the_site(heart: Gateway) -> None:
    granted(heart)
    assert look(heart, waits(heart), OWN).headers["location"] == "http://bad.example/a?b=1"


def test_other_requests_for_our_paths_end_here(heart: Gateway) -> None:
    url = f"http://bad.example{asking.PATH}"
    got = asyncio.run(asking.answer(heart, visit(url), request("GET", url)))
    assert (got.status_code, got.headers["location"]) == (303, "/")
    large = request("POST", url)
    large.headers["content-length"] = "999999"
    refused = asyncio.run(asking.answer(heart, visit(url), large))
    assert (refused.status_code, refused.headers["connection"]) == (403, "close")
    put = request("PUT", f"http://bad.example{waiting.PATH}")
    found = asyncio.run(asking.answer(heart, visit(f"http://bad.example{waits(heart)}"), put))
    assert found.status_code == 403


# The child's own page


def test_own_page_shows_what_holds_for_this_child(heart: Gateway, keeper: Keeper) -> None:
    line = {"at": NOW.isoformat(), "count": 2, "kind": "visit", "verdict": "block"}
    line |= {"reason": "rule", "category": "", "host": "bad.example"}
    keeper.answers["me.show"] = {
        "lines": [line, line | {"host": "", "category": "games", "verdict": "allow"}],
        "requests": [
            {"at": NOW.isoformat(), "site": "<b>", "state": "denied", "answer": "<i>no\u202e"}
        ],
        "minutes": {"all": {"used": 31, "bonus": 0}},
    }
    found = visit(f"http://{OWN}{me.PATH}")
    page = str(asyncio.run(me.answer(heart, found, request("GET", str(found.url)))).text)
    assert "Mai &lt;3" in page
    assert '<bdi translate="no">bad.example</bdi> is shut' in page
    assert "(2 times)" in page
    assert "In all: 31 minutes" in page
    assert "&lt;i&gt;no�" in page
    assert keeper.asked == [("me.show", {"child": "mai", "device": "tablet"})]


def test_own_page_is_there_without_the_keeper_and_without_a_child(heart: Gateway) -> None:
    for who in ({}, {"child": None, "device": None}):
        found = visit(f"http://{OWN}{me.PATH}", **who)
        answer = asyncio.run(me.answer(heart, found, request("GET", str(found.url))))
        assert answer.status_code == 200
        assert ("cannot look this up" in str(answer.text)) == (not who)


def test_rules_of_others_and_of_words_are_not_shown() -> None:
    rules = (
        RuleRow(1, "child:an", "an.example", Action.BLOCK),
        RuleRow(2, "child:mai", "term:secret", Action.BLOCK),
        RuleRow(3, "child:mai", "over.example", Action.BLOCK, until=NOW),
        RuleRow(4, "everyone", "=all.example", Action.WARN, when="weekdays 08:00-11:30"),
    )
    heart = gateway(rows=replace(ROWS, rules=rules))
    facts = me.facts_of(heart.snapshot, visit(f"http://{OWN}/me"), "en", {})
    assert [(rule.action, rule.what) for rule in facts.rules] == [("warn", "all.example")]
    assert "weekdays" in str(facts.rules[0].schedule)
