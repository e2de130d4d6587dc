"""What differs between two versions of the policy, row by row, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from kidgate.dashboard.acts.versions import Changed
from kidgate.dashboard.web.naming import Names
from kidgate.dashboard.web.showing import moment, outside
from kidgate.dashboard.web.words import Words

SHORT = 60
SCHEDULES = ("when", "bedtime", "hours")


@dataclass(frozen=True, slots=True)
class Said:
    """`verb`: added, removed, changed; `fields`: name, before and after."""

    verb: str
    what: Markup
    fields: tuple[tuple[str, Markup, Markup], ...] = ()


def said_of(names: Names, words: Words, change: Changed) -> Said:
    if change.kind == "setting":
        title = words.named("names.fields", change.key)
        field = (title, _value(names, words, change.key, change.before),
                 _value(names, words, change.key, change.after))  # fmt: skip
        return Said("changed", escape(words("names.kinds.setting")), (field,))
    row = change.after if change.after is not None else change.before
    what = _titled(names, words, change, row)
    if change.before is None or change.after is None:
        return Said("added" if change.before is None else "removed", what)
    fields = tuple(
        (
            words.named("names.fields", name),
            _value(names, words, name, change.before.get(name)),
            _value(names, words, name, value),
        )
        for name, value in change.after.items()
        if change.before.get(name) != value
    )
    return Said("changed", what, fields)


def _titled(names: Names, words: Words, change: Changed, row: Mapping[str, Any]) -> Markup:
    kind = escape(words(f"names.kinds.{change.kind}"))
    match change.kind:
        case "rule":
            action = escape(words(f"names.actions.{row['action']}"))
            return Markup("{}: {} {}, {}").format(
                kind, action, names.target(row["target"]), names.scope(row["scope"])
            )
        case "grant":
            child = names.scope(f"child:{row['child']}")
            return Markup("{}: {}, {}").format(kind, names.target(row["target"]), child)
        case "pause" | "lesson" | "exception":
            return Markup("{}: {}").format(kind, names.scope(row["scope"]))
        case "tier":
            return Markup("{}: {}").format(kind, names.tier(change.key))
    title = row.get("name") or row.get("title") or change.key
    return Markup("{}: {}").format(
        kind, outside(title if isinstance(title, str) else change.key, SHORT)
    )


def _value(names: Names, words: Words, name: str, value: Any) -> Markup:
    if value in (None, "", [], {}):
        return escape(words("frame.none"))
    if isinstance(value, bool):
        return escape(words("frame.yes" if value else "frame.no"))
    if name in SCHEDULES and isinstance(value, str):
        return outside(names.when(value), 200)
    if name in ("tier", "unknown_tier"):
        return outside(names.tier(value), SHORT)
    if name in ("until", "start"):
        return moment(datetime.fromisoformat(value), names.desk.zone, words)
    if isinstance(value, list):
        more = f" (+{len(value) - 10})" if len(value) > 10 else ""
        texts = (item if isinstance(item, str) else str(item) for item in value[:10])
        return outside(", ".join(texts) + more, 300)
    if isinstance(value, dict):
        more = f" (+{len(value) - 10})" if len(value) > 10 else ""
        pairs = (f"{key} {item}" for key, item in list(value.items())[:10])
        return outside(", ".join(pairs) + more, 300)
    return outside(value, SHORT)
