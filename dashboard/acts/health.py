"""Is all well: what is looked at, each with what to do when it is not.

`kidgate status` looks deeper (it reads the whole database); this answers at once.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.gate import Nothing, act
from kidgate.documents.feed_row import FeedRow
from kidgate.documents.spool import waiting
from kidgate.lists.index import CategoryIndex
from kidgate.policies.people import Need
from kidgate.proxy.ca import PUBLIC
from kidgate.proxy.health_file import SILENT_SECONDS, alive, read_health
from kidgate.store.feeds import all_feeds
from kidgate.store.freshness import freshness

LOW_DISK_BYTES = 200 * 1024 * 1024
CERTIFICATE_WARNING = timedelta(days=30)
FAULTS = (
    *("journal_fault", "index_fault", "policy_fault", "resolver_fault"),
    *("tunnel_fault", "filter_fault"),
)
MEGABYTE = 2**20


class Part(msgspec.Struct, frozen=True):
    """One thing looked at. `key` names its sentence, which `values` fill; `said` is what the
    program itself said, in English."""

    part: str  # gateway, keeper, worker 0, database, policy, lists, disk, spool, certificate
    well: bool
    key: str
    values: dict[str, str] = {}
    said: str = ""


class Health(msgspec.Struct, frozen=True):
    well: bool
    parts: tuple[Part, ...]


class ListState(msgspec.Struct, frozen=True):
    """A feed and how fresh it is: off, never, by hand, stale, failing, old, fresh."""

    name: str
    category: str
    state: str
    fresh_at: datetime | None
    fault: str


class Lists(msgspec.Struct, frozen=True):
    lists: tuple[ListState, ...]


@act("health.show", Need.SYSTEM)
def show(desk: Desk, actor: Actor, asked: Nothing) -> Health:
    """Processes, database, policy, lists, disk, spool and certificate."""
    looks = (_gateway, _database, _policy, _index, _feeds, _disk, _spool, _certificate, _backup)
    parts = tuple(part for look in looks for part in look(desk))
    return Health(all(part.well for part in parts), parts)


@act("health.lists", Need.SYSTEM)
def lists(desk: Desk, actor: Actor, asked: Nothing) -> Lists:
    """How fresh each list is; those that need a look come first."""
    order = ("stale", "never", "failing", "old", "fresh", "by hand", "off")
    found = [(freshness(row, desk.now()), row) for row in _all_feeds(desk)]
    found.sort(key=lambda pair: (order.index(pair[0]), pair[1].name))
    return Lists(
        tuple(
            ListState(
                row.name, row.category, state, row.checked_at or row.imported_at, row.fault_reason
            )
            for state, row in found
        )
    )


def _gateway(desk: Desk) -> Iterator[Part]:
    document = read_health(desk.home.health)
    if document is None or not alive(document["pid"]):
        yield Part("gateway", False, "gateway_off")
        return
    age = (datetime.now(UTC) - datetime.fromisoformat(document["at"])).total_seconds()
    if age > SILENT_SECONDS:
        yield Part("gateway", False, "gateway_silent", {"seconds": f"{age:.0f}"})
    else:
        listening = ", ".join(document["listening"])
        yield Part("gateway", True, "gateway_on", {"listening": listening})
    if fault := document.get("index_fault"):
        yield Part("gateway", False, "index_fault", said=fault)
    if fault := document.get("dashboard_fault"):
        yield Part("dashboard", False, "process_fault", said=fault)
    named = [("keeper", document["keeper"]), ("dashboard", document.get("dashboard"))]
    named += [(f"worker {number}", one) for number, one in enumerate(document["workers"], 1)]
    for name, seen in named:
        if seen is not None:
            yield from _process(name, seen)


def _process(name: str, seen: dict[str, Any]) -> Iterator[Part]:
    if not seen["alive"] or not seen["ready"]:
        yield Part(name, False, "process_off", said=seen["fault"] or "")
        return
    if seen["silent_seconds"] > SILENT_SECONDS:
        yield Part(name, False, "process_silent", {"seconds": f"{seen['silent_seconds']:.0f}"})
    for key in FAULTS:
        if seen.get(key):
            yield Part(name, False, key, said=seen[key])
    if seen.get("keeper") is False:
        yield Part(name, False, "keeper_away")
    if dropped := seen.get("journal", {}).get("dropped"):
        yield Part(name, False, "dropped", {"number": str(dropped)})
    if faults := seen.get("faults"):
        last = str(seen.get("last_fault", ""))
        yield Part(name, False, "faults", {"number": str(faults)}, last)
    values = {"pid": str(seen["pid"]), "restarts": str(seen["restarts"])}
    yield Part(name, True, "process_on", values)


def _database(desk: Desk) -> Iterator[Part]:
    """That it answers: a look that fails is a fault of the whole page, and says what to do."""
    size = desk.home.database.stat().st_size if desk.home.database.is_file() else 0
    version = desk.read()[1]
    values = {"version": str(version), "size": str(max(size // MEGABYTE, 1))}
    yield Part("database", True, "database", values)


def _policy(desk: Desk) -> Iterator[Part]:
    version = str(desk.read()[1])
    values = {"version": version, "compiled": desk.snapshot().id}
    well = values["compiled"] == version
    yield Part("policy", well, "policy" if well else "policy_old", values)


def _index(desk: Desk) -> Iterator[Part]:
    found = desk.snapshot().index
    if isinstance(found, CategoryIndex):
        values = {"entries": str(len(found)), "lists": str(len(found.feeds))}
        yield Part("lists", True, "index", values)
    else:
        yield Part("lists", False, "index_lost")


def _feeds(desk: Desk) -> Iterator[Part]:
    late = [r.name for r in _all_feeds(desk) if freshness(r, desk.now()) in ("stale", "never")]
    if late:
        values = {"number": str(len(late)), "names": ", ".join(late[:3])}
        yield Part("lists", False, "feeds_late", values)


def _all_feeds(desk: Desk) -> list[FeedRow]:
    with desk.database.reading() as session:
        return list(all_feeds(session))


def _disk(desk: Desk) -> Iterator[Part]:
    usage = shutil.disk_usage(desk.home.root)
    values = {"free": str(usage.free // MEGABYTE), "total": str(usage.total // MEGABYTE)}
    well = usage.free >= LOW_DISK_BYTES
    yield Part("disk", well, "disk" if well else "disk_low", values)


def _spool(desk: Desk) -> Iterator[Part]:
    """Entries that wait are well while a keeper runs: it takes them in within seconds."""
    size = waiting(desk.home.spool)
    if size:
        well = read_health(desk.home.health) is not None
        yield Part("spool", well, "spool", {"bytes": str(size)})


def _certificate(desk: Desk) -> Iterator[Part]:
    from cryptography import x509

    path = desk.home.ca / PUBLIC
    if not path.is_file():
        yield Part("certificate", False, "certificate_none")
        return
    try:
        ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as fault:
        yield Part("certificate", False, "certificate_fault", said=str(fault))
        return
    well = ends - desk.now() > CERTIFICATE_WARNING
    key = "certificate" if well else "certificate_ends"
    yield Part("certificate", well, key, {"day": f"{ends:%Y-%m-%d}"})


def _backup(desk: Desk) -> Iterator[Part]:
    """When `kidgate backup` last wrote one; nobody knows where it lies, or whether it is there."""
    at = last_backup(desk)
    if at is None:
        yield Part("backup", True, "backup_none")
        return
    days = max((desk.now() - at).days, 0)
    yield Part("backup", True, "backup", {"days": str(days)})


def last_backup(desk: Desk) -> datetime | None:
    try:
        return datetime.fromtimestamp(desk.home.backup_mark.stat().st_mtime, UTC)
    except OSError:
        return None
