"""What differs between two policies, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kidgate.console.output import emit, local, say

if TYPE_CHECKING:
    from kidgate.console.app import App
    from kidgate.store.changing import Changed
    from kidgate.store.edits import Edit

SECRET = "password_hash"
PERSONAL = "personal"  # sealed data of a child: its kinds say enough


def answer_change(app: App, changed: Changed, **more: Any) -> None:
    """Tell what a change did. JSON: version, changes, and whatever else the command has to say."""
    if app.json:
        emit({"version": changed.version, "changes": as_json(changed.edits)} | more)
    elif changed.edits:
        say(f"Policy version {changed.version}:")
        tell(changed.edits, app.zone)
    else:
        say(f"Nothing to change; the policy stays at version {changed.version}.")


def as_json(edits: Iterable[Edit]) -> list[dict[str, Any]]:
    return [
        {"kind": edit.kind, "key": edit.key, "before": edit.before, "after": edit.after}
        for edit in edits
    ]


def tell(edits: Iterable[Edit], zone: ZoneInfo) -> None:
    """One line for each row: + new, - gone, ~ changed field by field."""
    for edit in edits:
        say(f"  {line_of(edit, zone)}")


def line_of(edit: Edit, zone: ZoneInfo) -> str:
    name = f"{edit.kind} {edit.key}"
    if edit.kind == "setting":
        return f"~ {name}: {_value(edit.before)} -> {_value(edit.after)}"
    if edit.before is None:
        return f"+ {name}{_summary(edit.kind, edit.after or {}, zone)}"
    if edit.after is None:
        return f"- {name}{_summary(edit.kind, edit.before, zone)}"
    changed = [
        f"{key}: {_value(edit.before[key], key)} -> {_value(edit.after[key], key)}"
        for key in edit.after
        if edit.after[key] != edit.before[key]
    ]
    return f"~ {name}: " + "; ".join(changed)


def _summary(kind: str, row: Mapping[str, Any], zone: ZoneInfo) -> str:
    match kind:
        case "rule":
            words = [row["action"], row["target"], "for", row["scope"]]
            words += ["when", row["when"]] if row["when"] else []
        case "grant":
            words = [row["target"], "for", row["child"]]
        case "pause":
            words = [row["scope"]]
        case "lesson":
            words = [*([row["title"]] if row["title"] else []), "for", row["scope"]]
            words += ["with", ", ".join(row["targets"]) or "nothing"]
        case "exception":
            start = local(datetime.fromisoformat(row["start"]), zone)
            words = ["no", ", ".join(row["lifts"]), "for", row["scope"], "from", start]
        case "device":
            words = ["of", row["of"] or "nobody"]
        case _:
            title = row.get("name") or row.get("title") or ""
            words = [title] if isinstance(title, str) and title else []
    if row.get("until"):
        words += ["until", local(datetime.fromisoformat(row["until"]), zone)]
    if kind in ("pause", "lesson", "exception") and row["author"]:
        words += ["by", row["author"]]
    return ": " + " ".join(words) if words else ""


def _item(value: object) -> str:
    """One of a list; a row among them by its key, or by all it says."""
    if not isinstance(value, Mapping):
        return str(value)
    return " ".join(map(str, value.values()))


def _value(value: object, key: str = "") -> str:
    if key == SECRET:
        return "a password" if value else "none"
    if value in ("", None, [], {}):
        return "none"
    if key in ("bedtime", "hours") and value == "none":
        return "none at all"
    if key == PERSONAL and isinstance(value, list):
        return ", ".join(sorted(str(item).partition(":")[0] for item in value))
    if isinstance(value, list):
        return ", ".join(map(_item, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}={item}" for name, item in value.items())
    return str(value)
