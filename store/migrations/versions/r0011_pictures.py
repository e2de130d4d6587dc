"""Tiers say whether pictures that AI made are marked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kidgate.store.migrations.history import complete_history

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "tiers", sa.Column("ai_label", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    complete_history("tier", {"ai_label": False})
