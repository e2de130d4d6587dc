"""Age tiers: what holds for an age when no rule says otherwise, and the settings people change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.acts.children import Removed
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import NotThere
from kidgate.dashboard.gate import Nothing, act
from kidgate.dashboard.writing import change
from kidgate.documents.ranges import within_ranges
from kidgate.documents.target_names import category_keys, known_category, known_service
from kidgate.policies import tier_edits
from kidgate.policies.ages import ages_of, tier_on
from kidgate.policies.model import Action, JournalLevel
from kidgate.policies.people import Need
from kidgate.policies.rows import PolicyRows
from kidgate.policies.time_presets import put_preset
from kidgate.store.feeds import all_feeds

Actions = Mapping[str, Action]
Chosen = Literal["", "allow", "block", "warn", "ask", "pass", "watch"]
Word = Annotated[str, Meta(max_length=100)]


class TierLine(msgspec.Struct, frozen=True):
    """`from_age` None: no birthday leads to it. `changed`: it is not as it was shipped; `own`: the
    house made it. `children`: those it holds for today, of whom one may see."""

    key: str
    title: Mapping[str, str]
    from_age: int | None
    changed: bool
    own: bool
    children: int


class Tiers(msgspec.Struct, frozen=True):
    tiers: tuple[TierLine, ...]


class TierAsked(msgspec.Struct, frozen=True):
    key: str


class TierFound(msgspec.Struct, frozen=True):
    """What a tier says. `mode`: deny_list, or allow_list (only what is allowed opens). Limits are
    scores from 0 to 100 that block: the lower, the stricter. Quotas are minutes a day."""

    line: TierLine
    mode: str
    default: Action
    categories: Actions
    services: Actions
    ways_around: Actions
    safe_search: bool
    youtube: str
    personal_data: Action
    unjudged: Action
    ai_label: bool
    text_limits: Mapping[str, float]
    image_limits: Mapping[str, float]
    message_limits: Mapping[str, float]
    search_terms: tuple[str, ...]
    search_alerts: tuple[str, ...]
    hours: str
    bedtime: str
    quotas: Mapping[str, int]
    journal: JournalLevel
    notify: tuple[str, ...]
    notice_minutes: Mapping[str, int]


class TierChanged(msgspec.Struct, frozen=True):
    """What is left out stays. `categories` and `services` name those that change: an empty action
    takes one out."""

    key: str
    categories: Mapping[str, Chosen] = {}
    services: Mapping[str, Chosen] = {}
    safe_search: bool | UnsetType = UNSET
    youtube: Literal["off", "moderate", "strict"] | UnsetType = UNSET
    personal_data: Literal["allow", "warn", "block"] | UnsetType = UNSET
    unjudged: Literal["allow", "watch", "warn", "block"] | UnsetType = UNSET
    ai_label: bool | UnsetType = UNSET
    journal: JournalLevel | UnsetType = UNSET
    quotas: Mapping[str, Annotated[int, Meta(ge=0, le=1440)]] | UnsetType = UNSET
    search_terms: Annotated[tuple[Word, ...], Meta(max_length=500)] | UnsetType = UNSET


class TierPreset(msgspec.Struct, frozen=True):
    """`preset`: decree-147, of Viet Nam."""

    key: str
    preset: str = "decree-147"


class TierCopied(msgspec.Struct, frozen=True):
    """A tier of the house's own, made from another; children are pinned to it."""

    source: str
    key: str
    title: Annotated[str, Meta(max_length=80)] = ""


@act("tiers.list", Need.LOOK)
def list_(desk: Desk, actor: Actor, asked: Nothing) -> Tiers:
    """Every tier, the youngest first."""
    lines = _lines(desk, actor)
    found = sorted(lines.values(), key=lambda one: (one.from_age is None, one.from_age or 0))
    return Tiers(tuple(found))


@act("tiers.show", Need.LOOK)
def show(desk: Desk, actor: Actor, asked: TierAsked) -> TierFound:
    """Everything a tier says."""
    row = desk.tiers.get(asked.key)
    if row is None:
        raise NotThere(f"no tier is called `{asked.key}`")
    names = (name for name in TierFound.__struct_fields__ if name != "line")
    return TierFound(_lines(desk, actor)[row.key], **{name: getattr(row, name) for name in names})


@act("tiers.change", Need.CHANGE, changes=True)
def change_(desk: Desk, actor: Actor, asked: TierChanged) -> Removed:
    """Change settings of a tier; a built-in one becomes the house's own."""
    with desk.database.reading() as session:
        known = category_keys(row.category for row in all_feeds(session))
    services = {known_service(desk.rows, key): a for key, a in asked.services.items()}
    categories = {known_category(known, key): a for key, a in asked.categories.items()}
    names = ("safe_search", "youtube", "ai_label", "journal", "quotas", "search_terms")
    given: dict[str, Any] = {name: getattr(asked, name) for name in names}
    given |= {"personal_data": _action(asked.personal_data), "unjudged": _action(asked.unjudged)}
    given = {name: value for name, value in given.items() if value is not UNSET}

    def edit(rows: PolicyRows) -> PolicyRows:
        old = tier_edits.tier(rows, desk.builtin[0], asked.key)
        fields = given | {
            "categories": _merged(old.categories, categories),
            "services": _merged(old.services, services),
        }
        if all(getattr(old, name) == value for name, value in fields.items()):
            return rows
        after = tier_edits.change_tier(rows, desk.builtin[0], asked.key, **fields)
        within_ranges(PolicyRows(tiers=after.tiers[-1:]))
        return after

    return Removed(change(desk, actor, edit, f"change tier {asked.key}"))


@act("tiers.preset", Need.CHANGE, changes=True)
def preset(desk: Desk, actor: Actor, asked: TierPreset) -> Removed:
    """Put limits of minutes that a law names on a tier; stricter ones of its own stay."""
    return Removed(
        change(
            desk,
            actor,
            lambda rows: put_preset(rows, desk.builtin[0], desk.services, asked.key, asked.preset),
            f"{asked.preset} for tier {asked.key}",
        )
    )


@act("tiers.copy", Need.CHANGE, changes=True)
def copy(desk: Desk, actor: Actor, asked: TierCopied) -> Removed:
    """Make a tier of the house's own from another."""

    def edit(rows: PolicyRows) -> PolicyRows:
        title = asked.title.strip()
        return tier_edits.copy_tier(rows, desk.builtin[0], asked.source, asked.key, title)

    return Removed(change(desk, actor, edit, f"copy tier {asked.source} to {asked.key}"))


@act("tiers.restore", Need.CHANGE, changes=True)
def restore(desk: Desk, actor: Actor, asked: TierAsked) -> Removed:
    """Put a built-in tier back as it was shipped; a tier of the house's own goes."""
    edit = lambda rows: tier_edits.remove_tier(rows, desk.builtin[0], asked.key)  # noqa: E731
    return Removed(change(desk, actor, edit, f"restore tier {asked.key}"))


def _lines(desk: Desk, actor: Actor) -> dict[str, TierLine]:
    rows, now = desk.rows, desk.now()
    tiers, shipped = desk.tiers, {row.key for row in desk.builtin[0]}
    ages, own = ages_of(tiers.values()), {row.key for row in rows.tiers}
    today = now.astimezone(desk.zone).date()
    counts = dict.fromkeys(tiers, 0)
    for profile in actor.seen(rows.profiles):
        counts[tier_on(profile, rows.settings, ages, today)] += 1
    return {
        row.key: TierLine(
            key=row.key,
            title={"vi": row.title.vi, "en": row.title.en},
            from_age=row.min_age if row.age_tier else None,
            changed=row.key in own and row.key in shipped,
            own=row.key not in shipped,
            children=counts[row.key],
        )
        for row in tiers.values()
    }


def _merged(old: Actions, given: Mapping[str, Chosen]) -> dict[str, Action]:
    """The old actions with those that were given in their place."""
    after = {**old, **{key: Action(action) for key, action in given.items() if action}}
    return {key: action for key, action in after.items() if given.get(key) != ""}


def _action(value: str | UnsetType) -> Action | UnsetType:
    return UNSET if value is UNSET else Action(value)
