"""What can be wrong with a database, in words: one clear fault for each, with what to do next.

Mistakes of the program (a broken constraint, a wrong statement) are not translated: they are bugs
and keep their traceback.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc


class DatabaseFault(Exception):
    """The database cannot be used as it is; `message` says why and `what_to_do` what comes next."""

    def __init__(self, message: str, what_to_do: str) -> None:
        super().__init__(f"{message}; {what_to_do}")
        self.message = message
        self.what_to_do = what_to_do


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turn the faults of the database at `place` into a DatabaseFault."""
    try:
        yield
    except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError, sqlite3.Error) as error:
        raise explain(error, place) from error
    except exc.DatabaseError as error:
        if type(error) is not exc.DatabaseError:  # a broken constraint or statement
            raise
        raise explain(error, place) from error


@contextmanager
def translated_files(place: str) -> Iterator[None]:
    """The same, and the faults of the file system around it."""
    try:
        with translated(place):
            yield
    except OSError as error:
        raise explain_file(error, place) from error


def explain(error: Exception, place: str) -> DatabaseFault:
    """What a driver's error means."""
    cause = getattr(error, "orig", None) or error
    name = getattr(cause, "sqlite_errorname", "")
    for prefix, what, what_to_do in _SQLITE:
        if name.startswith(prefix):
            return DatabaseFault(what.format(place), what_to_do)
    said = " ".join(str(cause).split())[:300]
    if isinstance(cause, sqlite3.Error):
        return DatabaseFault(
            f"the database `{place}` failed: {said}", "look at it with `kidgate status`"
        )
    if getattr(cause, "sqlstate", None) == "55P03":  # lock_not_available
        return DatabaseFault(*_locked(place))
    return DatabaseFault(
        f"the database `{place}` did not answer: {said}",
        "check that the server runs and that `database` in config.yaml names it rightly",
    )


def explain_file(error: OSError, place: str) -> DatabaseFault:
    """What an error of the file system means."""
    why = (error.strerror or str(error)).lower()
    return DatabaseFault(
        f"the database `{place}` cannot be opened: {why}",
        "check that the folder exists, that this user owns it and that the disk is writable",
    )


def _locked(place: str) -> tuple[str, str]:
    return (
        f"the database `{place}` is locked by another process",
        "wait for it to end, or see who has it open with `fuser`",
    )


_SQLITE: tuple[tuple[str, str, str], ...] = (
    ("SQLITE_BUSY", *_locked("{}")),
    ("SQLITE_LOCKED", *_locked("{}")),
    (
        "SQLITE_READONLY",
        "the database `{}` cannot be written: the disk or the file is read-only",
        "mount the disk writable, or give this user the right to write the file and its folder",
    ),
    (
        "SQLITE_CANTOPEN",
        "the database `{}` cannot be opened",
        "check that the folder exists, that this user owns it and that the disk is writable",
    ),
    ("SQLITE_PERM", "the database `{}` cannot be opened", "give this user the right to read it"),
    (
        "SQLITE_FULL",
        "the disk of the database `{}` is full",
        "free some space",
    ),
    (
        "SQLITE_NOTADB",
        "`{}` is not a database, or its beginning is destroyed",
        "restore a backup with `kidgate restore FILE`",
    ),
    (
        "SQLITE_CORRUPT",
        "the database `{}` is damaged",
        "restore a backup with `kidgate restore FILE`",
    ),
    (
        "SQLITE_IOERR",
        "the disk of the database `{}` fails to read or write",
        "check the disk; restore a backup with `kidgate restore FILE` on a good one",
    ),
)
