"""Names and sites of initiators."""

from __future__ import annotations

import pytest

from kidgate.lists.rules.parties import initiator_names, same_site


@pytest.mark.parametrize(
    ("host", "names"),
    [
        (
            "www.news.co.uk",
            ("www.news.co.uk", "www.news.*", "news.co.uk", "news.*", "co.uk", "uk"),
        ),
        ("a.example", ("a.example", "a.*", "example")),
        ("192.0.2.1", ("192.0.2.1",)),
        ("2001:db8::1", ("2001:db8::1",)),
        ("localhost", ("localhost",)),
    ],
)
def test_names_of_an_initiator(host: str, names: tuple[str, ...]):
    assert initiator_names(host) == names


@pytest.mark.parametrize(
    ("host", "other", "same"),
    [
        ("a.news.co.uk", "news.co.uk", True),
        ("a.co.uk", "b.co.uk", False),
        ("x.github.io", "y.github.io", False),
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "198.51.2.1", False),
    ],
)
def test_sites(host: str, other: str, same: bool):
    assert same_site(host, other) is same
