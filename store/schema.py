"""The tables, typed; what they mean is said in `policies.rows`.

Policy tables mirror the rows field by field; lists and mappings that nobody searches are JSON. Rows
name one another by key without foreign keys: `policies.compile` reports every dangling name at once
with its place, where a database would stop at the first. Only parts of one row are tied to it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from kidgate.store import dialects
from kidgate.store.columns import Base, Json, Number, Utc

# --- the policy ---


class Setting(Base):
    """One field of `Settings` that somebody set; what is absent follows the program's default."""

    __tablename__ = "settings"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(Json)


class Tier(Base):
    """A tier of the house's own; the built-in ones are files."""

    __tablename__ = "tiers"
    key: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[Any] = mapped_column(Json)
    min_age: Mapped[int]
    age_tier: Mapped[bool]
    mode: Mapped[str]
    categories: Mapped[Any] = mapped_column(Json)
    services: Mapped[Any] = mapped_column(Json)
    ways_around: Mapped[Any] = mapped_column(Json)
    content_types: Mapped[Any] = mapped_column(Json)
    default: Mapped[str]
    safe_search: Mapped[bool]
    youtube: Mapped[str]
    text_limits: Mapped[Any] = mapped_column(Json)
    image_limits: Mapped[Any] = mapped_column(Json)
    message_limits: Mapped[Any] = mapped_column(Json)
    personal_data: Mapped[str]
    search_terms: Mapped[Any] = mapped_column(Json)
    search_alerts: Mapped[Any] = mapped_column(Json, server_default="[]")
    search_help: Mapped[Any] = mapped_column(Json, server_default="[]")
    videos: Mapped[Any] = mapped_column(Json, server_default="[]")
    unjudged: Mapped[str] = mapped_column(server_default="watch")
    ai_label: Mapped[bool] = mapped_column(server_default=false())
    hours: Mapped[str]
    bedtime: Mapped[str]
    quotas: Mapped[Any] = mapped_column(Json)
    notice_minutes: Mapped[Any] = mapped_column(Json, server_default="{}")
    journal: Mapped[str]
    notify: Mapped[Any] = mapped_column(Json)
    zone: Mapped[str]


class Service(Base):
    """A service of the house's own; the built-in ones are files."""

    __tablename__ = "services"
    key: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    hosts: Mapped[Any] = mapped_column(Json)
    urls: Mapped[Any] = mapped_column(Json)
    networks: Mapped[Any] = mapped_column(Json)
    categories: Mapped[Any] = mapped_column(Json)
    min_age: Mapped[int]
    aliases: Mapped[Any] = mapped_column(Json, server_default="[]")
    companions: Mapped[Any] = mapped_column(Json, server_default="[]")
    dependencies: Mapped[Any] = mapped_column(Json, server_default="[]")
    payment_hosts: Mapped[Any] = mapped_column(Json, server_default="[]")
    company_hosts: Mapped[Any] = mapped_column(Json, server_default="[]")


class Group(Base):
    __tablename__ = "groups"
    key: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    kind: Mapped[str]


class Profile(Base):
    __tablename__ = "profiles"
    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    born: Mapped[date | None]
    tier: Mapped[str]
    language: Mapped[str]
    zone: Mapped[str]
    personal: Mapped[Any] = mapped_column(Json, server_default="[]")
    bedtime: Mapped[str] = mapped_column(server_default="")
    hours: Mapped[str] = mapped_column(server_default="")
    quotas: Mapped[Any] = mapped_column(Json, server_default="{}")


class ProfileGroup(Base):
    """A profile's groups, in their order."""

    __tablename__ = "profile_groups"
    __table_args__ = (Index(None, "group"),)
    profile: Mapped[str] = mapped_column(
        ForeignKey("profiles.key", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    group: Mapped[str]


class Device(Base):
    __tablename__ = "devices"
    key: Mapped[str] = mapped_column(primary_key=True)
    of: Mapped[str]
    login: Mapped[str]
    password_hash: Mapped[str]
    trusts_ca: Mapped[bool]
    wireguard: Mapped[str] = mapped_column(server_default="")
    tunnel: Mapped[int] = mapped_column(server_default="0")


class DeviceAddress(Base):
    """A device's IP and MAC addresses, in their order."""

    __tablename__ = "device_addresses"
    __table_args__ = (CheckConstraint("kind IN ('ip', 'mac')", name="kind"), Index(None, "address"))
    device: Mapped[str] = mapped_column(
        ForeignKey("devices.key", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    address: Mapped[str]


class Rule(Base):
    __tablename__ = "rules"
    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    scope: Mapped[str]
    target: Mapped[str]
    action: Mapped[str]
    when: Mapped[str]
    until: Mapped[datetime | None] = mapped_column(Utc)
    safe_search: Mapped[bool]
    author: Mapped[str]
    reason: Mapped[str]


class Grant(Base):
    __tablename__ = "grants"
    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    child: Mapped[str]
    target: Mapped[str]
    until: Mapped[datetime] = mapped_column(Utc)
    confirmed_twice: Mapped[bool]
    author: Mapped[str]
    reason: Mapped[str]


class Pause(Base):
    __tablename__ = "pauses"
    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    scope: Mapped[str]
    until: Mapped[datetime] = mapped_column(Utc)
    author: Mapped[str]
    reason: Mapped[str]


class Lesson(Base):
    __tablename__ = "lessons"
    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    scope: Mapped[str]
    until: Mapped[datetime] = mapped_column(Utc)
    targets: Mapped[Any] = mapped_column(Json)
    title: Mapped[str]
    author: Mapped[str]
    reason: Mapped[str]


class TimeException(Base):
    __tablename__ = "exceptions"
    id: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    scope: Mapped[str]
    start: Mapped[datetime] = mapped_column(Utc)
    until: Mapped[datetime] = mapped_column(Utc)
    lifts: Mapped[Any] = mapped_column(Json)
    author: Mapped[str]
    reason: Mapped[str]


class Version(Base):
    """One change of the policy; numbers start at 1 and have no gaps."""

    __tablename__ = "versions"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Utc)
    author: Mapped[str]
    comment: Mapped[str]


class VersionEdit(Base):
    """What a version changed: a row as JSON before and after; NULL where there was or is none."""

    __tablename__ = "edits"
    __table_args__ = (Index(None, "kind", "key"),)
    version: Mapped[int] = mapped_column(ForeignKey("versions.number"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    before: Mapped[Any | None] = mapped_column(Json)
    after: Mapped[Any | None] = mapped_column(Json)


# --- people ---


class User(Base):
    """An adult who may sign in; without a password hash, not by password."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'parent', 'teacher', 'auditor')", name="role"),
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    password_hash: Mapped[str | None]
    language: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Utc)
    active: Mapped[bool]
    groups: Mapped[Any] = mapped_column(Json, server_default="[]")  # a teacher's classes
    totp_secret: Mapped[str] = mapped_column(server_default="")
    totp_step: Mapped[int] = mapped_column(Number, server_default="0")  # the last one used
    recovery: Mapped[Any] = mapped_column(Json, server_default="[]")  # SHA-256 of codes


class Login(Base):
    """A browser that somebody has signed in with, known by the SHA-256 of its key."""

    __tablename__ = "logins"
    __table_args__ = (Index(None, "user"), Index(None, "until"))
    hash: Mapped[str] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("users.name", ondelete="CASCADE"))
    opened_at: Mapped[datetime] = mapped_column(Utc)
    seen_at: Mapped[datetime] = mapped_column(Utc)
    until: Mapped[datetime] = mapped_column(Utc)
    address: Mapped[str]
    agent: Mapped[str]


class Passkey(Base):
    """A WebAuthn credential."""

    __tablename__ = "passkeys"
    __table_args__ = (Index(None, "user"),)
    id: Mapped[str] = mapped_column(primary_key=True)  # base64url, as browsers spell it
    user: Mapped[str] = mapped_column(ForeignKey("users.name", ondelete="CASCADE"))
    key: Mapped[str]  # public, COSE in base64url
    count: Mapped[int] = mapped_column(Number)
    name: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(Utc)
    used_at: Mapped[datetime | None] = mapped_column(Utc)


class Token(Base):
    """A key with which a program acts for somebody."""

    __tablename__ = "tokens"
    __table_args__ = (UniqueConstraint("hash"), Index(None, "user"))
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("users.name", ondelete="CASCADE"))
    name: Mapped[str]
    hash: Mapped[str]
    write: Mapped[bool]
    made_at: Mapped[datetime] = mapped_column(Utc)
    until: Mapped[datetime | None] = mapped_column(Utc)
    used_at: Mapped[datetime | None] = mapped_column(Utc)


class Invite(Base):
    """A link that lets one person make an account; it goes when it is used."""

    __tablename__ = "invites"
    hash: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    groups: Mapped[Any] = mapped_column(Json)
    first: Mapped[bool]  # good for the first owner of the house alone
    made_at: Mapped[datetime] = mapped_column(Utc)
    until: Mapped[datetime] = mapped_column(Utc)


class AuditLine(Base):
    """What an adult did or looked at."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "at"), Index(None, "user", "id"), Index(None, "act", "id"))
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    at: Mapped[datetime] = mapped_column(Utc)
    user: Mapped[str]  # as it was called then
    role: Mapped[str]
    address: Mapped[str]
    act: Mapped[str]
    object: Mapped[str]
    detail: Mapped[Any] = mapped_column(Json)


class Pin(Base):
    """What a child signs in with on a shared device."""

    __tablename__ = "pins"
    profile: Mapped[str] = mapped_column(primary_key=True)
    hash: Mapped[str]  # Argon2, in its PHC spelling
    set_at: Mapped[datetime] = mapped_column(Utc)


class StrangerLine(Base):
    """A device that asked and that nobody has named."""

    __tablename__ = "strangers"
    __table_args__ = (Index(None, "last_at"),)
    key: Mapped[str] = mapped_column(primary_key=True)  # its MAC address, else its address
    mac: Mapped[str]
    address: Mapped[str]
    name: Mapped[str]
    way: Mapped[str]
    first_at: Mapped[datetime] = mapped_column(Utc)
    last_at: Mapped[datetime] = mapped_column(Utc)


class Request(Base):
    """A child's ask, and the answer."""

    __tablename__ = "requests"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'approved', 'denied', 'expired')", name="state"),
        Index(None, "state", "at"),
        Index(None, "profile", "at"),
    )
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    at: Mapped[datetime] = mapped_column(Utc)
    profile: Mapped[str]
    device: Mapped[str]
    target: Mapped[str]
    url: Mapped[str]
    note: Mapped[str]
    state: Mapped[str]
    answered_by: Mapped[str]  # user; empty while open
    answered_at: Mapped[datetime | None] = mapped_column(Utc)
    answer: Mapped[str]  # what the adult said to the child
    grant: Mapped[int | None] = mapped_column(Number)
    # What it is about, as the block page knew it; repeats for one site are one row.
    site: Mapped[str] = mapped_column(server_default="")
    service: Mapped[str] = mapped_column(server_default="")
    category: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")
    entry: Mapped[str] = mapped_column(server_default="")  # the journal's
    # What was opened: page, site, service or category; for how long; for the child or its tier.
    scope: Mapped[str] = mapped_column(server_default="")
    duration: Mapped[str] = mapped_column(server_default="")
    whom: Mapped[str] = mapped_column(server_default="")
    rule: Mapped[int | None] = mapped_column(Number)
    until: Mapped[datetime | None] = mapped_column(Utc)
    # Hashes of the nonces of links that may answer it
    links: Mapped[Any] = mapped_column(Json, server_default="[]")


# --- what happened ---


class Usage(Base):
    """The ledger of time used: spans, from which a day's minutes can be counted anew."""

    __tablename__ = "usage"
    __table_args__ = (Index(None, "profile", "day"), Index(None, "day"))
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    profile: Mapped[str]
    device: Mapped[str]
    key: Mapped[str]  # all, service:K, category:K
    day: Mapped[date]  # of the profile's own zone, when it was booked
    started_at: Mapped[datetime] = mapped_column(Utc)  # both on the steady line of `UsageLine`
    ended_at: Mapped[datetime] = mapped_column(Utc)


class UsageLine(Base):
    """Where on the steady line of the ledger a box was started, each time."""

    __tablename__ = "usage_lines"
    boot: Mapped[str] = mapped_column(primary_key=True)
    zero: Mapped[datetime] = mapped_column(Utc)


class Bonus(Base):
    """Minutes that an adult gave a child for one day, and why."""

    __tablename__ = "bonuses"
    __table_args__ = (Index(None, "profile", "day"), Index(None, "day"))
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    profile: Mapped[str]
    day: Mapped[date]
    key: Mapped[str]  # of the quota: all, service:K, category:K, each:K
    minutes: Mapped[int]
    reason: Mapped[str]
    author: Mapped[str]
    at: Mapped[datetime] = mapped_column(Utc)


class TimeTold(Base):
    """What a child was told about its time on a day, so that it is told once."""

    __tablename__ = "time_told"
    __table_args__ = (Index(None, "day"),)
    profile: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    notice: Mapped[str] = mapped_column(primary_key=True)  # left:5, every:30:2


class JournalLine(Base):
    """One attempt and its repeats within a quarter of an hour (`bucket`, `fold`: see `fold.py`)."""

    __tablename__ = "journal"
    __table_args__ = (
        # The bucket first: new lines then fall side by side in the index, not all over the SD card.
        UniqueConstraint("bucket", "fold"),
        Index(None, "last_at"),
        Index(None, "child", "last_at"),
    )
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    entry: Mapped[str]  # id of the first entry: the number on the block page
    bucket: Mapped[int] = mapped_column(Number)
    fold: Mapped[bytes] = mapped_column(LargeBinary)
    first_at: Mapped[datetime] = mapped_column(Utc)
    last_at: Mapped[datetime] = mapped_column(Utc)
    count: Mapped[int] = mapped_column(Number)
    kind: Mapped[str]
    child: Mapped[str]
    device: Mapped[str]
    tier: Mapped[str]
    verdict: Mapped[str]
    reason: Mapped[str]
    category: Mapped[str]
    host: Mapped[str]
    url: Mapped[str]
    source: Mapped[str]
    rule_id: Mapped[int | None] = mapped_column(Number)
    version: Mapped[str]
    address: Mapped[str]


class JournalEntry(Base):
    """Ids of entries already counted, so that one that was spooled as well is not counted twice."""

    __tablename__ = "journal_entries"
    __table_args__ = (dialects.CLUSTERED,)
    bucket: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(primary_key=True)


class Alert(Base):
    """Something an adult should look at."""

    __tablename__ = "alerts"
    __table_args__ = (
        CheckConstraint("severity IN ('info', 'warning', 'urgent')", name="severity"),
        Index(None, "seen", "at"),
        Index(None, "kind", "key"),
        Index(None, "told"),
    )
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    kind: Mapped[str]
    severity: Mapped[str]
    at: Mapped[datetime] = mapped_column(Utc)  # the first time
    text: Mapped[str]  # of older rows; the others have facts
    seen: Mapped[bool]  # handled
    key: Mapped[str] = mapped_column(server_default="")  # what makes two of a kind the same
    facts: Mapped[Any] = mapped_column(Json, server_default="{}")
    count: Mapped[int] = mapped_column(Number, server_default="1")
    last_at: Mapped[datetime | None] = mapped_column(Utc)
    told: Mapped[bool] = mapped_column(server_default=true())  # messages wait in the outbox
    handled_by: Mapped[str] = mapped_column(server_default="")
    handled_at: Mapped[datetime | None] = mapped_column(Utc)


class Channel(Base):
    """A way to tell an adult. The address is a secret: nothing shows it whole."""

    __tablename__ = "channels"
    __table_args__ = (UniqueConstraint("name"),)
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    name: Mapped[str]
    user: Mapped[str]  # empty: the house
    url: Mapped[str]  # as Apprise spells it
    severity: Mapped[str]  # the least that is told
    kinds: Mapped[Any] = mapped_column(Json)  # of alerts, `request`, `digest`; empty: all
    quiet: Mapped[str]  # schedule text; urgent ones come anyway
    language: Mapped[str]
    hourly: Mapped[int]
    enabled: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Utc)
    fault: Mapped[str]  # of the last try; never with the address in it
    fault_at: Mapped[datetime | None] = mapped_column(Utc)


class Outgoing(Base):
    """A message for one channel, kept until it is sent or given up."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed', 'summed')", name="state"),
        UniqueConstraint("channel", "key"),
        Index(None, "state", "due_at"),
        Index(None, "channel", "done_at"),
    )
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    channel: Mapped[int] = mapped_column(Number)
    key: Mapped[str]  # what it tells: alert:7, request:3, digest:2026-W47
    severity: Mapped[str]
    at: Mapped[datetime] = mapped_column(Utc)
    due_at: Mapped[datetime] = mapped_column(Utc)
    tries: Mapped[int]
    state: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]  # emptied once it is sent
    html: Mapped[str]
    fault: Mapped[str]
    done_at: Mapped[datetime | None] = mapped_column(Utc)


class Check(Base):
    """One visit of a filtering check: what should have come of it, and what did."""

    __tablename__ = "checks"
    __table_args__ = (Index(None, "at"),)
    id: Mapped[int] = mapped_column(Number, primary_key=True)
    run: Mapped[str]
    at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[str]
    tier: Mapped[str]
    what: Mapped[str]  # category:K, help:HOST, feed:K
    url: Mapped[str]
    expected: Mapped[str]
    verdict: Mapped[str]
    reason: Mapped[str]
    passed: Mapped[bool]
    version: Mapped[str]  # of the policy


class Feed(Base):
    """A list: where it comes from, what became of its lines, how the last try to fetch it ended."""

    __tablename__ = "feeds"
    name: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[str]
    location: Mapped[str]  # path, URL or `builtin:NAME`
    format: Mapped[str]
    licence: Mapped[str]
    imported_at: Mapped[datetime | None] = mapped_column(Utc)
    lines: Mapped[int]
    accepted: Mapped[int]
    duplicate: Mapped[int]
    skipped: Mapped[Any] = mapped_column(Json)  # reason -> count
    names: Mapped[int]
    urls: Mapped[int]
    sha256: Mapped[str]
    exceptions: Mapped[int] = mapped_column(server_default="0")
    rules: Mapped[int] = mapped_column(server_default="0")
    networks: Mapped[int] = mapped_column(server_default="0")
    most: Mapped[int] = mapped_column(server_default="0")
    interval: Mapped[int] = mapped_column(server_default="0")  # hours
    failures: Mapped[int] = mapped_column(server_default="0")
    overdue: Mapped[int] = mapped_column(server_default="0")  # seconds
    top_hosts: Mapped[int] = mapped_column(server_default="1000")
    kind: Mapped[str] = mapped_column(server_default="list")
    content: Mapped[str] = mapped_column(server_default="")
    member: Mapped[str] = mapped_column(server_default="")
    read_as: Mapped[str] = mapped_column(server_default="")
    checksum: Mapped[str] = mapped_column(server_default="")
    signature: Mapped[str] = mapped_column(server_default="")
    public_key: Mapped[str] = mapped_column(server_default="")
    etag: Mapped[str] = mapped_column(server_default="")
    modified: Mapped[str] = mapped_column(server_default="")
    fault: Mapped[str] = mapped_column(server_default="")
    fault_reason: Mapped[str] = mapped_column(server_default="")
    enabled: Mapped[bool] = mapped_column(server_default=true())
    overrides: Mapped[Any] = mapped_column(Json, server_default="{}")  # what -> why it may be
    most_at: Mapped[datetime | None] = mapped_column(Utc)
    tried_at: Mapped[datetime | None] = mapped_column(Utc)
    checked_at: Mapped[datetime | None] = mapped_column(Utc)
    fault_since: Mapped[datetime | None] = mapped_column(Utc)
    retry_at: Mapped[datetime | None] = mapped_column(Utc)
