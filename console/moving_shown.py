"""A plan to move, as people and programs read it: each line, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kidgate.console.differences import as_json as edits_as_json
from kidgate.console.differences import tell
from kidgate.console.output import say

if TYPE_CHECKING:
    from kidgate.documents.moving.plan import Made, Mapped, Plan, Unmapped
    from kidgate.store.edits import Edit

SHOWN = 120  # characters of a line


def show(plan: Plan, kept: Sequence[str], edits: Sequence[Edit], zone: ZoneInfo) -> None:
    """`+` maps, `-` does not; then what would change, and what is left to do by hand."""
    for step in plan.steps:
        _show_step(step)
    for text in kept:
        say(f"= {text}")
    say(f"{len(plan.mapped)} lines map, {len(plan.unmapped)} do not.")
    if edits:
        say("The policy would change:")
        tell(edits, zone)
    for feed in _feeds(plan):
        say(f"  + feed {feed['name']}: {feed['category']} from {feed['location']}")
    _show_tierless(plan)


def show_done(plan: Plan, done: Mapping[str, Any]) -> None:
    say(f"Policy version {done['version']}.")
    for name in done["feeds"]:
        say(f"Feed {name} is in.")
    if done["to_fetch"]:
        said = ", ".join(done["to_fetch"])
        say(f"Fetched when they are due, or with kidgate feed update: {said}")
    for refused in done["refused"]:
        say(f"Feed {refused['name']} was refused: {refused['why']}")
    if todo := _todo(plan):
        say("Left to do by hand:")
        for command in todo:
            say(f"  {command}")


def as_json(plan: Plan, kept: Sequence[str], edits: Sequence[Edit], version: int) -> dict[str, Any]:
    """The shape of `--json`; what was done comes on top."""
    return {
        "source": plan.source,
        "dry_run": True,
        "version": version,
        "mapped": [_mapped(step) for step in plan.mapped],
        "unmapped": [
            {"place": str(step.place), "text": step.text, "why": step.why} for step in plan.unmapped
        ],
        "kept": list(kept),
        "changes": edits_as_json(edits),
        "feeds_wanted": _feeds(plan),
        "todo": _todo(plan),
    }


def _mapped(step: Mapped) -> dict[str, Any]:
    made = [_said(made) for made in step.made]
    return {"place": str(step.place), "text": step.text, "made": made, "note": step.note}


def _show_step(step: Mapped | Unmapped) -> None:
    from kidgate.documents.moving.plan import Unmapped

    text = step.text[:SHOWN]
    if isinstance(step, Unmapped):
        say(f"- {step.place}  {text}")
        say(f"    no: {step.why}")
        return
    say(f"+ {step.place}  {text}")
    for made in step.made:
        say(f"    {_said(made)}")
    if step.note:
        say(f"    {step.note}")


def _show_tierless(plan: Plan) -> None:
    from kidgate.documents.moving.plan import ToDo
    from kidgate.policies.rows import ProfileRow

    without = [row.key for row in plan.made(ProfileRow) if not row.tier]
    if without:
        many = f"{len(without)} people" if len(without) > 1 else "One person"
        say(
            f"{many} ({', '.join(without[:5])}{', ...' if len(without) > 5 else ''}) without age: "
            "judged as unknown devices until kidgate profile set KEY --born YYYY-MM-DD, or --tier"
        )
    for todo in plan.made(ToDo):
        say(f"  to do by hand: {todo.command}")


def _said(made: Made) -> str:
    from kidgate.documents.moving.plan import Feed, FeedLine, ToDo
    from kidgate.policies.rows import DeviceRow, GroupRow, ProfileRow, RuleRow, TierRow

    match made:
        case RuleRow():
            when = f" when {made.when}" if made.when else ""
            return f"rule: {made.action} {made.target} for {made.scope}{when}"
        case Feed():
            own = ", a category of your own" if made.own else ""
            return f"feed {made.name}: {made.category}{own}"
        case FeedLine():
            return f"line of the list {made.feed}"
        case ProfileRow():
            return f"profile {made.key}" + (f", tier {made.tier}" if made.tier else "")
        case DeviceRow():
            return f"device {made.key}: " + ", ".join((*made.addresses, *made.macs))
        case GroupRow():
            return f"group {made.key}"
        case TierRow():
            return f"tier {made.key}"
        case ToDo():
            return f"by hand: {made.command}"


def _feeds(plan: Plan) -> list[dict[str, str]]:
    from kidgate.documents.moving.plan import Feed, FeedLine

    found = {
        feed.name: {"name": feed.name, "category": feed.category, "location": feed.location}
        for feed in plan.made(Feed)
    }
    for line in plan.made(FeedLine):
        place = "the patterns above"
        here = {"name": line.feed, "category": line.category, "location": place}
        found.setdefault(line.feed, here)
    return list(found.values())


def _todo(plan: Plan) -> list[str]:
    from kidgate.documents.moving.plan import ToDo

    return [todo.command for todo in plan.made(ToDo)]
