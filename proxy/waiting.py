"""The page on which a child waits for an answer: it looks again by itself, and opens what was asked
for as soon as it passes.

Every look judges the first address anew; the answer alone opens nothing.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from mitmproxy import http

from kidgate.policies.model import NO_FACTS, Reason, Stage, Visit
from kidgate.policies.names import Url, parse_url
from kidgate.policies.requests import LATE
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.link import KeeperAway
from kidgate.proxy.pages.facts import WaitingFacts
from kidgate.proxy.reader import go, page_response, reader_of
from kidgate.proxy.seals import seal, unseal

logger = logging.getLogger(__name__)
PATH = "/.well-known/kidgate/waiting"  # of every host
PURPOSE = "waiting"
SECONDS = 7 * 24 * 3600  # as long as a request waits
ANSWER_SECONDS = 2.0
# After so many seconds of waiting, every so many: who asks for an hour is not looked after by 3 s.
LOOKS = ((0, 3), (60, 10), (600, 60), (3600, 300))
# What a request's head does not show: there it passes, so only a yes opens it.
NEEDS_YES = LATE | {Reason.QUOTA, Reason.SECURITY, Reason.WAY_AROUND}
NO_STATE = {"state": "open", "answer": "", "until": None}


def place(gateway: Gateway, visit: Visit, url: str, reason: str, request: int) -> str:
    """Where a child waits."""
    now = visit.at.timestamp()
    fields = {
        "child": visit.child,
        "device": visit.device,
        "url": url,
        "reason": reason,
        "request": request,
        "since": int(now),
    }
    return f"{PATH}?t={seal(gateway.passes.key, PURPOSE, fields, now + SECONDS)}"


async def answer(gateway: Gateway, visit: Visit, request: http.Request) -> http.Response:
    """Back to the first address where it opens, else how the request stands."""
    token, still = _query(visit)
    found = unseal(gateway.passes.key, PURPOSE, token, visit.at.timestamp())
    if found is None or request.method not in ("GET", "HEAD") or not _is_for(visit, found):
        return _page(gateway, visit, request, 403, WaitingFacts(state="odd"))
    url = parse_url(found["url"])
    if url.host != visit.url.host and visit.url.host not in gateway.snapshot.own_names:
        return _page(gateway, visit, request, 403, WaitingFacts(state="odd"))
    said = await _state(gateway, found)
    if _opens(gateway, visit, url, found["reason"], said):
        return go(str(url))
    return _still(gateway, visit, request, found, said, token, still=still)


def _query(visit: Visit) -> tuple[str, bool]:
    """What is sealed, and whether the page was told to look no more by itself."""
    if visit.url.query.count("&") > 1:
        return "", False
    fields = parse_qs(visit.url.query, keep_blank_values=True)
    return fields.get("t", [""])[0], "still" in fields


def _is_for(visit: Visit, found: dict[str, Any]) -> bool:
    return (found["child"], found["device"]) == (visit.child, visit.device)


async def _state(gateway: Gateway, found: dict[str, Any]) -> dict[str, Any]:
    fields = {"request": found["request"], "child": found["child"]}
    try:
        return await gateway.who.ask("request.state", seconds=ANSWER_SECONDS, **fields)
    except KeeperAway as fault:
        logger.info("how a request stands is not known: %s", fault)
        return NO_STATE


def _opens(gateway: Gateway, visit: Visit, url: Url, reason: str, said: dict[str, Any]) -> bool:
    facts = visit.facts if url.host == visit.url.host else NO_FACTS
    facts = replace(facts, personal_data=())
    first = Visit(url, visit.at, visit.child, visit.device, stage=Stage.REQUEST, facts=facts)
    if gateway.judge(first).stops:
        return False
    granted = said["state"] == "approved" and not _is_over(visit, said)
    return granted or reason not in NEEDS_YES


def _is_over(visit: Visit, said: dict[str, Any]) -> bool:
    return bool(said["until"]) and datetime.fromisoformat(said["until"]) <= visit.at


def _still(
    gateway: Gateway,
    visit: Visit,
    request: http.Request,
    found: dict[str, Any],
    said: dict[str, Any],
    token: str,
    *,
    still: bool,
) -> http.Response:
    state = str(said["state"])
    if state == "approved" and _is_over(visit, said):
        state = "over"
    waits = state in ("open", "approved")
    waited = visit.at.timestamp() - found["since"]
    seconds = [every for after, every in LOOKS if waited >= after][-1] if waits else 0
    facts = WaitingFacts(
        state=state,
        site=parse_url(found["url"]).host,
        answer=str(said["answer"]),
        seconds=0 if still else seconds,
        look=f"{PATH}?t={token}" if waits else "",
    )
    return _page(gateway, visit, request, 200, facts)


def _page(
    gateway: Gateway, visit: Visit, request: http.Request, status: int, facts: WaitingFacts
) -> http.Response:
    reader, names = reader_of(gateway, visit, request), gateway.snapshot.settings.own_names
    facts = replace(facts, age=reader.age, own_name=names[0] if names else "")
    more = {"Refresh": str(facts.seconds)} if facts.seconds else {}
    return page_response(request, status, gateway.pages.waiting(facts, reader.language), **more)
