"""The bytes of a table. A change of them needs another `layout.VERSION`."""

from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.lists.faults import IndexFault
from kidgate.lists.rules import layout
from kidgate.lists.rules.building import build
from kidgate.lists.rules.table import RuleTable

RULES = [
    (0, "||ads*.example^$important"),
    (0, "*/banner/"),
    (1, "*/banner/"),
    (1, "@@||a.example/banner/x_"),
    (2, "/promo[0-9]+x/$script"),
    (2, r"~/^[a-z]{20}\./"),
    (2, "*$domain=b.*,image"),
]


def test_bytes_are_those_of_the_saved_table(golden: Path):
    assert build(RULES) == (golden / "rules.kgrl").read_bytes()


def test_saved_table_is_read(golden: Path):
    table = RuleTable(memoryview((golden / "rules.kgrl").read_bytes()))
    assert len(table) == 6
    assert table.find("c.example", "/banner/").blocked == ((0, "*/banner/"), (1, "*/banner/"))
    assert table.find("a.example", "/banner/x_").blocked == ((0, "*/banner/"),)
    assert table.find("q" * 20 + ".example").blocked == ((2, r"~/^[a-z]{20}\./"),)


def test_table_of_another_version_is_a_fault(golden: Path):
    raw = bytearray((golden / "rules.kgrl").read_bytes())
    raw[4] = layout.VERSION + 1
    with pytest.raises(IndexFault, match="feed rebuild"):
        RuleTable(memoryview(bytes(raw)))
