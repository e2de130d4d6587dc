"""Fixtures that every room's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deep", action="store_true", help="run the longer profiles too")


# Files of these rooms take longest: begun first, none is waited for alone at the end.
LONG = ("e2e/", "benchmarks/", "proxy/dns/export/", "lists/", "keeper/updating/", "test_")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    tests = ROOT / "tests"
    items.sort(key=lambda item: not str(item.path.relative_to(tests)).startswith(LONG))
    if config.getoption("--deep"):
        return
    skip = pytest.mark.skip(reason="deep profile: run with --deep")
    for item in items:
        if "deep" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real lists and cases beside the checkout."""
    path = ROOT.parent / "shared"
    if not path.is_dir():
        pytest.skip("the shared data folder is not beside this checkout")
    return path
