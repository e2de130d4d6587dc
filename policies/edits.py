"""Changes to a policy: rows in, rows out. What a dashboard's form and a CLI command share.

An edit refuses what it alone can see: a key that is taken, a row that is not there. Whether the
whole then fits together is `compile.py`'s to say, before anything is written. New rules, grants and
pauses have the number 0; the writer gives them theirs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any, cast

from kidgate.policies.rows import (
    DeviceRow,
    ExceptionRow,
    GrantRow,
    GroupRow,
    LessonRow,
    PauseRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    ServiceRow,
    TierRow,
)
from kidgate.policies.targets import InvalidTarget, parse_target

type Keyed = ProfileRow | DeviceRow | GroupRow | TierRow | ServiceRow
type Numbered = RuleRow | GrantRow | PauseRow | LessonRow | ExceptionRow

EVERYONE = "everyone"
RESERVED = (EVERYONE, "unknown")  # words of the command line
FIELDS: Mapping[type, str] = {
    ProfileRow: "profiles",
    DeviceRow: "devices",
    GroupRow: "groups",
    TierRow: "tiers",
    ServiceRow: "services",
    RuleRow: "rules",
    GrantRow: "grants",
    PauseRow: "pauses",
    LessonRow: "lessons",
    ExceptionRow: "exceptions",
}
_NUMBERED = (RuleRow, GrantRow, PauseRow, LessonRow, ExceptionRow)
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NO_DECOMPOSITION = str.maketrans("đĐ", "dD")


class EditFault(ValueError):
    """The change cannot be made; the message says what to do instead."""


def kind_of(row: type) -> str:
    """What people call a row: profile, device, rule..."""
    return FIELDS[row].removesuffix("s")


def slug(text: str) -> str:
    """A key made from a name: `Mai Nguyễn` -> `mai-nguyen`; empty when nothing is left of it."""
    plain = unicodedata.normalize("NFKD", text.translate(_NO_DECOMPOSITION))
    found = re.sub(r"[^a-z0-9._]+", "-", plain.encode("ascii", "ignore").decode().lower())
    return found.strip("-._")[:64]


# --- any row ---


def find[R: Keyed | Numbered](rows: PolicyRows, kind: type[R], key: str | int) -> R:
    """The row of this key or number. Raises EditFault with what there is."""
    members = cast("tuple[R, ...]", getattr(rows, FIELDS[kind]))
    found = next((row for row in members if identity(row) == key), None)
    if found is None:
        raise EditFault(no_such(kind_of(kind), key, [str(identity(row)) for row in members]))
    return found


def identity(row: Keyed | Numbered) -> str | int:
    """A row's key, or its number."""
    return row.id if isinstance(row, _NUMBERED) else row.key


def add(rows: PolicyRows, row: Keyed | Numbered) -> PolicyRows:
    """One row more. Raises EditFault for a key that is taken or cannot be one."""
    members = getattr(rows, FIELDS[type(row)])
    if not isinstance(row, _NUMBERED):
        check_key(kind_of(type(row)), row.key, [other.key for other in members])
    return _with(rows, type(row), (*members, row))


def change(
    rows: PolicyRows, kind: type[Keyed | Numbered], key: str | int, **fields: Any
) -> PolicyRows:
    """The row of this key with other fields. Raises EditFault when there is none."""
    old = find(rows, kind, key)
    members = getattr(rows, FIELDS[kind])
    new = replace(cast("Any", old), **fields)
    return _with(rows, kind, tuple(new if row is old else row for row in members))


def remove(rows: PolicyRows, kind: type[Keyed | Numbered], key: str | int) -> PolicyRows:
    """Without the row, and without what was about it alone: its rules, grants, pauses and so on.

    A removed child's devices stay, as nobody's; a removed group's children leave it.
    """
    old = find(rows, cast("type[ProfileRow]", kind), key)
    members = getattr(rows, FIELDS[kind])
    rows = _with(rows, kind, tuple(row for row in members if row is not old))
    if kind is ProfileRow:
        grants = tuple(grant for grant in rows.grants if grant.child != key)
        devices = tuple(replace(d, of="") if d.of == key else d for d in rows.devices)
        rows = replace(rows, grants=grants, devices=devices)
        return _without_scope(rows, f"child:{key}")
    if kind is GroupRow:
        profiles = tuple(_left(profile, str(key)) for profile in rows.profiles)
        return _without_scope(replace(rows, profiles=profiles), f"group:{key}")
    return _without_scope(rows, f"device:{key}") if kind is DeviceRow else rows


def _with(rows: PolicyRows, kind: type, members: tuple[Any, ...]) -> PolicyRows:
    changed: dict[str, Any] = {FIELDS[kind]: members}
    return replace(rows, **changed)


def _without_scope(rows: PolicyRows, scope: str) -> PolicyRows:
    return replace(
        rows,
        rules=tuple(rule for rule in rows.rules if rule.scope != scope),
        pauses=tuple(pause for pause in rows.pauses if pause.scope != scope),
        lessons=tuple(lesson for lesson in rows.lessons if lesson.scope != scope),
        exceptions=tuple(found for found in rows.exceptions if found.scope != scope),
    )


# --- groups ---


def join(rows: PolicyRows, group: str, children: Iterable[str]) -> PolicyRows:
    """Put children into a group."""
    find(rows, GroupRow, group)
    for child in children:
        groups = find(rows, ProfileRow, child).groups
        if group not in groups:
            rows = change(rows, ProfileRow, child, groups=(*groups, group))
    return rows


def leave(rows: PolicyRows, group: str, children: Iterable[str]) -> PolicyRows:
    """Take children out of a group."""
    find(rows, GroupRow, group)
    for child in children:
        if group not in find(rows, ProfileRow, child).groups:
            raise EditFault(f"`{child}` is not in the group `{group}`; see kidgate group list")
        left = _left(find(rows, ProfileRow, child), group)
        rows = change(rows, ProfileRow, child, groups=left.groups)
    return rows


def _left(profile: ProfileRow, group: str) -> ProfileRow:
    return replace(profile, groups=tuple(key for key in profile.groups if key != group))


# --- rules and pauses ---


def scope_of(rows: PolicyRows, tiers: Collection[str], text: str) -> str:
    """The scope a person means: `everyone`, `tier:K`, `group:K`, `child:K`, `device:K`, or a
    child's bare key. `tiers` are all tiers' keys. Raises EditFault with what there is."""
    known = {
        "child": [row.key for row in rows.profiles],
        "group": [row.key for row in rows.groups],
        "tier": [*tiers],
        "device": [row.key for row in rows.devices],
    }
    kind, colon, key = text.partition(":")
    if text == EVERYONE:
        return text
    if colon and kind not in known:
        words = ", ".join(f"{word}:KEY" for word in known)
        raise EditFault(f"`{text}` is no scope; write a child's key, {words} or {EVERYONE}")
    if not colon:
        kind, key = "child", text
        others = [other for other, keys in known.items() if text in keys]
        if others and "child" not in others:
            raise EditFault(f"`{text}` is no child but a {others[0]}; write `{others[0]}:{text}`")
    if key not in known[kind]:
        raise EditFault(no_such(kind, key, known[kind]))
    return f"{kind}:{key}"


def put_rule(rows: PolicyRows, rule: RuleRow) -> PolicyRows:
    """A new rule in place of those with the same scope, target and schedule.

    Side by side the stricter one would win the tie, and an adult's new word would do nothing.
    """
    kept = tuple(old for old in rows.rules if not _same_question(old, rule))
    return replace(rows, rules=(*kept, replace(rule, id=0)))


def _same_question(old: RuleRow, new: RuleRow) -> bool:
    asked = (old.scope, canonical_target(old.target), old.when.split())
    return asked == (new.scope, canonical_target(new.target), new.when.split())


def canonical_target(text: str) -> str:
    """A target in its one spelling. Raises EditFault."""
    try:
        return str(parse_target(text))
    except InvalidTarget as fault:
        raise EditFault(str(fault)) from None


def put_pause(rows: PolicyRows, pause: PauseRow) -> PolicyRows:
    """A new pause in place of the one this scope had."""
    kept = tuple(old for old in rows.pauses if old.scope != pause.scope)
    return replace(rows, pauses=(*kept, replace(pause, id=0)))


def resume(rows: PolicyRows, scope: str, now: datetime) -> PolicyRows:
    """End the pause of a scope. Raises EditFault when none holds now."""
    if not any(pause.scope == scope and now < pause.until for pause in rows.pauses):
        others = sorted(p.scope for p in rows.pauses if now < p.until)
        there = f"paused are: {', '.join(others)}" if others else "nothing is paused"
        raise EditFault(f"`{scope}` is not paused; {there}")
    return replace(rows, pauses=tuple(pause for pause in rows.pauses if pause.scope != scope))


# --- a policy file ---


def reuse_numbers(rows: PolicyRows, before: PolicyRows) -> PolicyRows:
    """Rows numbered 0 take the number of an equal row of `before`, so that applying a file twice
    changes nothing the second time."""
    return replace(
        rows,
        rules=_renumbered(rows.rules, before.rules),
        grants=_renumbered(rows.grants, before.grants),
        pauses=_renumbered(rows.pauses, before.pauses),
        lessons=_renumbered(rows.lessons, before.lessons),
        exceptions=_renumbered(rows.exceptions, before.exceptions),
    )


def _renumbered[R: Numbered](rows: tuple[R, ...], before: tuple[R, ...]) -> tuple[R, ...]:
    taken = {row.id for row in rows}
    free = [row for row in before if row.id not in taken]
    found = []
    for row in rows:
        same = next((old for old in free if row.id == 0 and replace(old, id=0) == row), None)
        if same is not None:
            free.remove(same)
        found.append(same or row)
    return tuple(found)


# --- words ---


def check_key(kind: str, key: str, taken: Collection[str]) -> None:
    """Raises EditFault unless a new row can have this key."""
    if not _KEY.fullmatch(key):
        better = slug(key)
        hint = f"; write `{better}`, and the full name as --name" if better else ""
        raise EditFault(
            f"`{key}` is no key for a {kind}: letters a-z, digits, `-`, `_` and `.`{hint}"
        )
    if key in RESERVED:
        raise EditFault(f"`{key}` has a meaning of its own; choose another key for the {kind}")
    if key in taken:
        raise EditFault(
            f"a {kind} `{key}` is there already; choose another key, or change that one"
        )


def no_such(kind: str, key: str | int, there: list[str]) -> str:
    """The message for a key that nothing has, with what there is."""
    if not there:
        return f"no {kind} is called `{key}`; there is none yet"
    close = get_close_matches(str(key), there, n=1)
    hint = f"did you mean `{close[0]}`?" if close else "there are " + _listed(there)
    return f"no {kind} is called `{key}`; {hint}"


def _listed(names: list[str], most: int = 20) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
