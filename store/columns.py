"""Column types and the base of all tables. Migrations use them: never change one, add another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Integer, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

from kidgate.store import dialects

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

# Names that every database gives alike, so that a migration can drop what an older one made.
NAMING: Mapping[str, str] = {
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
}


class Utc(TypeDecorator[datetime]):
    """An aware time, read back in UTC; a naive one is a ValueError.

    `timestamptz` where the database has it, else whole microseconds since 1970, which sort and
    compare.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(dialects.timestamp(dialect) or BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"`{value}` needs a time zone")
        if dialects.timestamp(dialect) is not None:
            return value.astimezone(UTC)
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return EPOCH + timedelta(microseconds=value)


Number = BigInteger().with_variant(
    Integer(), dialects.SQLITE
)  # SQLite counts up `INTEGER` keys alone
Json = JSON(none_as_null=True)


def dump_json(value: object) -> str:
    """How JSON columns are written: short, and readable in Vietnamese."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = MetaData(naming_convention=dict(NAMING))
