"""What a worker sees of time used: it looks at what goes by, and asks `policies.usage` what counts.

The notes it makes are `time_used.notes`, what is left of the minutes `time_used.left`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from mitmproxy import http

from kidgate.policies.model import Visit
from kidgate.policies.quotas import Due
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.usage import (
    FLOOR_BYTES,
    MEDIA_BYTES,
    Head,
    by_bytes,
    counted_for,
    is_media,
    may_count,
    message_counts,
    opens_page,
    worth_a_page,
)
from kidgate.proxy.link import Link
from kidgate.proxy.time_used.left import Left
from kidgate.proxy.time_used.notes import Notes

EVERY_SECONDS = 3.0
AGAIN_SECONDS = 2.0  # what flows is noted no oftener
MINUTE = 60.0
HELD = 4096  # places and WebSockets that are remembered

Place = tuple[str, str, str]  # child, device, host


class Relayed(Protocol):
    """What is relayed unopened."""

    bytes: int


@dataclass(slots=True)
class Flow:
    """What flows between a device and a place, in the minute that began at `since`."""

    since: float
    bytes: int = 0


class Followed(NamedTuple):
    relay: Relayed
    visit: Callable[[], Visit]
    seen: int


def head_of(request: http.Request, resource: str, content_type: str = "") -> Head:
    said = request.headers.get
    purposes = (said(name, "") for name in ("sec-purpose", "purpose", "x-purpose", "x-moz"))
    return Head(
        method=request.method,
        resource=resource,
        labelled="sec-fetch-mode" in request.headers or "sec-fetch-dest" in request.headers,
        mode=said("sec-fetch-mode", ""),
        site=said("sec-fetch-site", ""),
        by_user=said("sec-fetch-user", "") == "?1",
        purpose=" ".join(purposes).strip().lower(),
        content_type=content_type,
    )


@dataclass(slots=True)
class Usage:
    left: Left = field(default_factory=Left)
    notes: Notes = field(default_factory=Notes)
    _noted: dict[Place, float] = field(default_factory=dict)
    _flows: dict[Place, Flow] = field(default_factory=dict)
    _said: dict[str, tuple[int, float]] = field(default_factory=dict)  # WebSocket -> last message
    _followed: dict[int, Followed] = field(default_factory=dict)

    def due(self, visit: Visit, snapshot: PolicySnapshot, request: http.Request) -> Due | None:
        """What the child is to be told before the page that it opens; None: nothing (new)."""
        if not self.left.has(visit):
            return None
        if not worth_a_page(visit, head_of(request, visit.facts.resource)):
            return None
        return self.left.due(visit, snapshot)

    async def tell(self, link: Link, snapshot: Callable[[], PolicySnapshot]) -> None:
        """For as long as the worker lives."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            self.look_at_relays(snapshot())
            await self.tell_once(link, snapshot())

    async def tell_once(self, link: Link, snapshot: PolicySnapshot, *, last: bool = False) -> None:
        self.left.untold = await self.notes.tell(link, snapshot, everything=last)

    def passed(self, flow: http.HTTPFlow, visit: Visit, snapshot: PolicySnapshot) -> None:
        """The head of an allowed response is on its way to the child."""
        facts, response = visit.facts, flow.response
        if visit.child is None or response is None:
            return
        if not may_count(facts.resource, facts.content_type):
            return
        head = head_of(flow.request, facts.resource, facts.content_type)
        if opens_page(head):
            keys = counted_for(visit, snapshot)
            self.notes.note(visit.child, visit.device or "", keys)
        elif response.stream is True and (is_media(head) or by_bytes(head)):
            media = is_media(head)
            if keys := counted_for(visit, snapshot, media=media):
                floor = MEDIA_BYTES if media else FLOOR_BYTES
                response.stream = Meter(self, place_of(visit), keys, floor)

    def said(self, flow: http.HTTPFlow, visit: Visit, snapshot: PolicySnapshot) -> None:
        """A WebSocket message is here."""
        assert flow.websocket is not None
        message = flow.websocket.messages[-1]
        if visit.child is None or not message.from_client:
            return
        now, data = self.notes.clock(), message.content
        size, at = self._said.get(flow.id, (-1, now))
        if len(self._said) >= HELD:
            self._said.clear()
        self._said[flow.id] = (len(data), now)
        if message_counts(data, as_long_as_last=size == len(data), seconds_since=now - at):
            self.flowed(place_of(visit), counted_for(visit, snapshot), 1, floor=1)

    def follow(self, relay: Relayed, visit: Callable[[], Visit]) -> None:
        """Look at what is relayed unopened, now and then, until `leave`. `visit`: whose it is."""
        self._followed[id(relay)] = Followed(relay, visit, 0)

    def leave(self, relay: Relayed, snapshot: PolicySnapshot) -> None:
        found = self._followed.pop(id(relay), None)
        if found is not None:
            self._look_at(found, snapshot)

    def flowed(self, place: Place, keys: Iterable[str], count: int, *, floor: int) -> None:
        """So many bytes went by; it is use from the floor on, to the end of that minute."""
        now = self.notes.clock()
        flow = self._flows.get(place)
        if flow is None or now - flow.since >= MINUTE:
            if len(self._flows) >= HELD:
                self._flows.clear()
                self._noted.clear()
            flow = self._flows[place] = Flow(now)
        flow.bytes += count
        if flow.bytes >= floor and now - self._noted.get(place, -MINUTE) >= AGAIN_SECONDS:
            self._noted[place] = now
            self.notes.note(place[0], place[1], keys)

    def look_at_relays(self, snapshot: PolicySnapshot) -> None:
        for key, found in list(self._followed.items()):
            self._followed[key] = self._look_at(found, snapshot)

    def _look_at(self, found: Followed, snapshot: PolicySnapshot) -> Followed:
        moved = found.relay.bytes
        visit = found.visit()
        if moved > found.seen and (keys := counted_for(visit, snapshot)):
            self.flowed(place_of(visit), keys, moved - found.seen, floor=FLOOR_BYTES)
        return found._replace(seen=moved)


class Meter:
    """For `response.stream`: counts what flows, and hands it on as it came."""

    __slots__ = ("_floor", "_keys", "_place", "_usage")

    def __init__(self, usage: Usage, place: Place, keys: Iterable[str], floor: int) -> None:
        self._usage, self._place, self._keys, self._floor = usage, place, keys, floor

    def __call__(self, chunk: bytes) -> bytes:
        if chunk:
            self._usage.flowed(self._place, self._keys, len(chunk), floor=self._floor)
        return chunk


def place_of(visit: Visit) -> Place:
    return visit.child or "", visit.device or "", visit.url.host


def with_minutes(visit: Visit, usage: Usage) -> Visit:
    """The visit, with what its child has used today."""
    minutes = usage.left.of(visit.child, visit.at)
    if minutes == visit.facts.minutes:
        return visit
    return replace(visit, facts=replace(visit.facts, minutes=minutes))
