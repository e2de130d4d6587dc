"""Conditions of rules; how they work in a table is in `test_table.py`."""

from __future__ import annotations

import pytest

from kidgate.lists.rules.conditions import ALWAYS, Conditions, covers_initiator


@pytest.mark.parametrize(
    ("included", "excluded", "names", "expected"),
    [
        ((), (), (), False),
        (("a.example",), (), (), False),
        ((), ("a.example",), (), False),
        (("a.example",), (), ("b.a.example", "a.example", "example"), True),
        (("a.example",), (), ("c.example", "example"), False),
        (("a.example",), ("b.a.example",), ("b.a.example", "a.example"), False),
        (("b.a.example",), ("a.example",), ("b.a.example", "a.example"), True),
        ((), ("a.example",), ("c.example",), True),
        (("a.*",), (), ("a.co.uk", "a.*", "co.uk"), True),
    ],
)
def test_most_specific_name_decides(
    included: tuple[str, ...], excluded: tuple[str, ...], names: tuple[str, ...], expected: bool
):
    assert covers_initiator(included, excluded, names) is expected


@pytest.mark.parametrize(
    ("conditions", "asks"),
    [
        (ALWAYS, False),
        (Conditions(important=True, match_case=True, every_type=True), False),
        (Conditions(not_hosts=("a.example",)), False),
        (Conditions(only=1), True),
        (Conditions(never=1), True),
        (Conditions(party="3p"), True),
        (Conditions(initiators=("a.example",)), True),
        (Conditions(not_initiators=("a.example",)), True),
    ],
)
def test_what_only_the_client_can_say_is_known(conditions: Conditions, asks: bool):
    assert conditions.ask_the_client is asks
