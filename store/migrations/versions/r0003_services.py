"""Services know what they are also called, what goes with them and what stays open beside them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kidgate.store.columns import Json
from kidgate.store.migrations.history import complete_history

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LISTS = ("aliases", "companions", "dependencies", "payment_hosts", "company_hosts")


def upgrade() -> None:
    for name in LISTS:
        op.add_column("services", sa.Column(name, Json, nullable=False, server_default="[]"))
    complete_history("service", {name: [] for name in LISTS})
