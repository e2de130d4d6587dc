"""Lists made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kidgate.lists.build import FeedSource, build_index
from kidgate.lists.importing import import_feed
from kidgate.lists.index import CategoryIndex, open_index

FIXTURES = Path(__file__).parent / "fixtures"
GOLDEN = Path(__file__).parents[1] / "golden" / "lists"


@pytest.fixture
def fixtures() -> Path:
    return FIXTURES


@pytest.fixture
def golden() -> Path:
    return GOLDEN


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
