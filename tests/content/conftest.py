"""The registry as it is shipped, compiled once."""

from __future__ import annotations

import pytest

from kidgate.content.lookalike_brands import Brands
from kidgate.content.phrases.automaton import Automaton
from kidgate.content.phrases.loading import analyser
from kidgate.documents.phrases import own_phrases
from tests.content.registry import shipped


@pytest.fixture(scope="session")
def brands() -> Brands:
    return shipped()


@pytest.fixture(scope="session")
def own() -> Automaton:
    """The phrase lists that come with the program."""
    return analyser(own_phrases())
