"""Minutes given: by an adult, to a child, for a day, for a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kidgate.keeper.usage import publish, snapshot_of, today_of
from kidgate.keeper.writer import Writer
from kidgate.policies.edits import EditFault
from kidgate.policies.quotas import is_key
from kidgate.store import usage
from kidgate.store.usage import Given

MOST = 24 * 60


def add(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Give `child` so many `minutes` of `key` on `day` (ISO; absent or empty: today).

    Its number, the day, and all that was given of the key that day. Raises EditFault.
    """
    child, key, minutes = str(args["child"]), str(args["key"]), int(args["minutes"])
    snapshot, now = snapshot_of(writer), writer.now()
    if child not in snapshot.profiles:
        raise EditFault(f"no profile is called `{child}`")
    if not is_key(key):
        known = "all, service:NAME, category:NAME, each:CATEGORY"
        raise EditFault(f"`{key}` is none of {known}")
    kind, _, name = key.partition(":")
    if kind == "service" and name not in snapshot.service_titles:
        raise EditFault(f"no service is called `{name}`; see kidgate service list")
    if not 1 <= minutes <= MOST:
        raise EditFault(f"a bonus has from 1 to {MOST} minutes, not {minutes}")
    today = today_of(snapshot, child, now)
    try:
        day = date.fromisoformat(str(args["day"])) if args.get("day") else today
    except ValueError:
        raise EditFault(f"`{args['day']}` is no day; write one like {today}") from None
    if day < today:
        raise EditFault(f"{day} is over; a bonus is for today or a later day")
    author = str((args.get("by") or {}).get("user") or args.get("author") or "")
    given = Given(0, child, day, key, minutes, str(args.get("reason", ""))[:500], author, now)
    with writer.database.writing() as session:
        number = usage.add_bonus(session, given)
        usage.forget_warnings(session, child, day)
        every = usage.bonuses(session, (child,), (day,))
    publish(writer, {child})
    whole = sum(one.minutes for one in every if one.key == key)
    return {"id": number, "day": day.isoformat(), "minutes": whole}


def remove(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Take the bonus with this `id` back; what it was. Raises EditFault."""
    number = int(args["id"])
    with writer.database.writing() as session:
        given = usage.bonus(session, number)
        if given is None:
            raise EditFault(f"there is no bonus {number}; see kidgate time show")
        usage.remove_bonus(session, number)
    publish(writer, {given.profile})
    return {"child": given.profile, "key": given.key, "minutes": given.minutes}
