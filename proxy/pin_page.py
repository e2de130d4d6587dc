"""`/pin` on the gateway's own host: a child signs in on a shared device, or says goodbye.

The one own page that changes something. Its form carries a token that only this gateway can make,
for this device: no other site can send it, not even by guessing PINs from the child's browser. The
names it shows are those of everybody with a PIN: whoever sits at a shared device may know them.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from mitmproxy import http

from kidgate.policies.model import Visit
from kidgate.proxy.answers import HEADERS
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.link import KeeperAway
from kidgate.proxy.pages import PinFacts
from kidgate.proxy.pages.languages import choose_language

logger = logging.getLogger(__name__)
PATH = "/pin"
MOST_BYTES = 1000
ANSWER_SECONDS = 5.0
PIN = re.compile(r"[0-9]{4,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Said:
    """The answer to a form: a status, and which sentence; an empty one: it worked."""

    status: int
    sentence: str = ""


def has_form(request: http.Request) -> bool:
    """Whether the whole request has to be awaited: it is a form of a size that we sent."""
    size = request.headers.get("content-length", "")
    small = size.isascii() and size.isdigit() and int(size[:9]) <= MOST_BYTES
    return request.method == "POST" and small and "transfer-encoding" not in request.headers


def answer(gateway: Gateway, visit: Visit, request: http.Request) -> http.Response:
    """The page; 405 for whatever is neither a read nor such a form."""
    if request.method not in ("GET", "HEAD"):
        headers = HEADERS | {"Allow": "GET, HEAD, POST", "Connection": "close"}
        return http.Response.make(405, b"Kidgate: this form cannot be read\n", headers)
    return _page(gateway, visit, request, Said(200))


async def take(gateway: Gateway, visit: Visit, request: http.Request) -> http.Response:
    """What comes of a form that is here whole."""
    said = await _act(gateway, visit, request)
    if said.sentence:
        return _page(gateway, visit, request, said)
    if gateway.who.sessions.look():  # the keeper wrote it before it answered
        gateway.recheck()
    return http.Response.make(303, b"", HEADERS | {"Location": PATH})


async def _act(gateway: Gateway, visit: Visit, request: http.Request) -> Said:
    form = _fields(request)
    if not (_is_shared(gateway, visit) and _is_ours(gateway, visit, request, form)):
        return Said(403, "odd")
    try:
        if "leave" in form:
            await gateway.who.ask("pin.leave", seconds=ANSWER_SECONDS, device=visit.device)
            return Said(303)
        return await _enter(gateway, visit, form.get("child", ""), form.get("pin", ""))
    except KeeperAway as fault:
        logger.error("nobody can sign in on a shared device: %s", fault)
        return Said(503, "busy")


async def _enter(gateway: Gateway, visit: Visit, child: str, pin: str) -> Said:
    if child not in gateway.who.sessions.pins or not PIN.fullmatch(pin):
        return Said(403, "wrong")
    fields = {"device": visit.device, "child": child, "pin": pin}
    answer = await gateway.who.ask("pin.enter", seconds=ANSWER_SECONDS, **fields)
    if answer.get("right") is True:
        return Said(303)
    return Said(429, "wait") if answer.get("wait") else Said(403, "wrong")


def _fields(request: http.Request) -> dict[str, str]:
    """The form; empty when it is none."""
    body = (request.raw_content or b"")[:MOST_BYTES]
    try:
        found = parse_qs(body.decode("ascii"), strict_parsing=True, max_num_fields=5)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _is_ours(gateway: Gateway, visit: Visit, request: http.Request, form: dict[str, str]) -> bool:
    """Whether the form came from our page: its token, and nothing that the browser says against.

    Browsers say `Origin: null`, for our pages give no referrer (Fetch, 3.2.1).
    """
    if not _is_from(request.headers.get("origin", "null"), visit.url.host):
        return False
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    now = visit.at.timestamp()
    return gateway.passes.valid(form.get("token", ""), _who(visit), visit.url.host, now)


def _is_from(origin: str, host: str) -> bool:
    try:
        return origin == "null" or urlsplit(origin).hostname == host
    except ValueError:
        return False


def _who(visit: Visit) -> str:
    return f"pin {visit.device}"


def _is_shared(gateway: Gateway, visit: Visit) -> bool:
    device = gateway.snapshot.devices.get(visit.device) if visit.device else None
    return device is not None and not device.of


def _page(gateway: Gateway, visit: Visit, request: http.Request, said: Said) -> http.Response:
    snapshot, sessions = gateway.snapshot, gateway.who.sessions
    tier = snapshot.tier_of(visit.child, visit.at).row
    profile = snapshot.profiles.get(visit.child) if visit.child else None
    session = sessions.on(visit.device or "", visit.at)
    rows = [snapshot.profiles[key].row for key in sessions.pins if key in snapshot.profiles]
    shared = _is_shared(gateway, visit)
    facts = PinFacts(
        shared=shared,
        name=(profile.row.name or profile.row.key) if profile else "",
        until=session.until.astimezone(profile.zone) if session and profile and shared else None,
        names=tuple((row.key, row.name or row.key) for row in rows) if shared else (),
        token=gateway.passes.issue(_who(visit), visit.url.host, visit.at.timestamp()),
        said=said.sentence,
        age=tier.min_age,
    )
    language = choose_language(
        profile.row.language if profile else "",
        request.headers.get("accept-language", ""),
        snapshot.settings.language,
    )
    body = gateway.pages.pin(facts, language).encode()
    headers = HEADERS | {"Content-Type": "text/html; charset=utf-8"}
    response = http.Response.make(said.status, b"" if request.method == "HEAD" else body, headers)
    response.headers["content-length"] = str(len(body))
    return response
