"""Faults across the socket: the same exception at the caller as in the keeper, by name."""

from __future__ import annotations

from typing import Any

from kidgate.keeper.commands import UnknownCommand
from kidgate.keeper.feed_rows import BadFeed
from kidgate.keeper.feeds import BuildFailed
from kidgate.keeper.journaling import Refused
from kidgate.keeper.telling.channels import BadChannel
from kidgate.policies.compile import PolicyFault, PolicyFaults
from kidgate.policies.edits import EditFault
from kidgate.policies.people import PeopleFault
from kidgate.store.changing import Conflict
from kidgate.store.faults import DatabaseFault

PLAIN: dict[str, type[Exception]] = {
    kind.__name__: kind
    for kind in (
        Conflict,
        UnknownCommand,
        BadChannel,
        BadFeed,
        BuildFailed,
        EditFault,
        PeopleFault,
        Refused,
        ValueError,
    )
}


class KeeperFault(RuntimeError):
    """The keeper failed in a way that has no name here; its log says more."""


def to_json(fault: Exception) -> dict[str, Any]:
    match fault:
        case PolicyFaults():
            found = [[f.place, f.message] for f in fault.faults]
            return {"kind": "PolicyFaults", "faults": found}
        case DatabaseFault():
            return {"kind": "DatabaseFault", "texts": [fault.message, fault.what_to_do]}
        case _:
            name = type(fault).__name__
            # A number that no database holds is the fault of what was given, as other values are.
            if name not in PLAIN and isinstance(fault, ValueError | OverflowError):
                name = ValueError.__name__
            return {"kind": name, "message": str(fault)}


def from_json(error: dict[str, Any]) -> Exception:
    match error.get("kind"):
        case "PolicyFaults":
            return PolicyFaults(PolicyFault(place, said) for place, said in error["faults"])
        case "DatabaseFault":
            return DatabaseFault(*error["texts"])
        case kind if kind in PLAIN:
            return PLAIN[str(kind)](error["message"])
        case kind:
            return KeeperFault(f"{kind}: {error.get('message', '')}")
