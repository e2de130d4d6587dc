"""What a child asks for, and how it may be answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kidgate.store.columns import Json, Number, Utc

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXTS = ("site", "service", "category", "reason", "entry", "scope", "duration", "whom")


def upgrade() -> None:
    for name in TEXTS:
        op.add_column("requests", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("requests", sa.Column("rule", Number, nullable=True))
    op.add_column("requests", sa.Column("until", Utc(), nullable=True))
    op.add_column("requests", sa.Column("links", Json, nullable=False, server_default="[]"))
