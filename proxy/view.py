"""The policy and the index as a worker has them now, for whoever explains a visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from kidgate.content.lookalike import with_lookalikes
from kidgate.documents.home import Home
from kidgate.lists.faults import IndexFault
from kidgate.lists.index import open_index
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.snapshot_file import load_snapshot
from kidgate.proxy.first_seen import FirstSeen
from kidgate.proxy.time_used.left import Left


def worker_snapshot(home: Home, web_ports: Iterable[int] = ()) -> tuple[PolicySnapshot, str]:
    """The snapshot, and what is wrong with the index (empty: it is sound); without a sound index it
    is what a worker has without one. Raises FileNotFoundError before the first policy."""
    first_seen = FirstSeen(home.first_seen)
    first_seen.file.look()
    snapshot = with_lookalikes(load_snapshot(home.snapshot.read_bytes()).compile())
    snapshot = snapshot.with_memory(first_seen).with_web(web_ports)
    try:
        return snapshot.with_index(open_index(home.index)), ""
    except IndexFault as fault:
        return snapshot.with_index(None), str(fault)


def minutes_of(home: Home, child: str | None, at: datetime) -> Mapping[str, float]:
    """What a child has used on the day of a moment, for `Facts.minutes`; nothing is known of other
    days than today."""
    return Left(home.minutes).of(child, at)
