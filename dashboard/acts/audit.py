"""The audit log: who did what, and what auditors looked at."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Invalid
from kidgate.dashboard.gate import act
from kidgate.policies.people import Need
from kidgate.store.audit import Noted, query

MOST = 200


class AuditWanted(msgspec.Struct, frozen=True):
    """Empty: any. `act`: one command or a family of them; `object`: a part of it; `days` back from
    now (0: no end); `before`: the id of the last line of the page before."""

    user: str = ""
    act: str = ""
    object: str = ""
    days: int = 0
    before: int | None = None
    limit: int = 50


class AuditFound(msgspec.Struct, frozen=True):
    lines: tuple[Noted, ...]  # the latest first
    before: int | None  # of the next page; None: there is none


@act("audit.lines", Need.AUDIT)
def lines(desk: Desk, actor: Actor, asked: AuditWanted) -> AuditFound:
    """What was done, page by page."""
    if not 1 <= asked.limit <= MOST or asked.days < 0:
        raise Invalid(f"a page has 1 to {MOST} lines, and `days` is no less than 0")
    with desk.database.reading() as session:
        found = query(
            session,
            since=desk.now() - timedelta(days=asked.days) if asked.days else None,
            user=asked.user.strip() or None,
            act=asked.act.strip() or None,
            object=asked.object.strip() or None,
            before=asked.before,
            limit=asked.limit + 1,
        )
    shown = tuple(found[: asked.limit])
    return AuditFound(shown, shown[-1].id if len(found) > asked.limit else None)
