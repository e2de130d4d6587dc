"""`trust`: whom a child's personal data may be told, from the command line."""

from __future__ import annotations

import pytest

from tests.console.runner import Kidgate


def test_sites_are_trusted_and_no_longer(kidgate: Kidgate) -> None:
    assert "No site is trusted" in kidgate("trust", "list")
    kidgate("trust", "add", "School.Example.", "bücher.example")
    assert kidgate.json("trust", "list") == ["school.example", "xn--bcher-kva.example"]
    before = kidgate.version
    assert "Nothing to change." in kidgate.run("trust", "add", "school.example").stderr
    assert kidgate.version == before
    kidgate("trust", "remove", "school.example")
    assert kidgate.json("trust", "list") == ["xn--bcher-kva.example"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "school.example", "no host"), "write a host"),
        (("add", "https://school.example/form"), "write a host"),
        (("remove", "other.example"), "see kidgate trust list"),
        (("remove", "school.example", "other.example"), "`other.example`"),
    ],
)
def test_what_is_no_host_or_not_trusted_changes_nothing(
    kidgate: Kidgate, words: tuple[str, ...], said: str
) -> None:
    kidgate("trust", "add", "school.example")
    before = kidgate.files()
    assert said in kidgate.fails(2, "trust", *words)
    assert kidgate.files() == before
