"""Who asks: devices that nobody has named, PINs for shared devices, WireGuard keys."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from kidgate.store.columns import Json, Utc

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEW: dict[str, Any] = {"wireguard": "", "tunnel": 0}
EDITS = sa.table(
    "edits",
    sa.column("version", sa.Integer()),
    sa.column("kind", sa.String()),
    sa.column("key", sa.String()),
    sa.column("before", Json),
    sa.column("after", Json),
)


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
    _complete_history(op.get_bind())


def _complete_history(connection: sa.Connection) -> None:
    """An edit is compared with rows of today, field by field: old ones get the new fields too."""
    columns = (EDITS.c.version, EDITS.c.key, EDITS.c.before, EDITS.c.after)
    found = connection.execute(sa.select(*columns).where(EDITS.c.kind == "device")).all()
    for version, key, before, after in found:
        sides = {"before": before, "after": after}
        connection.execute(
            sa.update(EDITS)
            .where(EDITS.c.version == version, EDITS.c.kind == "device", EDITS.c.key == key)
            .values({name: NEW | row for name, row in sides.items() if row is not None})
        )
