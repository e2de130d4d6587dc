"""The week one can paint: when a child, or an age, is to sleep, and when the internet is on."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.acts.children import Removed
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Invalid, NotThere
from kidgate.dashboard.gate import act
from kidgate.dashboard.writing import change
from kidgate.policies import edits, tier_edits
from kidgate.policies.ages import ages_of, tier_on
from kidgate.policies.people import Need
from kidgate.policies.rows import PolicyRows, ProfileRow, TierRow
from kidgate.policies.schedule import parse_schedule
from kidgate.policies.times import NONE
from kidgate.policies.week import DAYS, SLOTS, EmptyWeek, grid_of, lost_of, schedule_of

What = Literal["bedtime", "hours"]
type Day = Annotated[str, Meta(pattern="^[01]*$", min_length=SLOTS, max_length=SLOTS)]
type Grid = Annotated[tuple[Day, ...], Meta(min_length=DAYS, max_length=DAYS)]

# As schedule text, by what they are of.
PRESETS: dict[str, dict[str, str]] = {
    "bedtime": {
        "school_nights": "sun-thu 21:00-06:00; fri,sat 22:00-07:00",
        "every_night": "daily 21:00-06:00",
        "early": "daily 20:00-06:30",
        "late": "sun-thu 22:30-05:30; fri,sat 23:30-06:30",
    },
    "hours": {
        "after_school": "weekdays 16:30-20:30; weekend 08:00-20:30",
        "weekends": "weekend 08:00-21:00",
        "daytime": "daily 07:00-21:00",
    },
}


class WeekAsked(msgspec.Struct, frozen=True):
    """`scope`: child:K or tier:K. `what`: bedtime (the internet is off) or hours (it is on).
    `preset`: show that one instead, painted."""

    scope: str
    what: What = "bedtime"
    preset: str = ""


class Loss(msgspec.Struct, frozen=True):
    """What of a schedule a week cannot show: dates, holidays, term, minutes; and in which part."""

    kind: str
    part: str


class Week(msgspec.Struct, frozen=True):
    """`text` is in force; `source`: own, tier, or none (no limit at all). `grid`: 7 days from
    Monday, each 48 half hours from midnight, 1 where it holds. What a week cannot show is in
    `lost`: painting such a schedule anew would lose it."""

    scope: str
    what: What
    text: str
    source: str
    inherited: str
    grid: tuple[str, ...]
    lost: tuple[Loss, ...]
    presets: tuple[str, ...]


class WeekPainted(msgspec.Struct, frozen=True):
    """Put a painted week in force. An empty bedtime: none at all."""

    scope: str
    what: What
    grid: Grid


class WeekTyped(msgspec.Struct, frozen=True):
    """Put a schedule in force as text. Empty: the tier's holds again; `none`: no limit at all."""

    scope: str
    what: What
    text: Annotated[str, Meta(max_length=500)] = ""


@act("weeks.show", Need.LOOK)
def show(desk: Desk, actor: Actor, asked: WeekAsked) -> Week:
    """A schedule as a week of half hours."""
    own, inherited = _texts(desk, actor, asked.scope, asked.what)
    text = own or inherited
    source = "none" if own == NONE or not text else "own" if own else "tier"
    presets = PRESETS[asked.what]
    drawn = presets.get(asked.preset, "" if source == "none" else text)
    grid = grid_of(parse_schedule(drawn)) if drawn else ((False,) * SLOTS,) * DAYS
    lost = () if source == "none" else lost_of(parse_schedule(text))
    return Week(
        scope=asked.scope,
        what=asked.what,
        text="" if source == "none" else text,
        source=source,
        inherited=inherited,
        grid=tuple("".join("01"[cell] for cell in day) for day in grid),
        lost=tuple(Loss(loss.kind.value, loss.part) for loss in lost),
        presets=tuple(presets),
    )


@act("weeks.paint", Need.CHANGE, changes=True)
def paint(desk: Desk, actor: Actor, asked: WeekPainted) -> Removed:
    """Put a painted week in force."""
    grid = tuple(tuple(cell == "1" for cell in day) for day in asked.grid)
    try:
        text = schedule_of(grid)
    except EmptyWeek as fault:
        if asked.what == "hours":
            raise Invalid("no hour is painted: the internet would never be on") from fault
        text = NONE
    return type_(desk, actor, WeekTyped(asked.scope, asked.what, text))


@act("weeks.type", Need.CHANGE, changes=True)
def type_(desk: Desk, actor: Actor, asked: WeekTyped) -> Removed:
    """Put a schedule in force as text."""
    _texts(desk, actor, asked.scope, asked.what)
    kind, _, key = asked.scope.partition(":")
    text = asked.text.strip()
    if text != NONE:
        _check(text)
    elif kind == "tier":
        text = ""

    def edit(rows: PolicyRows) -> PolicyRows:
        fields = {asked.what: text}
        if kind == "child":
            return edits.change(rows, ProfileRow, key, **fields)
        return tier_edits.change_tier(rows, desk.builtin[0], key, **fields)

    return Removed(change(desk, actor, edit, f"{asked.what} of {asked.scope}: {text or '-'}"))


def _texts(desk: Desk, actor: Actor, scope: str, what: What) -> tuple[str, str]:
    """The own text of a child or a tier, and the one it has without. Raises NotThere."""
    kind, _, key = scope.partition(":")
    if kind == "child":
        row = desk.profile(actor, key)
        ages, day = ages_of(desk.tiers.values()), desk.now().astimezone(desk.zone_of(row)).date()
        tier = desk.tiers[tier_on(row, desk.rows.settings, ages, day)]
        return _text(row, what), _text(tier, what)
    if kind == "tier" and key in desk.tiers:
        return _text(desk.tiers[key], what), ""
    raise NotThere(f"`{scope}` has no week")


def _text(row: ProfileRow | TierRow, what: What) -> str:
    return (row.bedtime if what == "bedtime" else row.hours).strip()


def _check(text: str) -> None:
    try:
        parse_schedule(text)
    except ValueError as fault:
        raise Invalid(str(fault)) from None
