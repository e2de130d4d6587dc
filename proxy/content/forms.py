"""Stage 4, what a child sends: a form or a message is held until it was read.

`wanted` says which, `read` what is in it. What an address itself tells (`?phone=...`) is read with
the head of every request.
"""

from __future__ import annotations

from dataclasses import replace

from mitmproxy import http

from kidgate.content.text.coding import decode
from kidgate.policies.model import Action, Facts, Visit
from kidgate.proxy.content.matters import personal_data_matters
from kidgate.proxy.gateway import Gateway

SENDS = frozenset(("POST", "PUT", "PATCH"))
# Bodies in which people write; the parts of `multipart/` that are files are not read.
FORM = "application/x-www-form-urlencoded"
WRITTEN = (FORM, "multipart/form-data", "text/")
STRUCTURED = ("json", "graphql", "xml")
SHORTEST_QUERY = 6  # characters; less tells nothing about anybody


def wanted(gateway: Gateway, visit: Visit, request: http.Request) -> bool:
    """Whether the body of a request must be read before the origin hears of it."""
    if request.method not in SENDS or request.headers.get("content-length") == "0":
        return False
    if not _may_be_read(request.headers.get("content-type", "").lower()):
        return False
    snapshot = gateway.snapshot
    if snapshot.site(visit.url.host).is_engine:
        return True
    return personal_data_matters(visit, snapshot) or gateway.analysers.talk_matters(visit, snapshot)


def _may_be_read(content_type: str) -> bool:
    plain = content_type.partition(";")[0].strip()
    return plain.startswith(WRITTEN) or not plain or any(word in plain for word in STRUCTURED)


def with_query(gateway: Gateway, visit: Visit) -> Visit:
    """The visit with what its query tells about the child, where that matters."""
    tier = gateway.snapshot.tier_of(visit.child, visit.at).row
    if len(visit.url.query) < SHORTEST_QUERY or tier.personal_data is Action.ALLOW:
        return visit
    found = gateway.analysers.personal_query(visit, gateway.snapshot)
    return replace(visit, facts=replace(visit.facts, personal_data=found.kinds))


async def read(gateway: Gateway, request: http.Request, visit: Visit, *, cut: bool) -> Visit:
    """The visit with what its body says; `cut`: only the beginning is here."""
    kind = request.headers.get("content-type", "")
    decoded = decode(request.raw_content or b"", request.headers.get("content-encoding", ""))
    told = await gateway.analysers.personal_form(visit, gateway.snapshot, decoded.data, kind)
    facts = _with_talk(gateway, visit, decoded.data, kind)
    if kind.startswith(FORM):
        searched = gateway.snapshot.safe_search.terms_of_body(visit.url, decoded.data)
        facts = replace(facts, search_terms=searched)
    missing = gateway.analysers.missing
    unread = decoded.unread or told.unread or missing or ("too large" if cut else "")
    facts = replace(facts, personal_data=told.kinds, logging_in=told.logging_in, unjudged=unread)
    return replace(visit, facts=facts)


def _with_talk(gateway: Gateway, visit: Visit, data: bytes, kind: str) -> Facts:
    talks = gateway.analysers.talks
    row = talks.at(visit, gateway.snapshot) if talks is not None else None
    if talks is None or row is None:
        return visit.facts
    scores, _ = talks.body(visit, row, data, kind, outgoing=True)
    return replace(visit.facts, messages=scores)
