"""What passes is looked at: searches that are told, videos, what cannot be judged, own data."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from kidgate.store.columns import Json
from kidgate.store.migrations.history import complete_history

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NEW: dict[str, dict[str, Any]] = {
    "tier": {"search_alerts": [], "search_help": [], "videos": [], "unjudged": "watch"},
    "profile": {"personal": []},
}


def upgrade() -> None:
    for name in ("search_alerts", "search_help", "videos"):
        op.add_column("tiers", sa.Column(name, Json, nullable=False, server_default="[]"))
    op.add_column(
        "tiers", sa.Column("unjudged", sa.String(), nullable=False, server_default="watch")
    )
    op.add_column("profiles", sa.Column("personal", Json, nullable=False, server_default="[]"))
    for kind, fields in NEW.items():
        complete_history(kind, fields)
