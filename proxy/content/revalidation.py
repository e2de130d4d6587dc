"""What browsers keep: a page or picture of before (another tier, an older list, no gateway at all)
is not shown again by a `304 Not Modified` that nobody has judged.

A request that names what the browser holds goes on without those conditions, so that the origin
sends the whole thing and it is judged, unless this worker let the same through under the policy in
force (`kept.py`). And pages go out with `no-cache`: they may be kept, and are asked for each time.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace

from mitmproxy import http

from kidgate.policies.model import Stage, Visit
from kidgate.proxy.content import pages
from kidgate.proxy.fields import drop
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.visits import content_type_of

# Never read: they run, or play. The rest may be a page under whatever name.
PROGRAMS = frozenset(("script", "style", "font", "audio", "video", "worker", "sharedworker"))
# Shown whole: a part of one is asked for by nobody who wants to see it.
WHOLE = frozenset(("document", "iframe", "frame", "image", "embed", "object"))
DOCUMENTS = WHOLE - {"image"}
PAGES = frozenset(("text/html", "application/xhtml+xml"))
CONDITIONS = frozenset((b"if-none-match", b"if-modified-since"))
PARTS = frozenset((b"range", b"if-range"))
OLD = "kept from before"
_ANEW, _PAGE = "kidgate.anew", "kidgate.page"  # in a flow's metadata
# Of Cache-Control: what lets a browser show a page without asking (RFC 9111, RFC 5861, RFC 8246).
_LENIENT = ("max-age", "s-maxage", "immutable", "stale-while-revalidate", "stale-if-error")


def ask_anew(gateway: Gateway, flow: http.HTTPFlow, visit: Visit) -> None:
    """Take off a request what would let the origin answer with less than the whole."""
    request = flow.request
    names = {name.lower() for name, _ in request.headers.fields}
    conditional = not CONDITIONS.isdisjoint(names)
    if request.method != "GET" or not (conditional or b"range" in names):
        return
    resource = visit.facts.resource
    if resource in PROGRAMS or not _matters(gateway, visit):
        return
    if b"range" in names and resource in WHOLE:
        drop(request.headers, PARTS)
    if not conditional:
        return
    gateway.kept.under(_state(gateway))
    page = gateway.kept.find(_place(gateway, flow, visit), _asked(request))
    if page is None:
        drop(request.headers, CONDITIONS)
        flow.metadata[_ANEW] = True
    else:
        flow.metadata[_PAGE] = page


def is_unasked(flow: http.HTTPFlow) -> bool:
    """Whether a response says that the browser may show what it holds, though nobody asked that:
    the browser did, and would."""
    assert flow.response is not None
    return flow.response.status_code == 304 and _ANEW in flow.metadata


def let_through(gateway: Gateway, flow: http.HTTPFlow, visit: Visit, *, judged: bool) -> None:
    """A response goes on, and nothing of it was left unread. What need not be judged is remembered
    only where its conditions were taken off, so that the next time it costs nothing."""
    response = flow.response
    assert response is not None
    if response.status_code != 200 or not (judged or _ANEW in flow.metadata):
        return
    gateway.kept.under(_state(gateway))
    page = "no-cache" in response.headers.get("cache-control", "")
    gateway.kept.put(_place(gateway, flow, visit), _told(response), page=page)


def tell_to_ask_again(flow: http.HTTPFlow, visit: Visit, *, read: bool) -> None:
    """What is a page, or was `read` for its words, may be kept, but is not to be shown again before
    we were asked. Pictures may: to ask for each of a page's would cost too much."""
    response = flow.response
    assert response is not None
    again = read or flow.metadata.get(_PAGE) or visit.facts.resource in DOCUMENTS
    if not again and content_type_of(response) not in PAGES:
        return
    said = response.headers.get("cache-control", "")
    kept = [part.strip() for part in said.split(",") if part.strip()]
    bare = [part.partition("=")[0].strip().lower() for part in kept]
    if "no-store" in bare:
        return
    kept = [part for part, name in zip(kept, bare, strict=True) if name not in _LENIENT]
    if "no-cache" not in (part.lower() for part in kept):
        kept.append("no-cache")
    response.headers["cache-control"] = ", ".join(kept)


def _matters(gateway: Gateway, visit: Visit) -> bool:
    return pages.may_be_judged(gateway, replace(visit, stage=Stage.RESPONSE))


def _state(gateway: Gateway) -> Hashable:
    analysers = gateway.analysers
    pictures = analysers.pictures.marks if analysers.pictures is not None else None
    return gateway.snapshot.id, analysers.generation, pictures


def _place(gateway: Gateway, flow: http.HTTPFlow, visit: Visit) -> tuple[str, ...]:
    """Whom it was judged for, and where it is: the path as the origin hears it."""
    tier = gateway.snapshot.tier_of(visit.child, visit.at).row.key
    site = f"{visit.url.scheme}://{visit.url.host}:{visit.url.port}"
    return visit.child or "", visit.device or "", tier, site, flow.request.path


def _asked(request: http.Request) -> Iterator[str]:
    for tags in request.headers.get_all("if-none-match"):
        yield from (f"tag {tag.strip()}" for tag in tags.split(","))
    yield from (f"date {date.strip()}" for date in request.headers.get_all("if-modified-since"))


def _told(response: http.Response) -> Iterator[str]:
    for tag in response.headers.get_all("etag"):
        yield f"tag {tag.strip()}"
    for date in response.headers.get_all("last-modified"):
        yield f"date {date.strip()}"
