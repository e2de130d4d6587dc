"""The whole export: zones into a folder named by their contents, then the one file that names them.

A crash at any moment leaves the old file with the old zones in force.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kidgate.lists.index import CategoryIndex
from kidgate.policies.snapshot_file import Document
from kidgate.proxy.dns.export import apart
from kidgate.proxy.dns.export.audience import (
    BLOCK,
    OPEN,
    Audience,
    audience_of,
    tier_of_address,
)
from kidgate.proxy.dns.export.limits import CANNOT, LeftOut
from kidgate.proxy.dns.export.listed import Lists, exempted
from kidgate.proxy.dns.export.unbound import Clause, Clients, fragment
from kidgate.proxy.dns.export.zones import NO_DATA, NO_SUCH_NAME, PASS, Zone, blocked, tree
from kidgate.proxy.dns.local import CANARIES, EMPTY, SPECIAL
from kidgate.proxy.dns.settings import DnsSettings

CONF = "kidgate-unbound.conf"
PART = ".zones.part"
ZONES = "zones-"
MODE = 0o755  # unbound runs as a user of its own


@dataclass(frozen=True, slots=True)
class Source:
    """What is written out. `never_block`: hosts that are said apart from all lists."""

    document: Document
    index: CategoryIndex
    feeds: Path
    never_block: Iterable[str]
    settings: DnsSettings
    at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    conf: Path
    version: str
    zones: tuple[tuple[Clause, int], ...]  # with how many names each has
    clients: Clients
    left_out: Mapping[str, int]


@dataclass
class _Files:
    """Zones that are open for writing, by key."""

    folder: Path
    settings: DnsSettings
    tiers: tuple[str, ...]
    stack: ExitStack
    zones: dict[str, tuple[Zone, tuple[str, ...], str]] = field(default_factory=dict)

    def open(self, key: str, tiers: tuple[str, ...], about: str) -> Zone:
        if key not in self.zones:
            head = (about, *(f"- {line}" for line in CANNOT))
            stops = blocked(self.settings)
            zone = Zone(self.folder, key, head, self.settings.blocked_ttl, stops)
            self.stack.callback(zone.close)
            self.zones[key] = (zone, tiers, about)
        return self.zones[key][0]

    def of_mask(self, kind: str, mask: int, about: str) -> Zone:
        tiers = tuple(key for number, key in enumerate(self.tiers) if mask >> number & 1)
        return self.open(f"{kind}-{mask:x}", tiers, f"{about} {', '.join(tiers)}.")


def write_out(source: Source, out: Path) -> Written:
    """Write everything to a folder. Raises NamesFault, IndexFault, OSError, PolicyFaults."""
    left_out = LeftOut()
    audience = audience_of(
        source.document, source.at, left_out, last_stage=source.settings.last_stage
    )
    audience = _with_index(audience, source.index)
    original = source.document.compile()
    devices = tier_of_address(original, source.document.rows, source.at, left_out)
    keys = tuple(row.key for row in audience.tiers)
    clients = Clients(keys, devices, original.settings.unknown_tier)
    out.mkdir(parents=True, exist_ok=True)
    part = out / PART
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(MODE)
    with ExitStack() as stack:
        files = _Files(part, source.settings, keys, stack)
        _write_zones(files, audience, source, left_out)
    for zone, _, _ in files.zones.values():
        left_out.add("names too long for a zone", zone.too_long)
    folder = _in_place(part, out)
    clauses = _in_order(files, folder)
    own = dict.fromkeys(sorted(original.own_names), source.settings.page_addresses)
    ttl = source.settings.blocked_ttl
    allowed = original.private_allowed
    version = source.document.version
    text = fragment(version, clients, [c for c, _ in clauses], own, allowed, left_out, ttl)
    conf = out / CONF
    _replace(conf, text)
    for old in out.glob(f"{ZONES}*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    return Written(conf, version, clauses, clients, left_out.counts)


def _with_index(audience: Audience, index: CategoryIndex) -> Audience:
    snapshot = audience.snapshot.with_index(index)
    return Audience(snapshot, audience.tiers, audience.at, audience.last_stage)


def _write_zones(files: _Files, audience: Audience, source: Source, left_out: LeftOut) -> None:
    own = audience.snapshot.own_names
    _write_fixed(files.open("fixed", (), "Names that nobody outside is asked for."), own)
    roots = apart.roots(audience.snapshot, source.never_block) - own
    roots |= exempted(source.index, source.feeds)
    lists = Lists(audience, source.index, source.feeds, roots)
    for closed in lists.walk(left_out):
        if closed.stopped:
            zone = files.of_mask("listed", closed.stopped, "Names of lists, closed to")
            zone.add(closed.owner, BLOCK)
        if closed.opened:
            zone = files.of_mask("chosen", closed.opened, "Names of lists, open to")
            zone.add(closed.owner, OPEN)
    answered = apart.Apart(audience, source.index, roots).answered(lists.apart)
    for number, key in enumerate(files.tiers):
        zone = files.open(f"tier-{key}", (key,), f"Tier {key}.")
        for name, here, below in apart.of_tier(answered, number):
            zone.add(name, here)
            zone.add(f"*.{name}", below)
    if lists.unknown:
        files.of_mask("all", lists.unknown, "Whatever was not named: closed to").add("*", BLOCK)


def _write_fixed(zone: Zone, own: Iterable[str]) -> None:
    for name in sorted(CANARIES):
        zone.write(name, [NO_SUCH_NAME])
    for name in sorted(EMPTY):
        for owner in tree(name):
            zone.write(owner, [NO_DATA])
    for name in sorted(SPECIAL):
        for owner in tree(name):
            zone.write(owner, [NO_SUCH_NAME])
    for name in sorted(own):
        zone.write(name, [PASS])  # answered by unbound.conf itself


def _in_order(files: _Files, folder: Path) -> tuple[tuple[Clause, int], ...]:
    """The first zone that knows a name answers: what stands apart before lists, stops before what
    is open, and the default last."""
    found: list[tuple[Clause, int]] = []
    for kind in ("fixed", "tier-", "listed-", "chosen-", "all-"):
        for key in sorted(files.zones):
            zone, tiers, about = files.zones[key]
            if key.startswith(kind):
                place = folder / zone.path.name
                found.append((Clause(zone.name, place, tiers, about), zone.names))
    return tuple(found)


def _in_place(part: Path, out: Path) -> Path:
    digest = hashlib.sha256()
    for path in sorted(part.iterdir()):
        digest.update(path.name.encode())
        for chunk in _chunks(path):
            digest.update(chunk)
    folder = out / f"{ZONES}{digest.hexdigest()[:16]}"
    if folder.exists():
        shutil.rmtree(part)
    else:
        part.rename(folder)
    return folder.absolute()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk
        os.fsync(file.fileno())


def _replace(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
