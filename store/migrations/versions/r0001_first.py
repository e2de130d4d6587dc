"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kidgate.store import dialects
from kidgate.store.columns import Json, Number, Utc

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _policy()
    _versions()
    _people()
    _records()


def _policy() -> None:
    op.create_table(
        "settings",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_settings")),
    )
    op.create_table(
        "tiers",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=False),
        sa.Column("age_tier", sa.Boolean(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("categories", Json, nullable=False),
        sa.Column("services", Json, nullable=False),
        sa.Column("ways_around", Json, nullable=False),
        sa.Column("content_types", Json, nullable=False),
        sa.Column("default", sa.String(), nullable=False),
        sa.Column("safe_search", sa.Boolean(), nullable=False),
        sa.Column("youtube", sa.String(), nullable=False),
        sa.Column("text_limits", Json, nullable=False),
        sa.Column("image_limits", Json, nullable=False),
        sa.Column("message_limits", Json, nullable=False),
        sa.Column("personal_data", sa.String(), nullable=False),
        sa.Column("search_terms", Json, nullable=False),
        sa.Column("hours", sa.String(), nullable=False),
        sa.Column("bedtime", sa.String(), nullable=False),
        sa.Column("quotas", Json, nullable=False),
        sa.Column("journal", sa.String(), nullable=False),
        sa.Column("notify", Json, nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tiers")),
    )
    op.create_table(
        "services",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("hosts", Json, nullable=False),
        sa.Column("urls", Json, nullable=False),
        sa.Column("networks", Json, nullable=False),
        sa.Column("categories", Json, nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_services")),
    )
    op.create_table(
        "groups",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_groups")),
    )
    op.create_table(
        "profiles",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("born", sa.Date(), nullable=True),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_profiles")),
    )
    op.create_table(
        "profile_groups",
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("group", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile"],
            ["profiles.key"],
            name=op.f("fk_profile_groups_profile"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("profile", "position", name=op.f("pk_profile_groups")),
    )
    op.create_index(op.f("ix_profile_groups_group"), "profile_groups", ["group"])
    op.create_table(
        "devices",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("of", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("trusts_ca", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_devices")),
    )
    op.create_table(
        "device_addresses",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('ip', 'mac')", name=op.f("ck_device_addresses_kind")),
        sa.ForeignKeyConstraint(
            ["device"], ["devices.key"], name=op.f("fk_device_addresses_device"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device", "kind", "position", name=op.f("pk_device_addresses")),
    )
    op.create_index(op.f("ix_device_addresses_address"), "device_addresses", ["address"])
    op.create_table(
        "rules",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("when", sa.String(), nullable=False),
        sa.Column("until", Utc(), nullable=True),
        sa.Column("safe_search", sa.Boolean(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
    )
    op.create_table(
        "grants",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("child", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("confirmed_twice", sa.Boolean(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_table(
        "pauses",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )


def _versions() -> None:
    op.create_table(
        "versions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_versions")),
    )
    op.create_table(
        "edits",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("before", Json, nullable=True),
        sa.Column("after", Json, nullable=True),
        sa.ForeignKeyConstraint(["version"], ["versions.number"], name=op.f("fk_edits_version")),
        sa.PrimaryKeyConstraint("version", "kind", "key", name=op.f("pk_edits")),
    )
    op.create_index(op.f("ix_edits_kind_key"), "edits", ["kind", "key"])


def _people() -> None:
    op.create_table(
        "users",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "role IN ('owner', 'parent', 'teacher', 'auditor')", name=op.f("ck_users_role")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_users")),
    )
    op.create_table(
        "requests",
        sa.Column("id", Number, nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_at", Utc(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("grant", Number, nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'approved', 'denied', 'expired')", name=op.f("ck_requests_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_index(op.f("ix_requests_profile_at"), "requests", ["profile", "at"])
    op.create_index(op.f("ix_requests_state_at"), "requests", ["state", "at"])
    op.create_table(
        "alerts",
        sa.Column("id", Number, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "severity IN ('info', 'warning', 'urgent')", name=op.f("ck_alerts_severity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(op.f("ix_alerts_seen_at"), "alerts", ["seen", "at"])


def _records() -> None:
    op.create_table(
        "journal",
        sa.Column("id", Number, nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("bucket", Number, nullable=False),
        sa.Column("fold", sa.LargeBinary(), nullable=False),
        sa.Column("first_at", Utc(), nullable=False),
        sa.Column("last_at", Utc(), nullable=False),
        sa.Column("count", Number, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("child", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("rule_id", Number, nullable=True),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("bucket", "fold", name=op.f("uq_journal_bucket_fold")),
    )
    op.create_index(op.f("ix_journal_child_last_at"), "journal", ["child", "last_at"])
    op.create_index(op.f("ix_journal_last_at"), "journal", ["last_at"])
    op.create_table(
        "journal_entries",
        sa.Column("bucket", Number, autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "id", name=op.f("pk_journal_entries")),
        **dialects.CLUSTERED,
    )
    op.create_table(
        "usage",
        sa.Column("id", Number, nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("started_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage")),
    )
    op.create_index(op.f("ix_usage_day"), "usage", ["day"])
    op.create_index(op.f("ix_usage_profile_day"), "usage", ["profile", "day"])
    op.create_table(
        "feeds",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("imported_at", Utc(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Integer(), nullable=False),
        sa.Column("skipped", Json, nullable=False),
        sa.Column("names", sa.Integer(), nullable=False),
        sa.Column("urls", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_feeds")),
    )
