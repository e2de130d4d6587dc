"""The audit log: what adults did and, for auditors, what they looked at. Only ever appended to.

What is noted of each command is the keeper's to say (`keeper.audit`); here it is made harmless,
found again and, after two years, forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from kidgate.store.columns import Base
from kidgate.store.fold import safe_text
from kidgate.store.schema import AuditLine

KEPT = timedelta(days=2 * 365 + 1)
LENGTHS: Mapping[str, int] = {"user": 64, "role": 20, "address": 64, "act": 64, "object": 300}
LONGEST_TEXT, MOST_PARTS, DEEPEST = 500, 50, 3  # of a detail
_TABLE = Base.metadata.tables[AuditLine.__tablename__]


@dataclass(frozen=True, slots=True)
class Noted:
    """One line. Texts are safe to show."""

    id: int
    at: datetime
    user: str
    role: str
    address: str
    act: str
    object: str
    detail: Mapping[str, Any]


_COLUMNS = tuple(_TABLE.c[field.name] for field in fields(Noted))


def put_noted(
    session: Session,
    *,
    at: datetime,
    by: Mapping[str, Any],
    act: str,
    object: str,
    detail: Mapping[str, Any],
) -> None:
    """Add a line. `by` has user, role and address; whatever it lacks is empty."""
    texts = {"act": act, "object": object}
    texts |= {name: str(by.get(name) or "") for name in ("user", "role", "address")}
    row = {name: safe_text(text, LENGTHS[name]) for name, text in texts.items()}
    session.execute(insert(_TABLE), [row | {"at": at, "detail": _safe(dict(detail))}])


def query(
    session: Session,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    user: str | None = None,
    act: str | None = None,
    object: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Noted]:
    """Lines within [since, until) that match everything given, newest first.

    `act` is one command (`user.add`) or a family (`user`); `object` a part of it. The next page
    begins `before` the id of the last line.
    """
    found = select(*_COLUMNS).order_by(_TABLE.c.id.desc()).limit(limit)
    if since is not None:
        found = found.where(_TABLE.c.at >= since)
    if until is not None:
        found = found.where(_TABLE.c.at < until)
    if user:
        found = found.where(_TABLE.c.user == safe_text(user, LENGTHS["user"]))
    if act:
        family = _TABLE.c.act.startswith(f"{act}.", autoescape=True)
        found = found.where(or_(_TABLE.c.act == act, family))
    if object:
        part = safe_text(object, LENGTHS["object"])
        found = found.where(_TABLE.c.object.icontains(part, autoescape=True))
    if before is not None:
        found = found.where(_TABLE.c.id < before)
    return [Noted(*row) for row in session.execute(found)]


def purge(session: Session, now: datetime, limit: int = 5000) -> int:
    """Forget the oldest lines whose time is over, at most `limit`; how many went."""
    old = select(_TABLE.c.id).where(_TABLE.c.at < now - KEPT).order_by(_TABLE.c.at).limit(limit)
    return session.execute(delete(_TABLE).where(_TABLE.c.id.in_(old))).rowcount  # type: ignore[attr-defined,no-any-return]


def _safe(value: Any, depth: int = 0) -> Any:
    """JSON whose texts are harmless and whose size has an end."""
    match value:
        case bool() | int() | None:
            return value
        case dict() if depth < DEEPEST:
            parts = [*value.items()][:MOST_PARTS]
            return {safe_text(str(key), 64): _safe(part, depth + 1) for key, part in parts}
        case list() | tuple() if depth < DEEPEST:
            return [_safe(part, depth + 1) for part in value[:MOST_PARTS]]
    return safe_text(str(value), LONGEST_TEXT)
