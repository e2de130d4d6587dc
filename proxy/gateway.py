"""The heart of a worker: who asks, what the policy says, and that it was written down.

The stages (`arrival`, `hello`, `requests`, `responses`) each make a Visit, call `judge`, and turn
the Decision into an answer. The snapshot is one attribute, swapped by one assignment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from kidgate.lists.sources import with_line
from kidgate.policies.decide import decide
from kidgate.policies.destinations import within
from kidgate.policies.journal import entry_of
from kidgate.policies.model import (
    Decision,
    JournalLevel,
    Reason,
    Source,
    Stage,
    Verdict,
    Visit,
)
from kidgate.policies.names import is_address
from kidgate.policies.rows import DeviceRow
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.tunnels import ELSEWHERE, UNASKED
from kidgate.proxy.content.analysers import Analysers
from kidgate.proxy.content.kept import Kept
from kidgate.proxy.coverage import Coverage
from kidgate.proxy.dns.given import Given
from kidgate.proxy.first_seen import FirstSeen
from kidgate.proxy.limits import Limits
from kidgate.proxy.pages import Pages
from kidgate.proxy.passes import Passes
from kidgate.proxy.peers import Peer, Peers
from kidgate.proxy.pinned.learned import Pinned
from kidgate.proxy.recorder import Recorder
from kidgate.proxy.resolver import Resolver
from kidgate.proxy.usage import Usage, with_minutes
from kidgate.proxy.visits import asked_by, resolved
from kidgate.proxy.who.known import Who


@dataclass(slots=True)
class Tally:
    """What a worker did since its start."""

    visits: int = 0
    stopped: int = 0
    faults: int = 0
    last_fault: str = ""


class Stopped(NamedTuple):
    """What did not go through, as the journal has it."""

    visit: Visit
    decision: Decision
    entry_id: str


@dataclass(slots=True)
class Gateway:
    snapshot: PolicySnapshot
    recorder: Recorder
    resolver: Resolver
    pages: Pages
    passes: Passes
    peers: Peers
    limits: Limits
    feeds: Path
    require_login: bool
    now: Callable[[], datetime]
    who: Who = field(default_factory=Who)
    pinned: Pinned = field(default_factory=Pinned)
    first_seen: FirstSeen = field(default_factory=FirstSeen)
    usage: Usage = field(default_factory=Usage)
    given: Given | None = None  # None: the house asks others for names
    explicit: tuple[tuple[str, int], ...] = ()  # where the explicit proxy listens
    tally: Tally = field(default_factory=Tally)
    coverage: Coverage = field(default_factory=Coverage)
    analysers: Analysers = field(default_factory=Analysers)
    kept: Kept = field(default_factory=Kept)  # what browsers may go on showing
    held: set[str] = field(default_factory=set)  # flows whose body waits to be judged
    large: set[str] = field(default_factory=set)  # of these, large pictures
    open_visits: dict[str, tuple[Peer, Visit]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def device_of(self, peer: Peer) -> DeviceRow | None:
        """Who asks; on a shared device, whoever signed in there."""
        if not (peer.mac or peer.login or peer.key):
            peer.mac = self.who.mac_of(peer.address)
        device = peer.device(self.snapshot)
        if device is None:
            self.who.strangers.note(peer.address, peer.mac, peer.way)
            return None
        return device if device.of else self._signed_in(device)

    def _signed_in(self, device: DeviceRow) -> DeviceRow:
        child = self.who.sessions.child_on(device.key, self.now())
        return replace(device, of=child) if child in self.snapshot.profiles else device

    def stray(self, peer: Peer, host: str) -> str:
        """The way around of a connection that was headed where our DNS did not send it; empty: none
        is known. Where a name was asked of the proxy, the proxy asks for the address."""
        if self.given is None or not peer.target:
            return ""
        if peer.elsewhere:
            return ELSEWHERE
        return UNASKED if is_address(host) and not self.given.holds(host) else ""

    def look_where(self, peer: Peer, addresses: tuple[str, ...]) -> None:
        """Note whether a connection was headed for none of the addresses of the name it gives."""
        if self.given is None or not peer.target or is_address(peer.host) or not addresses:
            return
        known = peer.target in addresses or self.given.holds(peer.target)
        peer.elsewhere = not known and not within(peer.target, self.snapshot.own_networks)

    def judge(self, visit: Visit) -> Decision:
        self.tally.visits += 1
        decision = decide(with_minutes(visit, self.usage), self.snapshot)
        if decision.new_here:
            self.first_seen.note(decision.new_here)
        return decision

    async def judge_resolved(self, visit: Visit) -> tuple[Visit, Decision]:
        """The verdict with the addresses that will be dialled. Blocked by its name alone, a host
        is not even looked up; one that stays closed is dialled where its search is safe."""
        addresses = self.resolver.known(visit.url.host)
        if addresses is None:
            decision = self.judge(visit)
            if decision.verdict is Verdict.BLOCK:
                return visit, decision
            addresses = await self.resolver.resolve(visit.url.host)
        visit = resolved(visit, addresses)
        decision = self.judge(visit)
        if decision.resolve_as and not decision.decrypt:
            visit = resolved(visit, await self.resolver.resolve(decision.resolve_as))
            decision = self.judge(visit)
        return visit, decision

    async def write_down(
        self, visit: Visit, decision: Decision, peer: Peer
    ) -> tuple[Decision, str]:
        """Journal a stop or a watched visit; the decision with its list line, and the entry's
        id. A question for a name is answered without a page, and so without a commit."""
        decision = replace(decision, source=with_line(decision.source, self.feeds))
        level = self.snapshot.tier_of(visit.child, visit.at).row.journal
        if self.snapshot.site(visit.url.host).harbour:
            level = JournalLevel.NOTHING  # whom a child turned to for help stays with the child
        if visit.facts.personal_data:
            visit = self.analysers.masked(visit, self.snapshot)
        entry = entry_of(visit, decision, level, id=self.recorder.next_id(), address=peer.address)
        keep = self.recorder.note if visit.stage is Stage.DNS else self.recorder.record
        await keep(entry)
        return decision, entry.id

    async def write(self, visit: Visit, decision: Decision, peer: Peer) -> None:
        """Journal what needs no page: a watched visit, a connection that is closed unread."""
        await self.write_down(visit, decision, peer)

    async def stop(self, visit: Visit, decision: Decision, peer: Peer) -> tuple[Decision, str]:
        """Journal what does not go through; undecided at its last stage is a block."""
        self.tally.stopped += 1
        if decision.verdict is Verdict.UNDECIDED:
            decision = replace(decision, verdict=Verdict.BLOCK)
        return await self.write_down(visit, decision, peer)

    async def cut(self, visit: Visit, decision: Decision, peer: Peer) -> None:
        """Stop what no page fits into: once it is written down, the connection ends."""
        await self.stop(visit, decision, peer)
        if peer.handler is not None:
            peer.handler.cut()

    def soon(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside what is going on, to its end."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def fault(self, visit: Visit, what: str) -> Decision:
        """The decision for anything that went wrong inside: a block (DESIGN 3)."""
        self.tally.faults += 1
        self.tally.last_fault = what
        return Decision(
            Verdict.BLOCK,
            Reason.INTERNAL_ERROR,
            Source("gateway", "fault", what),
            snapshot_id=self.snapshot.id,
            tier=self.snapshot.tier_of(visit.child, visit.at).row.key,
        )

    def recheck(self) -> None:
        """Cut what is under way and no longer allowed: bedtime came, a pause, a new rule."""
        at = self.now()
        for key, (peer, visit) in list(self.open_visits.items()):
            visit = with_minutes(asked_by(visit, self.device_of(peer), at), self.usage)
            decision = decide(visit, self.snapshot)
            if not _may_go_on(visit, decision):
                self.open_visits.pop(key, None)
                peer.handler.cut()


def _may_go_on(visit: Visit, decision: Decision) -> bool:
    """What was let through unopened has no later stage: it goes on only as that."""
    if visit.stage is Stage.HELLO:
        return decision.verdict is Verdict.ALLOW and not decision.decrypt
    return decision.verdict not in (Verdict.BLOCK, Verdict.ASK)
