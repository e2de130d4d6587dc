"""Homes with a database of either kind for the tests of updates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kidgate.documents.home import Home
from kidgate.store.database import open_database
from tests.keeper.updating.stand import House
from tests.lists.fetching.server import Site, serving
from tests.store.conftest import (  # noqa: F401
    postgresql_socket,
    postgresql_url,
    sqlite_template,
    url,
)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as found:
        yield found


@pytest.fixture
def house(url: str, tmp_path: Path) -> Iterator[House]:  # noqa: F811
    """A home; its updates run in this process, on a clock that the test moves."""
    database = open_database(url, create=False)
    with House.of(Home(tmp_path / "home").make(), database) as found:
        yield found
    database.close()
