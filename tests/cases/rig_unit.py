"""The rig `unit`: the decision alone, without a network.

A case that says it needs no more than a function call is played through the proxy all the same, and
`decide` must say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kidgate.content.lookalike import with_lookalikes
from kidgate.documents.policy_file import load_builtin
from kidgate.policies.compile import compile_snapshot
from kidgate.policies.decide import decide
from kidgate.policies.model import ASKED, Asked, Hit, Verdict, Visit
from kidgate.policies.names import parents, parse_url
from kidgate.policies.snapshot import PolicySnapshot
from tests.cases.results import FAILED, NOT_COVERED, Result
from tests.cases.stage import Stage
from tests.cases.world import Case, World, at


@dataclass(frozen=True, slots=True)
class Categories:
    """The world's categories as an index, straight from its words."""

    world: World

    def find(self, host: str, target: str = "", asked: Asked = ASKED) -> tuple[Hit, ...]:
        names = parents(host)
        return tuple(
            Hit(category, category, entry)
            for category, hosts in self.world.data["categories"].items()
            for entry in hosts
            if entry in names and " " not in entry
        )

    def may_depend_on_url(self, host: str) -> bool:
        return False


def merged(results: Iterable[Result], stage: Stage) -> Iterator[Result]:
    """Results of the proxy; where the case is a unit one, `decide` alone is asked too."""
    snapshot: PolicySnapshot | None = None
    for result in results:
        case = result.case
        if case.rig == "unit" and "url" in case.client and result.status != NOT_COVERED:
            snapshot = snapshot or snapshot_of(stage)
            if fault := fault_of(case, snapshot, stage):
                result.status = FAILED
                result.why.append(fault)
            result.note = f"{result.note} + decide"
        yield result


def snapshot_of(stage: Stage) -> PolicySnapshot:
    tiers, services, builtin = load_builtin()
    snapshot = compile_snapshot(stage.rows({}), builtin, tiers=tiers, services=services, id="rig")
    return with_lookalikes(snapshot).with_index(Categories(stage.world))


def fault_of(case: Case, snapshot: PolicySnapshot, stage: Stage) -> str:
    """What `decide` says wrongly; empty when it is right."""
    device = snapshot.device_at(stage.world.address_of(case.device))
    now = at(case.world.get("now", stage.world.now))
    visit = Visit(
        parse_url(case.client["url"]),
        now,
        device.of if device else None,
        device.key if device else None,
    )
    decision = decide(visit, snapshot)
    if decision.stops:
        right = decision.verdict is Verdict.BLOCK and bool(case.accepted & {"block", "hold"})
        said = f"{decision.verdict} {decision.reason}"
    else:
        right = "allow" in case.accepted or (
            "rewrite" in case.accepted and decision.rewrite is not None
        )
        said = "allow, rewritten" if decision.rewrite else "allow"
    return "" if right else f"decide says {said}, wanted {' or '.join(sorted(case.accepted))}"
