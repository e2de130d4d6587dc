"""The saved edits of older versions, brought to the fields that rows have today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from kidgate.store.columns import Json

EDITS = sa.table(
    "edits",
    sa.column("version", sa.Integer()),
    sa.column("kind", sa.String()),
    sa.column("key", sa.String()),
    sa.column("before", Json),
    sa.column("after", Json),
)


def complete_history(kind: str, fields: Mapping[str, Any]) -> None:
    """Give the rows of one kind their new fields, with the values they have had so far.

    An edit is compared with rows of today, field by field: without this no old version could be
    shown or rolled back to.
    """
    connection = op.get_bind()
    columns = (EDITS.c.version, EDITS.c.key, EDITS.c.before, EDITS.c.after)
    found = connection.execute(sa.select(*columns).where(EDITS.c.kind == kind)).all()
    for version, key, before, after in found:
        sides = {"before": before, "after": after}
        connection.execute(
            sa.update(EDITS)
            .where(EDITS.c.version == version, EDITS.c.kind == kind, EDITS.c.key == key)
            .values({name: {**fields, **row} for name, row in sides.items() if row is not None})
        )
