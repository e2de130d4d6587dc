"""What passes is looked at: searches that are told, videos, what cannot be judged, own data."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from kidgate.store.columns import Json

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NEW: dict[str, dict[str, Any]] = {
    "tier": {"search_alerts": [], "search_help": [], "videos": [], "unjudged": "watch"},
    "profile": {"personal": []},
}
EDITS = sa.table(
    "edits",
    sa.column("version", sa.Integer()),
    sa.column("kind", sa.String()),
    sa.column("key", sa.String()),
    sa.column("before", Json),
    sa.column("after", Json),
)


def upgrade() -> None:
    for name in ("search_alerts", "search_help", "videos"):
        op.add_column("tiers", sa.Column(name, Json, nullable=False, server_default="[]"))
    op.add_column(
        "tiers", sa.Column("unjudged", sa.String(), nullable=False, server_default="watch")
    )
    op.add_column("profiles", sa.Column("personal", Json, nullable=False, server_default="[]"))
    for kind, fields in NEW.items():
        _complete_history(op.get_bind(), kind, fields)


def _complete_history(connection: sa.Connection, kind: str, fields: dict[str, Any]) -> None:
    """An edit is compared with rows of today, field by field: old ones get the new fields too."""
    columns = (EDITS.c.version, EDITS.c.key, EDITS.c.before, EDITS.c.after)
    found = connection.execute(sa.select(*columns).where(EDITS.c.kind == kind)).all()
    for version, key, before, after in found:
        sides = {"before": before, "after": after}
        connection.execute(
            sa.update(EDITS)
            .where(EDITS.c.version == version, EDITS.c.kind == kind, EDITS.c.key == key)
            .values({name: fields | row for name, row in sides.items() if row is not None})
        )
