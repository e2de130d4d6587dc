"""The index of other people's lists, where they lie beside the checkout, against a plain dict.

No name in them is ever resolved. How the lists are read is tested in `test_every_list.py`.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest

from kidgate.lists.build import FeedSource, build_index
from kidgate.lists.entries import Mode
from kidgate.lists.faults import ImportRefused
from kidgate.lists.importing import import_feed
from kidgate.lists.index import open_index
from kidgate.lists.members import members
from kidgate.lists.names_file import NamesFile, write_names
from kidgate.lists.streams import Limits
from kidgate.lists.trees import open_tree
from kidgate.policies.names import parents

pytestmark = [pytest.mark.shared, pytest.mark.timeout(300)]

UT1 = "domains/ut1/ut1-blacklists.tar.gz"

SOME = ("abpvn", "bibica", "dyndns", "Chat", "sinfonietta", "vn-badsite-filter-hosts", "nocoin")


@pytest.fixture(scope="module")
def data(shared: Path) -> Path:
    return shared / "data"


def imported(data: Path, folder: Path, some: Iterable[str] = ("",)) -> dict[str, Path]:
    """The names file of each list in two folders whose path holds one of the given texts."""
    found: dict[str, Path] = {}
    files = [path for part in ("domains", "security") for path in (data / part).rglob("*")]
    for number, path in enumerate(sorted(path for path in files if path.is_file())):
        name = str(path.relative_to(data))
        if any(part in name for part in some):
            with suppress(ImportRefused):  # some hold nothing to block, some many lists
                import_feed(path, folder / f"{number}.names")
                found[name] = folder / f"{number}.names"
    return found


def modelled(files: Iterable[tuple[str, Path]]) -> dict[str, set[tuple[str, Mode]]]:
    """Key -> (feed, mode), the plain model of an index."""
    model: dict[str, set[tuple[str, Mode]]] = {}
    for feed, path in files:
        with NamesFile(path) as names:
            for listed in names:
                model.setdefault(listed.key, set()).add((feed, listed.mode))
    return model


def expected(model: dict[str, set[tuple[str, Mode]]], host: str) -> set[tuple[str, str]]:
    hits: dict[str, str] = {}
    exempt: set[str] = set()
    for name in parents(host):
        listed = model.get(name, set())
        exempt |= {feed for feed, mode in listed if mode is Mode.EXCEPT}
        for feed, mode in listed:
            plain = mode is Mode.TREE or (mode is Mode.EXACT and name == host)
            if mode is Mode.IMPORTANT or (plain and feed not in exempt):
                hits.setdefault(feed, name)
    return set(hits.items())


def asked(model: dict[str, set[tuple[str, Mode]]], count: int) -> list[str]:
    """Listed hosts, hosts below and above them, and hosts that are not listed."""
    pick = random.Random(7)
    names = [key for key in pick.sample(sorted(model), count) if "/" not in key]
    below = [f"www.{name}" for name in names[::2]]
    above = [parents(name)[-2] for name in names if len(parents(name)) > 2]
    return [*names, *below, *above, *(f"not-{name}" for name in names)]


def without_rules(path: Path, plain: Path) -> Path:
    """The names and URLs of a names file: what a plain model can look up."""
    with NamesFile(path) as names, plain.open("wb") as file:
        apart = (b"r", b"n")
        write_names(file, (r + b"\n" for r in names.raw() if r.split(b"\t")[-2] not in apart))
    return plain


def compare(files: dict[str, Path], folder: Path, count: int) -> None:
    plain = (folder / f"{number}.plain" for number in range(len(files)))
    files = {name: without_rules(path, next(plain)) for name, path in files.items()}
    sources = [FeedSource(name, f"c{n % 9}", path) for n, (name, path) in enumerate(files.items())]
    built = build_index(folder / "index.kgx", sources)
    assert built.resident <= 13 * built.keys
    index, model = open_index(folder / "index.kgx"), modelled(files.items())
    wrong = [
        host
        for host in asked(model, count)
        if {(hit.feed, hit.entry) for hit in index.find(host)} != expected(model, host)
    ]
    assert wrong == []


def test_index_of_real_lists_finds_what_a_dict_finds(data: Path, tmp_path: Path):
    files = imported(data, tmp_path, SOME)
    assert len(files) == 13
    compare(files, tmp_path, 3000)


@pytest.mark.deep
def test_index_of_all_real_lists_finds_what_a_dict_finds(data: Path, tmp_path: Path):
    files = imported(data, tmp_path)
    for member in members(open_tree(data / UT1, Limits())):
        path = tmp_path / f"{member.replace('/', '-')}.names"
        import_feed(data / UT1, path, member=member)
        files[member] = path
    compare(files, tmp_path, 40_000)
