"""Lists made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kidgate.lists.build import FeedSource, build_index
from kidgate.lists.entries import Mode
from kidgate.lists.importing import import_feed
from kidgate.lists.index import CategoryIndex, open_index
from kidgate.lists.names_file import Listed, record, write_names

FIXTURES = Path(__file__).parent / "fixtures"
GOLDEN = Path(__file__).parents[1] / "golden" / "lists"


@pytest.fixture
def fixtures() -> Path:
    return FIXTURES


@pytest.fixture
def golden() -> Path:
    return GOLDEN


def write_feed(path: Path, *entries: tuple[str, Mode]) -> Path:
    """Write a names file of these, each on a line of its own."""
    rows = sorted(record(Listed(key, mode, n + 1)) for n, (key, mode) in enumerate(entries))
    with path.open("wb") as file:
        write_names(file, rows)
    return path


@pytest.fixture
def names_file() -> Callable[..., Path]:
    """`names_file(path, *(key, mode))` writes a names file and returns its path."""
    return write_feed


@pytest.fixture
def named(tmp_path: Path) -> Callable[..., CategoryIndex]:
    """Index of feeds given as keys and modes: `named(ads=[("a.example", Mode.TREE)])`."""

    def make(**feeds: list[tuple[str, Mode]]) -> CategoryIndex:
        sources = [
            FeedSource(name, f"{name}-category", write_feed(tmp_path / f"{name}.names", *entries))
            for name, entries in feeds.items()
        ]
        build_index(tmp_path / "index.kgx", sources)
        return open_index(tmp_path / "index.kgx")

    return make


@pytest.fixture
def every_mode(tmp_path: Path) -> list[FeedSource]:
    """Three feeds that have entries of every mode but rules."""
    hosts = [*(f"{n}.many.example" for n in range(24)), "plain.example", "www.ads.example"]
    feeds = {
        "hosts.txt": [*((host, Mode.TREE) for host in hosts), ("192.0.2.1", Mode.EXACT)],
        "domains.txt": [
            ("plain.example", Mode.TREE),
            ("github.io", Mode.EXACT),
            ("host.example/dll", Mode.URL),
            ("host.example/a/b?c", Mode.URL),
            ("github.io/x", Mode.URL),
            ("192.0.2.0/24", Mode.NETWORK),
            ("2001:db8::/32", Mode.NETWORK),
        ],
        "adblock.txt": [
            ("ads.example", Mode.TREE),
            ("good.ads.example", Mode.EXCEPT),
            ("bad.good.ads.example", Mode.IMPORTANT),
            ("192.0.2.64/26", Mode.NETWORK),
            ("192.0.2.0/24", Mode.NETWORK),
        ],
    }
    return [
        FeedSource(name, f"category of {name}", write_feed(tmp_path / f"{name}.names", *entries))
        for name, entries in feeds.items()
    ]


@pytest.fixture
def indexed(tmp_path: Path) -> Callable[..., CategoryIndex]:
    """Index of feeds given as text: `indexed(adult="a.example", ...)`; the category is the name."""

    def make(**feeds: str) -> CategoryIndex:
        sources = []
        for name, text in feeds.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
            names = tmp_path / f"{name}.names"
            import_feed(tmp_path / name, names)
            sources.append(FeedSource(name, f"{name}-category", names))
        build_index(tmp_path / "index.kgx", sources)
        return open_index(tmp_path / "index.kgx")

    return make
