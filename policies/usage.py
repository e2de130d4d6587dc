"""What counts as use: a child does something now, as against a device that does it by itself.

Pure. The proxy says what it saw; the minutes come from `ledger.py`. Each rule errs to the child's
side where it must err: a minute that nobody used is worse than one that was not counted.

What it cannot tell, in all honesty:
- whether anybody looks: a video that plays on in an empty room counts, and so does music;
- reading: a long page is one use, and counts for a minute until the next click;
- a page that plays a video by itself (an advertisement with sound) counts as a video;
- an app that is opened with TLS and sends no Sec-Fetch headers, and everything that is relayed
  unopened, is known by its bytes alone: a large download or backup counts as use unless its site is
  known for updates, and a quiet game of chess may stay below the floor;
- what neither HTTP nor TLS carries never comes by here (it is the packet filter's), and is not
  counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kidgate.policies.model import Visit
from kidgate.policies.quotas import subjects

if TYPE_CHECKING:
    from kidgate.policies.snapshot import PolicySnapshot
    from kidgate.policies.tables import Service

# Bytes in a minute that a device does not move by itself. Push connections and keep-alives stay
# below 5 KB a minute, background syncing mostly below 30; a voice call needs 240, a match of a
# mobile game 300 to 1000, video thousands.
FLOOR_BYTES = 100_000
# A piece of media this small is a sound of the page, or the probe before the video.
MEDIA_BYTES = 16_384
# What a device fetches by itself, however much: not the child's time.
BY_ITSELF = frozenset(("updates", "infrastructure", "ads"))
# Asked by systems and browsers to learn whether there is an internet at all.
_PROBES = frozenset(
    (
        "captive.apple.com",
        "connectivity-check.ubuntu.com",
        "connectivitycheck.android.com",
        "connectivitycheck.gstatic.com",
        "detectportal.firefox.com",
        "nmcheck.gnome.org",
        "www.msftconnecttest.com",
        "www.msftncsi.com",
    )
)
_PROBE_PATHS = frozenset(("/generate_204", "/gen_204", "/ncsi.txt", "/connecttest.txt"))
_MEDIA = ("video/", "audio/", "application/vnd.yt-ump")  # the last is YouTube's own
# A browser that fetches what nobody has clicked on yet (Sec-Purpose, and its older names).
_AHEAD = ("prefetch", "prerender", "preview")
# What programs say on a WebSocket to keep it open: engine.io (2, 3), Phoenix, Discord, Pusher, ...
_KEEP_ALIVE = re.compile(
    rb'\s*(?:[23]|p[io]ng|heartbeat|\{\s*\}|\[.{0,40}"heartbeat".{0,40}'
    rb'|\{\s*"(?:type|event|op|action|cmd|t)"\s*:\s*'
    rb'(?:1|"[a-z:_.]*(?:ping|pong|heartbeat|keep-?alive)[a-z:_.]*")\s*(?:,.{0,80})?\})\s*',
    re.IGNORECASE | re.DOTALL,
)
SAME_SECONDS = 10.0  # a message as long as the last one, and so much later, is a clock's beat


@dataclass(frozen=True, slots=True)
class Head:
    """What a request and the head of its response say of themselves; lower case, else empty."""

    method: str = "GET"
    resource: str = ""  # Sec-Fetch-Dest, or what Accept says
    labelled: bool = False  # it has Sec-Fetch headers: a browser of today asks
    mode: str = ""  # Sec-Fetch-Mode
    site: str = ""  # Sec-Fetch-Site
    by_user: bool = False  # Sec-Fetch-User: a click, a key, a finger
    purpose: str = ""  # Sec-Purpose, Purpose, X-Purpose, X-Moz
    content_type: str = ""  # of the response


def is_probe(host: str, path: str) -> bool:
    """Whether a device asks if it is connected."""
    return host in _PROBES or path in _PROBE_PATHS


def opens_page(head: Head) -> bool:
    """Whether a person opens a page, by link, form or address bar.

    `Sec-Fetch-Site: none` is the address bar and bookmarks; a page that loads itself anew, or sends
    somewhere else after a minute, has no `Sec-Fetch-User`. Where there are no such headers (http://
    addresses, old browsers) a page that is asked for is taken as opened.
    """
    if head.resource != "document" or any(word in head.purpose for word in _AHEAD):
        return False
    if not head.labelled:
        return head.method in ("GET", "POST")
    return head.mode == "navigate" and (head.by_user or head.site == "none")


def may_count(resource: str, content_type: str) -> bool:
    """Whether a response has to be looked at at all: most are parts of pages, and are not."""
    return resource in ("", "document") or content_type.startswith(_MEDIA)


def is_media(head: Head) -> bool:
    """Whether the response is a piece of a video or of music: it counts as its bytes flow.

    Not a playlist: players ask for those while they are paused.
    """
    if any(word in head.purpose for word in _AHEAD) or head.content_type.endswith("mpegurl"):
        return False
    return head.content_type.startswith(_MEDIA)


def by_bytes(head: Head) -> bool:
    """Whether only its bytes can tell: an app asks. Of a browser every part that a page loads by
    itself is known: beacons, polls, pushes and telemetry (`empty`, `report`), service workers,
    pictures, scripts. They count for nothing."""
    return not head.labelled and not head.resource


def message_counts(data: bytes, *, as_long_as_last: bool, seconds_since: float) -> bool:
    """Whether what a device says on a WebSocket is a person's doing."""
    if not data or (len(data) < 200 and _KEEP_ALIVE.fullmatch(data)):
        return False
    return not (as_long_as_last and seconds_since >= SAME_SECONDS)


def counted_for(visit: Visit, snapshot: PolicySnapshot, *, media: bool = False) -> tuple[str, ...]:
    """The keys that a visit's time is counted for; none: it is nobody's time, or no use.

    Never the safe harbour: where a child turns for help is neither counted nor known. Categories
    are those of its services; of those that lists name, only what a quota or a notice is about.
    `media`: a video may well lie with a host that carries other people's files.
    """
    if visit.child not in snapshot.profiles:
        return ()
    site = snapshot.site(visit.url.host)
    if site.harbour or site.is_own or is_probe(visit.url.host, visit.url.path):
        return ()
    services = services_of(visit, snapshot)
    categories = [key for service in services for key in service.categories]
    index = snapshot.index
    listed = {hit.category for hit in index.find(site.host)} if index is not None else set()
    if not media and BY_ITSELF & {*categories, *listed}:
        return ()
    asker = snapshot.asker(visit.child, visit.device, int(visit.at.timestamp()) // 60)
    limited = (*asker.times.quotas, *asker.tier.row.notice_minutes)
    categories += [key for key in sorted(listed) if f"category:{key}" in limited]
    return tuple(subjects(services, categories))


def services_of(visit: Visit, snapshot: PolicySnapshot) -> tuple[Service, ...]:
    """The services that a visit is to, as `case.Case` finds them."""
    site = snapshot.site(visit.url.host)
    found = site.services
    if site.has_service_urls:
        found = snapshot.services.of(site.host, visit.url.target)
    if not found and visit.facts.addresses:
        found = snapshot.services_at(visit.facts.addresses[0])
        return tuple(service for service in found if service.key not in site.apart)
    return found


def worth_a_page(visit: Visit, head: Head) -> bool:
    """Whether a page of ours may come first: a person opens a page, and nothing is lost by it."""
    return visit.method == "GET" and not head.purpose and opens_page(head)
