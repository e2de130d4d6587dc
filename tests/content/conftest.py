"""The registry as it is shipped, compiled once."""

from __future__ import annotations

import pytest

from kidgate.content.lookalike_brands import Brands
from tests.content.registry import shipped


@pytest.fixture(scope="session")
def brands() -> Brands:
    return shipped()
