"""The heart of a worker: who asks, what the policy says, and that it was written down.

The stages (`arrival`, `hello`, `requests`, `responses`) each make a Visit, call `judge`, and turn
the Decision into an answer. The snapshot is one attribute, swapped by one assignment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from kidgate.lists.sources import with_line
from kidgate.policies.decide import decide
from kidgate.policies.journal import entry_of
from kidgate.policies.model import Decision, JournalLevel, Reason, Source, Verdict, Visit
from kidgate.policies.rows import DeviceRow
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.proxy.limits import Limits
from kidgate.proxy.pages import Pages
from kidgate.proxy.passes import Passes
from kidgate.proxy.peers import Peer, Peers
from kidgate.proxy.recorder import Recorder
from kidgate.proxy.resolver import Resolver


@dataclass(slots=True)
class Tally:
    """What a worker did since its start."""

    visits: int = 0
    stopped: int = 0
    faults: int = 0
    last_fault: str = ""


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
    tally: Tally = field(default_factory=Tally)
    open_visits: dict[str, tuple[Peer, Visit]] = field(default_factory=dict)

    def device_of(self, peer: Peer) -> DeviceRow | None:
        return peer.device(self.snapshot)

    def judge(self, visit: Visit) -> Decision:
        self.tally.visits += 1
        return decide(visit, self.snapshot)

    async def write_down(
        self, visit: Visit, decision: Decision, peer: Peer
    ) -> tuple[Decision, str]:
        """Journal a stop or a watched visit; the decision with its list line, and the entry's
        id."""
        decision = replace(decision, source=with_line(decision.source, self.feeds))
        level = self.snapshot.tier_of(visit.child, visit.at).row.journal
        if self.snapshot.site(visit.url.host).harbour:
            level = JournalLevel.NOTHING  # whom a child turned to for help stays with the child
        entry = entry_of(visit, decision, level, id=self.recorder.next_id(), address=peer.address)
        await self.recorder.record(entry)
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
            if decide(replace(visit, at=at), self.snapshot).verdict in (Verdict.BLOCK, Verdict.ASK):
                self.open_visits.pop(key, None)
                peer.handler.cut()
