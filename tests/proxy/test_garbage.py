"""A settled process looks for garbage seldom, and not where nothing goes."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from kidgate.proxy import garbage


@pytest.fixture
def as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


@pytest.mark.usefixtures("as_before")
def test_what_stays_is_walked_no_more_and_the_young_seldom() -> None:
    garbage.settle()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == garbage.YOUNG


@pytest.mark.usefixtures("as_before")
def test_circle_that_was_replaced_is_freed_at_once() -> None:
    class Policy:
        pass

    garbage.settle()
    policy = Policy()
    policy.itself = policy  # type: ignore[attr-defined]
    seen = weakref.ref(policy)
    del policy
    garbage.discard()
    assert seen() is None
