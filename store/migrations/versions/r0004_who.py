"""Who asks: devices that nobody has named, PINs for shared devices, WireGuard keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kidgate.store.columns import Utc
from kidgate.store.migrations.history import complete_history

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("devices", sa.Column("wireguard", sa.String(), nullable=False, server_default=""))
    op.add_column("devices", sa.Column("tunnel", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "strangers",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("first_at", Utc(), nullable=False),
        sa.Column("last_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_strangers")),
    )
    op.create_index(op.f("ix_strangers_last_at"), "strangers", ["last_at"])
    op.create_table(
        "pins",
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("set_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("profile", name=op.f("pk_pins")),
    )
    complete_history("device", {"wireguard": "", "tunnel": 0})
