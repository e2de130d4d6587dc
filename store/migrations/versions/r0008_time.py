"""The ledger of time, and minutes given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kidgate.store.columns import Json, Number, Utc
from kidgate.store.migrations.history import complete_history

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tiers", sa.Column("notice_minutes", Json, nullable=False, server_default="{}"))
    complete_history("tier", {"notice_minutes": {}})
    op.create_table(
        "usage_lines",
        sa.Column("boot", sa.String(), nullable=False),
        sa.Column("zero", Utc, nullable=False),
        sa.PrimaryKeyConstraint("boot", name=op.f("pk_usage_lines")),
    )
    op.create_table(
        "bonuses",
        sa.Column("id", Number, nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bonuses")),
    )
    op.create_index(op.f("ix_bonuses_day"), "bonuses", ["day"])
    op.create_index(op.f("ix_bonuses_profile_day"), "bonuses", ["profile", "day"])
    op.create_table(
        "time_told",
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("profile", "day", "key", "notice", name=op.f("pk_time_told")),
    )
    op.create_index(op.f("ix_time_told_day"), "time_told", ["day"])
