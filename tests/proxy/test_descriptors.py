"""As many connections as there are descriptors for."""

from __future__ import annotations

import pytest

from kidgate.proxy import descriptors
from kidgate.proxy.descriptors import make_room


@pytest.mark.parametrize(
    ("most", "asked", "fit"),
    [(1_048_576, 4096, 4096), (1256, 4096, 500), (100, 4096, 1), (-1, 4096, 4096)],
)
def test_limit_is_raised_and_no_more_are_taken_than_fit(
    monkeypatch: pytest.MonkeyPatch, most: int, asked: int, fit: int
) -> None:
    made: list[tuple[int, int]] = []
    monkeypatch.setattr(descriptors.resource, "getrlimit", lambda _: (50, most))
    monkeypatch.setattr(descriptors.resource, "setrlimit", lambda _, pair: made.append(pair))
    assert make_room(asked) == fit
    assert made == [(most, most)]
