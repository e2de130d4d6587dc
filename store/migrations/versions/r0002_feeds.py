"""Feeds that are fetched by themselves: where from, how often, what was seen last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kidgate.store.columns import Json, Utc

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("feeds") as feeds:
        feeds.alter_column("imported_at", existing_type=Utc(), nullable=True)
        for name in _COUNTS:
            feeds.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        top_hosts = sa.Column("top_hosts", sa.Integer(), nullable=False, server_default="1000")
        feeds.add_column(top_hosts)
        feeds.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="list"))
        for name in _TEXTS:
            feeds.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        feeds.add_column(
            sa.Column("enabled", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        feeds.add_column(sa.Column("overrides", Json, nullable=False, server_default="{}"))
        for name in ("most_at", "tried_at", "checked_at", "fault_since", "retry_at"):
            feeds.add_column(sa.Column(name, Utc(), nullable=True))


_COUNTS = ("exceptions", "rules", "networks", "most", "interval", "failures", "overdue")
_TEXTS = (
    "content",
    "member",
    "read_as",
    "checksum",
    "signature",
    "public_key",
    "etag",
    "modified",
    "fault",
    "fault_reason",
)
