"""What is wrong with a gateway, and what to do: each part looked at by one short function.

A part yields findings; nothing here changes anything, and no fault of one part hides another.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kidgate.documents.spool import waiting
from kidgate.proxy.health_file import SILENT_SECONDS, alive, read_health

if TYPE_CHECKING:
    from kidgate.console.app import App

LOW_DISK_BYTES = 200 * 1024 * 1024
CA_WARNING = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `advice` says what to do when it is not well."""

    part: str
    well: bool
    what: str
    advice: str = ""


def gateway(app: App) -> Iterator[Finding]:
    """The processes, as the supervisor last saw them."""
    document = read_health(app.home.health)
    if document is None:
        yield Finding("gateway", False, "is not running", "start it with kidgate up")
        return
    age = (datetime.now(UTC) - datetime.fromisoformat(document["at"])).total_seconds()
    if not alive(document["pid"]):
        yield Finding("gateway", False, "ended without a word", "start it with kidgate up")
        return
    if age > SILENT_SECONDS:
        what = f"has said nothing for {age:.0f} s"
        yield Finding("gateway", False, what, "look at its log, and start it again")
    else:
        yield Finding("gateway", True, "listens on " + ", ".join(document["listening"]))
    if document["index_fault"]:
        yield Finding("gateway", False, document["index_fault"], "import the feeds again")
    yield from _process("keeper", document["keeper"])
    if fault := document.get("dashboard_fault"):
        advice = "give it another place under `dashboard` in config.yaml; children are protected"
        yield Finding("dashboard", False, fault, advice)
    if document.get("dashboard") is not None:
        yield from _process("dashboard", document["dashboard"])
    for number, worker in enumerate(document["workers"]):
        yield from _process(f"worker {number}", worker)


def _process(name: str, seen: dict[str, Any]) -> Iterator[Finding]:
    if not seen["alive"] or not seen["ready"]:
        what = seen["fault"] or "is not ready"
        yield Finding(name, False, what, "look at the gateway's log")
        return
    if seen["silent_seconds"] > SILENT_SECONDS:
        yield Finding(name, False, f"is silent for {seen['silent_seconds']} s", "it is restarted")
    for key, advice in _ADVICE.items():
        if seen.get(key):
            yield Finding(name, False, seen[key], advice)
    if seen.get("keeper") is False:
        yield Finding(name, False, "does not reach the keeper", "look at the gateway's log")
    if dropped := seen.get("journal", {}).get("dropped"):
        yield Finding(name, False, f"lost {dropped} journal entries", "free space on the disk")
    if faults := seen.get("faults"):
        what = f"blocked {faults} visits because of faults, last: {seen.get('last_fault', '')}"
        yield Finding(name, False, what, "look at the gateway's log, and report it")
    restarts = f", restarted {seen['restarts']} times" if seen["restarts"] else ""
    policy = f", policy {seen['policy']}" if seen.get("policy") else ""
    yield Finding(name, True, f"runs as {seen['pid']}{policy}{restarts}")


_ADVICE = {
    "journal_fault": "entries wait in the spool meanwhile; see what is said of the database",
    "index_fault": "import the feeds again",
    "resolver_fault": "blocked sites stay blocked; look at the router and its line",
    "filter_fault": "run kidgate gateway install as root",
    "tunnel_fault": "free its port, or give `wireguard://` in config.yaml another",
    "policy_fault": "the old policy stays in force; see kidgate policy lint",
}


def keeper_answers(app: App) -> Iterator[Finding]:
    """Whether the keeper does what it is asked."""
    from kidgate.keeper.client import ask

    try:
        ask(app.home, "ping", {})
    except (FileNotFoundError, ConnectionRefusedError):
        return  # none runs: said of the gateway
    except (OSError, RuntimeError) as fault:
        yield Finding("keeper", False, str(fault), "stop the gateway and start it again")


def database(app: App) -> Iterator[Finding]:
    from kidgate.store.faults import DatabaseFault

    if not app.home.root.is_dir():
        yield Finding("home", False, f"there is no folder `{app.home.root}`", "run kidgate setup")
        return
    try:
        found = app.database.integrity_check()
        version = app.read()[1]
    except DatabaseFault as fault:
        yield Finding("database", False, fault.message, fault.what_to_do)
        return
    for line in found:
        advice = "restore a backup with kidgate restore FILE"
        yield Finding("database", False, line, advice)
    if not found:
        yield Finding("database", True, f"{app.database.place}, policy version {version}")
    yield from _in_force(app, version)


def _in_force(app: App, version: int) -> Iterator[Finding]:
    from kidgate.policies.compile import PolicyFaults
    from kidgate.policies.snapshot_file import SnapshotFault, load_snapshot

    try:
        document = load_snapshot(app.home.snapshot.read_bytes())
        document.compile()
    except (OSError, SnapshotFault, PolicyFaults) as fault:
        yield Finding("policy", False, f"cannot be loaded: {fault}", "run kidgate setup")
        return
    if document.version != str(version):
        what = f"version {document.version} is compiled, but {version} is the newest"
        yield Finding("policy", False, what, "run kidgate setup, which compiles it again")
    else:
        yield Finding("policy", True, f"version {version} is compiled")


def index(app: App) -> Iterator[Finding]:
    from kidgate.lists.faults import IndexFault
    from kidgate.lists.index import open_index

    try:
        found = open_index(app.home.index)
    except IndexFault as fault:
        yield Finding("index", False, str(fault), "run kidgate feed rebuild")
        return
    yield Finding("index", True, f"{len(found)} entries of {len(found.feeds)} feeds")


def feeds(app: App) -> Iterator[Finding]:
    """Lists that are not fresh although they should be."""
    from kidgate.console.feeds import feeds_of
    from kidgate.store.faults import DatabaseFault
    from kidgate.store.freshness import freshness

    if not app.home.root.is_dir():
        return
    try:
        found = {name: freshness(row, app.now()) for name, row in feeds_of(app).items()}
    except DatabaseFault:
        return  # said of the database
    late = [name for name, state in found.items() if state in ("stale", "never")]
    if late:
        what = f"{len(late)} of {len(found)} are not up to date: {', '.join(late[:3])}"
        yield Finding("feeds", False, what, "see kidgate feed list")
    elif found:
        yield Finding("feeds", True, f"{len(found)} lists")


def disk(app: App) -> Iterator[Finding]:
    root = app.home.root
    if not root.is_dir():
        return
    free = shutil.disk_usage(root).free
    what = f"{free // 2**20} MB free in {root}"
    yield Finding("disk", free >= LOW_DISK_BYTES, what, "free some space")
    if fault := _write_fault(root):
        what = f"`{root}` cannot be written: {fault}"
        yield Finding("disk", False, what, "mount the disk writable")


def _write_fault(root: Path) -> str:
    """Tried, not asked: a disk that a fault made read-only still says that it may be written."""
    try:
        with tempfile.TemporaryFile(dir=root):
            return ""
    except OSError as fault:
        return fault.strerror or str(fault)


def spool(app: App) -> Iterator[Finding]:
    """Entries that wait are well while a keeper runs: it takes them in within seconds."""
    size = waiting(app.home.spool)
    if size:
        what = f"{size} bytes of journal entries wait for the keeper"
        yield Finding("spool", read_health(app.home.health) is not None, what, "start kidgate up")


def certificate(app: App) -> Iterator[Finding]:
    from cryptography import x509

    from kidgate.proxy.ca import PRIVATE, PUBLIC

    public, private = app.home.ca / PUBLIC, app.home.ca / PRIVATE
    try:
        found = x509.load_pem_x509_certificate(public.read_bytes())
        mode = private.stat().st_mode & 0o777
    except (OSError, ValueError) as fault:
        yield Finding("certificate", False, f"cannot be read: {fault}", "run kidgate setup")
        return
    if mode & 0o077:
        advice = f"run chmod 600 {private}"
        yield Finding("certificate", False, f"others may read its key (mode {mode:o})", advice)
    ends = found.not_valid_after_utc
    well = ends - app.now() > CA_WARNING
    yield Finding("certificate", well, f"is good until {ends:%Y-%m-%d}", "see docs on a new one")


def pictures(app: App) -> Iterator[Finding]:
    """Hash lists and a model that are there have to be usable: else nobody looks."""
    from kidgate.proxy.pictures.client import Pictures
    from kidgate.proxy.pictures.libraries import EXTRA, missing

    found = Pictures(app.home.images)
    if not found.active:
        return
    seen = found.health
    fault = seen["fault"]
    if lacking := missing(near=bool(seen["near"]), model=bool(seen["model"])):
        fault = fault or f"{EXTRA} (missing: {', '.join(lacking)})"
    what = f"{seen['exact']} SHA-256 and {seen['near']} PDQ hashes, model {seen['model'] or 'none'}"
    yield Finding("pictures", not fault, fault or what, "run kidgate images test")


PARTS = (gateway, keeper_answers, database, index, feeds, pictures, disk, spool, certificate)


def findings(app: App) -> list[Finding]:
    """Everything looked at, in order."""
    return [finding for part in PARTS for finding in part(app)]
