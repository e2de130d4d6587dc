from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest

from kidgate.store.columns import Base
from kidgate.store.edits import KINDS, Kind

PARTS = {"profile": {"groups"}, "device": {"addresses", "macs"}}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_table_has_the_row_s_fields_and_no_other(kind: Kind) -> None:
    table = Base.metadata.tables[kind.field]
    wanted = {field.name for field in fields(kind.row)} - PARTS.get(kind.name, set())
    assert {column.name for column in table.columns} == wanted
    assert [column.name for column in table.primary_key] == [kind.identity]


def test_every_constraint_has_a_name() -> None:
    unnamed = [
        table.name
        for table in Base.metadata.tables.values()
        for part in (*table.constraints, *table.indexes)
        if part.name is None
    ]
    assert unnamed == []


def test_sql_is_the_golden_one_when_migrated_from_nothing(
    sqlite_template: Path, golden: Callable[[str, str], None]
) -> None:
    with closing(sqlite3.connect(sqlite_template)) as connection:
        rows = connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name"
        ).fetchall()
    golden("schema.sql", "".join(f"{sql};\n" for (sql,) in rows))
