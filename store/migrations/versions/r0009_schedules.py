"""Lessons, exceptions, terms, and a child's own hours."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from kidgate.store.columns import Json, Number, Utc
from kidgate.store.migrations.history import complete_history

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


OWN_TIMES: dict[str, Any] = {"bedtime": "", "hours": "", "quotas": {}}


def upgrade() -> None:
    for name in ("bedtime", "hours"):
        op.add_column("profiles", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("profiles", sa.Column("quotas", Json, nullable=False, server_default="{}"))
    complete_history("profile", OWN_TIMES)
    op.create_table(
        "lessons",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("targets", Json, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lessons")),
    )
    op.create_table(
        "exceptions",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("start", Utc(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("lifts", Json, nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exceptions")),
    )
