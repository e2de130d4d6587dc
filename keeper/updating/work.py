"""Update one feed: fetch, prove, read, judge. What comes out changes nothing yet."""

from __future__ import annotations

import secrets
import shutil
import ssl
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kidgate.documents.feed_data import BUILTIN, Guards, load_guards
from kidgate.documents.feed_row import REFERENCE, FeedRow
from kidgate.documents.home import Home
from kidgate.keeper.updating.outcome import Outcome, Result
from kidgate.lists.faults import BuildFault, ImportRefused, IndexFault, NamesFault, Refusal
from kidgate.lists.fetching.addresses import networks
from kidgate.lists.fetching.faults import FetchFailed, Trouble
from kidgate.lists.fetching.http import FetchLimits
from kidgate.lists.fetching.obtain import Obtained, Origin, Way, obtain
from kidgate.lists.importing import import_feed
from kidgate.lists.index import CategoryIndex, open_index
from kidgate.lists.judging import Doubtful, Known, judge
from kidgate.lists.names_file import NamesFile, write_names
from kidgate.lists.overrides import ADDRESS
from kidgate.lists.replacing import replacing
from kidgate.lists.report import Report
from kidgate.lists.streams import Progress

Say = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is, and how much it is in all (0: unknown)."""

_NOT_BELIEVED = (
    Trouble.REDIRECT,
    Trouble.PRIVATE_ADDRESS,
    Trouble.TOO_LARGE,
    Trouble.ENCODING,
    Trouble.CHECKSUM,
    Trouble.SIGNATURE,
)
_OUR_FAULT = (Refusal.UNREADABLE, Refusal.UNWRITABLE, Refusal.MISSING_EXTRA)


@dataclass
class Workshop:
    """What updates have in common."""

    home: Home
    trust: ssl.SSLContext
    references: dict[str, Path] = field(default_factory=dict)  # names files of reference lists
    limits: FetchLimits = field(default_factory=FetchLimits)
    guards: Guards = field(default_factory=load_guards)

    def ranked(self, count: int) -> list[str]:
        """The first hosts of every reference list: the line of a name is its rank."""
        return [host for path in self.references.values() for host in _first(path, count)]

    def names_of(self, row: FeedRow) -> Path:
        return self.home.feeds / f"{row.name}.names"

    def index(self) -> CategoryIndex | None:
        """The one in force; None when there is none to ask."""
        try:
            return open_index(self.home.index)
        except (IndexFault, OSError):
            return None


def _first(path: Path, count: int) -> Iterator[str]:
    if count:
        with suppress(NamesFault), NamesFile(path) as file:
            yield from (listed.key for listed in file if listed.line <= count)


def references(home: Home, rows: Iterable[FeedRow]) -> dict[str, Path]:
    """The names files of the reference lists that are in force, by feed."""
    return {
        row.name: home.feeds / f"{row.name}.names"
        for row in rows
        if row.kind == REFERENCE and row.enabled and row.imported_at is not None
    }


def update(shop: Workshop, row: FeedRow, say: Say) -> Outcome:
    """Never raises for what a list, a server or a disk does."""
    try:
        with _scratch(shop.home) as folder:
            return _update(shop, row, folder, say)
    except FetchFailed as fault:
        result = Result.REFUSED if fault.reason in _NOT_BELIEVED else Result.FAILED
        wait = fault.retry_after or 0.0
        return Outcome(row.name, result, fault.reason, str(fault), fault.passing, wait)
    except ImportRefused as fault:
        ours = fault.reason in _OUR_FAULT
        result = Result.FAILED if ours else Result.REFUSED
        return Outcome(row.name, result, fault.reason, str(fault), passing=ours)
    except Doubtful as fault:
        return Outcome(row.name, Result.REFUSED, fault.reason, str(fault))
    except (NamesFault, BuildFault, OSError) as fault:
        said = f"the feed could not be stored ({fault}): check the disk and its room"
        return Outcome(row.name, Result.FAILED, Refusal.UNWRITABLE, said, passing=True)


def _update(shop: Workshop, row: FeedRow, folder: Path, say: Say) -> Outcome:
    origin = _origin(shop, row)
    way = Way(shop.trust, shop.limits)
    found = obtain(origin, folder, way, lambda done, total: say("fetching", done, total))
    if found is None:
        return Outcome(row.name, Result.UNCHANGED, etag=row.etag, modified=row.modified)
    incoming = shop.home.feeds / f".{row.name}.{secrets.token_hex(4)}.incoming"
    try:
        return _taken(shop, row, found, folder, incoming, say)
    except BaseException:
        incoming.unlink(missing_ok=True)
        raise


def _taken(
    shop: Workshop, row: FeedRow, found: Obtained, scratch: Path, incoming: Path, say: Say
) -> Outcome:
    report = _read(row, found, incoming, lambda done, total: say("reading", done, total))
    counts = counts_of(report) | {"sha256": found.sha256}
    if row.kind == REFERENCE:
        shop.references[row.name] = incoming
    elif not row.location.startswith(BUILTIN):
        say("judging", 0, 0)
        spared = judge(incoming, _known(shop, row), shop.guards, scratch)
        counts |= _without(incoming, spared, counts)
    counts["content"] = _content(incoming)
    same = counts["content"] == row.content and row.imported_at is not None
    if same:
        incoming.unlink()
    return Outcome(
        row.name,
        Result.UNCHANGED if same else Result.UPDATED,
        names_file="" if same else str(incoming),
        counts=counts,
        examples=report.as_json()["examples"],  # type: ignore[arg-type]
        etag=found.etag,
        modified=found.modified,
    )


def _without(path: Path, names: frozenset[str], counts: Mapping[str, Any]) -> dict[str, Any]:
    """Take names out of a names file; the counts that change."""
    if not names:
        return {}
    keys = {name.encode() for name in names}
    with NamesFile(path) as file, replacing(path) as out:
        kept = (raw + b"\n" for raw in file.raw() if raw.partition(b"\t")[0] not in keys)
        gone = file.count - write_names(out, kept)
    return {
        "accepted": counts["accepted"] - gone,
        "names": counts["names"] - gone,
        "skipped": counts["skipped"] | {"well_known": gone},
    }


def _read(row: FeedRow, found: Obtained, incoming: Path, progress: Progress) -> Report:
    """The list as a names file; what is said of it names its address, not our copy."""
    try:
        return import_feed(
            found.path, incoming, member=row.member, read_as=row.read_as, progress=progress
        )
    except ImportRefused as fault:
        said = str(fault).replace(str(found.path), row.location)
        raise ImportRefused(fault.reason, said, fault.report) from fault


def counts_of(report: Report) -> dict[str, Any]:
    """The fields of a feed's row that a report fills."""
    document = report.as_json()
    names = "format lines accepted duplicate skipped names urls exceptions rules networks"
    return {name: document[name] for name in names.split()}


def _origin(shop: Workshop, row: FeedRow) -> Origin:
    """What the server said of our version counts only while we have it."""
    whole = row.imported_at is not None and _content(shop.names_of(row)) == row.content
    return Origin(
        location=row.location,
        etag=row.etag if whole else "",
        modified=row.modified if whole else "",
        checksum=row.checksum,
        signature=row.signature,
        public_key=row.public_key,
        allowed=networks([k.removeprefix(ADDRESS) for k in row.overrides if k.startswith(ADDRESS)]),
    )


def _content(path: Path) -> str | None:
    try:
        with NamesFile(path) as file:
            return file.checksum
    except NamesFault:
        return None


def _known(shop: Workshop, row: FeedRow) -> Known:
    index = shop.index()

    def says(host: str) -> set[str]:
        return {hit.category for hit in index.find(host)} if index is not None else set()

    return Known(
        name=row.name,
        category=row.category,
        accepted=row.accepted if row.imported_at is not None else 0,
        most=row.most,
        overrides=row.overrides,
        top_hosts=row.top_hosts,
        ranked=shop.ranked(row.top_hosts),
        says=says,
    )


@contextmanager
def _scratch(home: Home) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir=home.feeds, prefix=".fetch-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
