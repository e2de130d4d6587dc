from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import exc

from kidgate.store.faults import DatabaseFault, explain, translated, translated_files


def sqlite_error(name: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("name", "says", "to_do"),
    [
        ("SQLITE_BUSY", "locked", "fuser"),
        ("SQLITE_BUSY_SNAPSHOT", "locked", "fuser"),
        ("SQLITE_READONLY_DIRECTORY", "read-only", "writable"),
        ("SQLITE_CANTOPEN", "cannot be opened", "folder"),
        ("SQLITE_FULL", "full", "space"),
        ("SQLITE_NOTADB", "not a database", "restore"),
        ("SQLITE_CORRUPT_INDEX", "damaged", "restore"),
        ("SQLITE_IOERR_WRITE", "fails to read or write", "disk"),
        ("SQLITE_ERROR", "what SQLite says", "kidgate status"),
    ],
)
def test_explanation_names_place_and_next_step_when_sqlite_fails(
    name: str, says: str, to_do: str
) -> None:
    fault = explain(sqlite_error(name), "kidgate.db")
    assert says in fault.message
    assert "kidgate.db" in fault.message
    assert to_do in fault.what_to_do
    assert str(fault) == f"{fault.message}; {fault.what_to_do}"


def test_fault_is_translated_when_sqlalchemy_wraps_it() -> None:
    wrapped = exc.OperationalError("INSERT", {}, sqlite_error("SQLITE_FULL"))
    with pytest.raises(DatabaseFault, match="is full"), translated("kidgate.db"):
        raise wrapped


@pytest.mark.parametrize("kind", [exc.IntegrityError, exc.DataError, exc.ProgrammingError])
def test_mistake_of_the_program_is_left_alone(kind: type[exc.DatabaseError]) -> None:
    with pytest.raises(kind), translated("kidgate.db"):
        raise kind("INSERT", {}, sqlite3.IntegrityError("no"))


def test_file_error_is_left_alone_where_sessions_run() -> None:
    with pytest.raises(OSError, match="mine"), translated("kidgate.db"):
        raise OSError("mine")
    with pytest.raises(DatabaseFault, match="mine"), translated_files("kidgate.db"):
        raise OSError("mine")
