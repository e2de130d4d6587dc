"""Who may sign in, with what, and what they did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kidgate.store.columns import Json, Number, Utc

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, kind, default in (
        ("groups", Json, "[]"),
        ("totp_secret", sa.String(), ""),
        ("totp_step", Number, "0"),
        ("recovery", Json, "[]"),
    ):
        op.add_column("users", sa.Column(name, kind, nullable=False, server_default=default))
    _sign_in_tables()
    op.create_table(
        "invites",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("groups", Json, nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_invites")),
    )
    op.create_table(
        "audit",
        sa.Column("id", Number, nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_index(op.f("ix_audit_user_id"), "audit", ["user", "id"])
    op.create_index(op.f("ix_audit_act_id"), "audit", ["act", "id"])


def _sign_in_tables() -> None:
    op.create_table(
        "logins",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("opened_at", Utc(), nullable=False),
        sa.Column("seen_at", Utc(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        _of_user("logins"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_logins")),
    )
    op.create_index(op.f("ix_logins_user"), "logins", ["user"])
    op.create_index(op.f("ix_logins_until"), "logins", ["until"])
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", Number, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("added_at", Utc(), nullable=False),
        sa.Column("used_at", Utc(), nullable=True),
        _of_user("passkeys"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
    )
    op.create_index(op.f("ix_passkeys_user"), "passkeys", ["user"])
    op.create_table(
        "tokens",
        sa.Column("id", Number, nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("write", sa.Boolean(), nullable=False),
        sa.Column("made_at", Utc(), nullable=False),
        sa.Column("until", Utc(), nullable=True),
        sa.Column("used_at", Utc(), nullable=True),
        _of_user("tokens"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
    )
    op.create_index(op.f("ix_tokens_user"), "tokens", ["user"])


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_user")
    return sa.ForeignKeyConstraint(["user"], ["users.name"], name=name, ondelete="CASCADE")
