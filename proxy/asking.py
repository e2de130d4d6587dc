"""A child asks an adult to open what was stopped: the form of the block page, and of our own host.

The form is sent to the stopped host itself, under a path that no origin ever sees: so it works over
HTTPS, and no page of ours has to speak to another host. It carries what the block page knew, sealed
for this child on this device: nobody asks in another's name, nor for a page that was not stopped.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from mitmproxy import http

from kidgate.policies.model import Decision, Reason, Stage, Verdict, Visit
from kidgate.policies.names import InvalidName, Url, parse_url
from kidgate.policies.requests import ask_of, may_ask
from kidgate.proxy import waiting
from kidgate.proxy.answers import block_response
from kidgate.proxy.forms import fields_of, has_form, is_ours
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.link import KeeperAway
from kidgate.proxy.pages.asking import ASK_PATH as PATH
from kidgate.proxy.pages.facts import AskFacts
from kidgate.proxy.reader import go, page_response, reader_of
from kidgate.proxy.seals import seal, unseal

logger = logging.getLogger(__name__)
PAGE = "/ask"  # of our own
PURPOSE, PAGE_PURPOSE = "ask", "ask page"
SECONDS = 3600
MOST_BYTES = 12_000  # a sealed address of 2,000 characters, and 300 of four bytes each, encoded
LONGEST_URL = 2000
LONGEST_NOTE = 300
ANSWER_SECONDS = 5.0
# Refused before anybody looks at the path: nothing of these is a page of ours.
REFUSED = frozenset(
    (
        Reason.MALFORMED,
        Reason.NAMES_DISAGREE,
        Reason.PRIVATE_DESTINATION,
        Reason.PORT,
        Reason.ILLEGAL_MATERIAL,
        Reason.INTERNAL_ERROR,
    )
)


# --- what a block page is told ---


def page_of(
    gateway: Gateway, visit: Visit, decision: Decision, entry: str, request: http.Request
) -> http.Response:
    """The block page of a stopped request, with its form."""
    ask = partial(_sealed, gateway, visit)
    return block_response(gateway.pages, gateway.snapshot, visit, decision, entry, request, ask)


def _sealed(gateway: Gateway, visit: Visit, decision: Decision, entry: str) -> str:
    """What the form carries; empty: nobody can open this by an answer."""
    if not may_ask(visit, decision, gateway.snapshot):
        return ""
    ask = ask_of(visit, decision, gateway.snapshot)
    fields = {
        "child": visit.child,
        "device": visit.device,
        "url": str(_reopened(visit)),
        "category": ask.category,
        "service": ask.service,
        "reason": ask.reason.value,
        "entry": entry,
    }
    return seal(gateway.passes.key, PURPOSE, fields, visit.at.timestamp() + SECONDS)


def _reopened(visit: Visit) -> Url:
    """The address that opens again by itself: nothing is ever sent a second time."""
    url = visit.url
    if visit.method not in ("GET", "HEAD"):
        return Url(url.scheme, url.host, url.port, "/")
    if len(str(url)) > LONGEST_URL:
        url = Url(url.scheme, url.host, url.port, url.path)
    return url if len(str(url)) <= LONGEST_URL else Url(url.scheme, url.host, url.port, "/")


# --- requests for our paths ---


def has_path(visit: Visit) -> bool:
    """Whether a request may be for one of our paths."""
    return visit.url.path in (PATH, waiting.PATH, PAGE)


def is_here(visit: Visit, decision: Decision) -> bool:
    """Whether a request ends at one of our paths."""
    if not has_path(visit) or decision.reason in REFUSED:
        return False
    return visit.url.path != PAGE or decision.reason is Reason.OWN_PAGE


def awaits(request: http.Request) -> bool:
    """Whether the body has to be here first."""
    return has_form(request, MOST_BYTES)


async def answer(gateway: Gateway, visit: Visit, request: http.Request) -> http.Response:
    """The answer to a request of which nothing more is awaited than is here."""
    if visit.url.path == waiting.PATH:
        return await waiting.answer(gateway, visit, request)
    if request.method == "POST":
        return await _take(gateway, visit, request)
    if visit.url.path == PAGE and request.method in ("GET", "HEAD"):
        return _page(gateway, visit, request, 200, "")
    return go("/")


async def _take(gateway: Gateway, visit: Visit, request: http.Request) -> http.Response:
    """What comes of a form."""
    if not awaits(request):
        refused = _page(gateway, visit, request, 403, "odd")
        refused.headers["connection"] = "close"  # or the rest of a large body is waited for
        return refused
    form, own = fields_of(request, MOST_BYTES), visit.url.path == PAGE
    found = unseal(
        gateway.passes.key,
        PAGE_PURPOSE if own else PURPOSE,
        form.get("token", ""),
        visit.at.timestamp(),
    )
    if found is None or not is_ours(request, visit.url.host) or not _is_for(visit, found, own=own):
        return _page(gateway, visit, request, 403, "odd")
    if not own:
        return await _ask(gateway, visit, request, found, form.get("note", ""))
    return await _ask_for(gateway, visit, request, form.get("site", ""), form.get("note", ""))


def _is_for(visit: Visit, found: Mapping[str, Any], *, own: bool) -> bool:
    """Whether what is sealed is this child's on this device, and about this host."""
    same = (found["child"], found["device"]) == (visit.child, visit.device) and visit.child
    return bool(same) and (own or parse_url(found["url"]).host == visit.url.host)


async def _ask_for(
    gateway: Gateway, visit: Visit, request: http.Request, site: str, note: str
) -> http.Response:
    """Ask for a site by its name: where no block page could be shown."""
    try:
        url = parse_url(site[:LONGEST_URL])
    except InvalidName:
        return _page(gateway, visit, request, 400, "name", site)
    asked = Visit(url, visit.at, visit.child, visit.device, stage=Stage.REQUEST)
    decision = gateway.judge(asked)
    if decision.verdict is Verdict.ALLOW:
        return _page(gateway, visit, request, 200, "open", site)
    if not may_ask(asked, decision, gateway.snapshot):
        return _page(gateway, visit, request, 403, "never", site)
    ask = ask_of(asked, decision, gateway.snapshot)
    fields = {
        "url": str(url),
        "category": ask.category,
        "service": ask.service,
        "reason": ask.reason.value,
        "entry": "",
    }
    return await _ask(gateway, visit, request, fields, note)


async def _ask(
    gateway: Gateway, visit: Visit, request: http.Request, found: Mapping[str, Any], note: str
) -> http.Response:
    names = ("url", "category", "service", "reason", "entry")
    fields = {name: found[name] for name in names}
    fields |= {"child": visit.child, "device": visit.device, "note": note[:LONGEST_NOTE]}
    try:
        said = await gateway.who.ask("request.open", seconds=ANSWER_SECONDS, **fields)
    except KeeperAway as fault:
        logger.error("nobody can ask for a page: %s", fault)
        return _page(gateway, visit, request, 503, "busy")
    if said.get("request") is None:
        return _page(gateway, visit, request, 429, "limited")
    return go(waiting.place(gateway, visit, found["url"], found["reason"], int(said["request"])))


def _page(
    gateway: Gateway, visit: Visit, request: http.Request, status: int, said: str, site: str = ""
) -> http.Response:
    """The form of our own host, or what went wrong with one of a stopped host."""
    reader, own = reader_of(gateway, visit, request), visit.url.path == PAGE
    fields = {"child": visit.child, "device": visit.device}
    until = visit.at.timestamp() + SECONDS
    facts = AskFacts(
        token=seal(gateway.passes.key, PAGE_PURPOSE, fields, until) if own and visit.child else "",
        known=bool(visit.child),
        own=own,
        said=said,
        site=site,
        age=reader.age,
    )
    return page_response(request, status, gateway.pages.ask(facts, reader.language))
