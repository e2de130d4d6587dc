"""The lists that a measured gateway has: all real ones beside the checkout, and one of our own.

Imported once into `.build/benchmarks`, by the importer that the product uses. No name of the real
lists is ever asked of a resolver: benchmarks look them up, or visit names of our own list alone.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.processes import ROOT
from benchmarks.profile import LARGE_NAMES, Profile
from kidgate.documents.builtin import category_key, load_categories
from kidgate.lists import layout, names_file
from kidgate.lists.build import FeedSource
from kidgate.lists.entries import Mode
from kidgate.lists.faults import ImportRefused
from kidgate.lists.importing import import_feed
from kidgate.lists.members import members
from kidgate.lists.names_file import Listed, record, write_names
from kidgate.lists.streams import Limits
from kidgate.lists.trees import open_tree

CACHE = ROOT / ".build" / "benchmarks"
REAL = ROOT.parent / "shared" / "data"
OWN = "made-up"  # our own list
OWN_CATEGORY = "gambling"  # what tier 9-12 blocks
MOST_MEMBERS = 100  # an archive of more is a catalogue of services, not of lists


@dataclass(frozen=True, slots=True)
class Feeds:
    """Names files, and the index built of them."""

    sources: tuple[FeedSource, ...]
    index: Path


def own_name(number: int) -> str:
    """A name of our own list."""
    return f"s{number:07d}.blocked.example"


def prepare(profile: Profile) -> Feeds:
    """The feeds of a profile, imported and built if they are not there yet."""
    paths = _real_files() if profile.real else []
    folder = CACHE / _stamp(paths, profile.generated)
    if not (folder / "feeds.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _import(paths, folder, profile.generated)
    listed = json.loads((folder / "feeds.json").read_text())
    sources = tuple(FeedSource(f["name"], f["category"], folder / f["path"]) for f in listed)
    return Feeds(sources, folder / "index.kgx")


def with_large(feeds: Feeds) -> tuple[FeedSource, ...]:
    """The same feeds and one of five million names."""
    path = CACHE / "large.names"
    if not path.exists():
        _write_own(path, LARGE_NAMES, "x{:07d}.large.example")
    return (*feeds.sources, FeedSource("large", "adult", path))


def build(target: Path, sources: Sequence[FeedSource]) -> tuple[float, dict[str, Any]]:
    """Build an index as the keeper does, in a process of its own; seconds, and what it holds."""
    spec = target.with_suffix(".json")
    feeds = [{"name": s.name, "category": s.category, "path": str(s.path)} for s in sources]
    spec.write_text(json.dumps({"feeds": feeds}))
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "kidgate.lists.build", str(target), str(spec)],
        stdout=subprocess.PIPE,
        check=True,
    )
    seconds = time.perf_counter() - started
    spec.unlink()
    built: dict[str, Any] = json.loads(done.stdout)
    return seconds, built


def _real_files() -> list[Path]:
    """No file when the folder is not beside this checkout."""
    files = (path for part in ("domains", "security") for path in (REAL / part).rglob("*"))
    return sorted(path for path in files if path.is_file())


def _stamp(paths: Sequence[Path], generated: int) -> str:
    """Another name for other lists, or for another format of what is made of them."""
    facts = [(str(path), path.stat().st_size) for path in paths]
    text = repr((facts, generated, names_file.VERSION, layout.VERSION))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _import(paths: Sequence[Path], folder: Path, generated: int) -> None:
    if paths:
        print(f"importing {len(paths)} real lists, once ...", file=sys.stderr)
    _write_own(folder / f"{OWN}.names", generated)
    feeds = [{"name": OWN, "category": OWN_CATEGORY, "path": f"{OWN}.names"}]
    for path, member in _members(paths):
        name = f"feed-{len(feeds):03d}"
        try:
            import_feed(path, folder / f"{name}.names", member=member)
        except ImportRefused:
            continue  # hostile or empty, as some real lists are
        category = _category(f"{path.stem}-{member}")
        feeds.append({"name": name, "category": category, "path": f"{name}.names"})
    sources = [FeedSource(f["name"], f["category"], folder / f["path"]) for f in feeds]
    build(folder / "index.kgx", sources)
    (folder / "feeds.json").write_text(json.dumps(feeds, indent=1))


def _members(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Every list of every file."""
    for path in paths:
        if not path.name.endswith(".tar.gz"):
            yield path, ""
            continue
        found = members(open_tree(path, Limits()))
        if len(found) <= MOST_MEMBERS:
            for member in found:
                yield path, member


def _category(name: str) -> str:
    """The category that a list's name speaks of, else `risky`."""
    known = {category.key for category in load_categories()}
    keys = (category_key(word) for word in reversed(re.findall("[a-z]+", name.lower())))
    return next((key for key in keys if key in known), "risky")


def _write_own(path: Path, count: int, form: str = "") -> None:
    part = path.with_suffix(".part")
    with part.open("w+b") as file:
        names = (form.format(n) if form else own_name(n) for n in range(count))
        write_names(file, (record(Listed(name, Mode.TREE, n + 1)) for n, name in enumerate(names)))
    part.replace(path)
