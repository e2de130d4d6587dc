"""Alerts with their facts, and the ways to tell an adult."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from kidgate.store.columns import Json, Number, Utc

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _alerts()
    op.create_table(
        "channels",
        sa.Column("id", Number, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("kinds", Json, nullable=False),
        sa.Column("quiet", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("hourly", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("fault_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sa.UniqueConstraint("name", name=op.f("uq_channels_name")),
    )
    _outbox()
    op.create_table(
        "checks",
        sa.Column("id", Number, nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("expected", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks")),
    )
    op.create_index(op.f("ix_checks_at"), "checks", ["at"])


def _alerts() -> None:
    """Alerts of before were told of in their own way: nobody is sent them anew."""
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("key", sa.String(), nullable=False, server_default=""),
        sa.Column("facts", Json, nullable=False, server_default="{}"),
        sa.Column("count", Number, nullable=False, server_default="1"),
        sa.Column("last_at", Utc(), nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("handled_by", sa.String(), nullable=False, server_default=""),
        sa.Column("handled_at", Utc(), nullable=True),
    )
    for column in columns:
        op.add_column("alerts", column)
    op.create_index(op.f("ix_alerts_kind_key"), "alerts", ["kind", "key"])
    op.create_index(op.f("ix_alerts_told"), "alerts", ["told"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", Number, nullable=False),
        sa.Column("channel", Number, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("done_at", Utc(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'failed', 'summed')", name=op.f("ck_outbox_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("channel", "key", name=op.f("uq_outbox_channel_key")),
    )
    op.create_index(op.f("ix_outbox_state_due_at"), "outbox", ["state", "due_at"])
    op.create_index(op.f("ix_outbox_channel_done_at"), "outbox", ["channel", "done_at"])
