"""Bring a database to the shape this program knows, and refuse one that is newer.

Which shape it has is asked in plain SQL; Alembic (37 MB) is imported when a script has to run.
"""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from kidgate.store import dialects, migrations
from kidgate.store.faults import DatabaseFault
from kidgate.store.migrations import HEAD, REVISIONS


class Shape(Enum):
    """How a database's tables stand to this program."""

    EMPTY = auto()
    OLDER = auto()
    CURRENT = auto()


def shape(connection: Connection, place: str) -> Shape:
    """The database's shape; DatabaseFault when it is newer than the program or not Kidgate's."""
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return Shape.EMPTY
    found: str | None = None
    if "alembic_version" in tables:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found is None:
        raise DatabaseFault(
            f"`{place}` is a database of another program",
            "name Kidgate's own as `database` in config.yaml, or an empty one",
        )
    if found not in REVISIONS:
        raise DatabaseFault(
            f"the database `{place}` (revision {found}) is newer than this program ({HEAD})",
            "install the version of kidgate that wrote it, or restore an older backup",
        )
    return Shape.CURRENT if found == HEAD else Shape.OLDER


def migrate(engine: Engine, place: str) -> bool:
    """Run the scripts that are missing, all or none; returns whether there were any.

    `engine` is one whose foreign keys are off (see `dialects.prepare`). Of two processes that start
    at once one waits and finds the work done.
    """
    with dialects.writing(engine).begin() as connection:
        dialects.lock_migration(connection)
        if shape(connection, place) is Shape.CURRENT:
            return False
        _upgrade(connection)
        broken = dialects.broken_references(connection)
        if broken:
            raise DatabaseFault(
                f"the database `{place}` cannot be brought up to date: {broken[0]}",
                "nothing was changed; restore a backup with `kidgate restore FILE`",
            )
    return True


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    # Alembic reads % in options as interpolation.
    config.set_main_option(
        "script_location", str(Path(migrations.__file__).parent).replace("%", "%%")
    )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
