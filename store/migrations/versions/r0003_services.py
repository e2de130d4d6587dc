"""Services know what they are also called, what goes with them and what stays open beside them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from kidgate.store.columns import Json

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LISTS = ("aliases", "companions", "dependencies", "payment_hosts", "company_hosts")
EDITS = sa.table(
    "edits",
    sa.column("version", sa.Integer()),
    sa.column("kind", sa.String()),
    sa.column("key", sa.String()),
    sa.column("before", Json),
    sa.column("after", Json),
)


def upgrade() -> None:
    for name in LISTS:
        op.add_column("services", sa.Column(name, Json, nullable=False, server_default="[]"))
    _complete_history(op.get_bind())


def _complete_history(connection: sa.Connection) -> None:
    """An edit is compared with rows of today, field by field: old ones get the new fields too."""
    columns = (EDITS.c.version, EDITS.c.key, EDITS.c.before, EDITS.c.after)
    found = connection.execute(sa.select(*columns).where(EDITS.c.kind == "service")).all()
    for version, key, before, after in found:
        sides = {"before": _complete(before), "after": _complete(after)}
        connection.execute(
            sa.update(EDITS)
            .where(EDITS.c.version == version, EDITS.c.kind == "service", EDITS.c.key == key)
            .values({name: row for name, row in sides.items() if row is not None})
        )


def _complete(row: Any) -> Any:
    return None if row is None else {name: [] for name in LISTS} | row
