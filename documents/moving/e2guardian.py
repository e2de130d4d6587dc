"""e2guardian's filter groups as a plan: the naughtynesslimit as a tier, lists as rules and feeds.

What its configuration can say is in `e2guardian_conf.py`; the lists of a group are taken in
`e2guardian_lists.py`. The table of limits follows e2guardian's own guide in `e2guardianf1.conf`: 50
for young children, 100 for older ones, 160 for young adults.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kidgate.documents.moving import e2guardian_conf as conf
from kidgate.documents.moving import schedules
from kidgate.documents.moving.e2guardian_conf import Option
from kidgate.documents.moving.e2guardian_lists import Lists
from kidgate.documents.moving.files import Files
from kidgate.documents.moving.ground import Ground
from kidgate.documents.moving.people import RANGE_TOO_WIDE, Keys, device, ids_of, person
from kidgate.documents.moving.plan import Draft, Made, Place, Plan, ToDo
from kidgate.documents.moving.sites import EVERYONE
from kidgate.policies.model import Action
from kidgate.policies.rows import GroupRow

LIMITS = ((30, "0-5"), (60, "6-8"), (120, "9-12"), (150, "13-15"), (300, "16-17"))
ADULT = "adult"

_GROUP = re.compile(r"(?:.*/)?(?:e2guardian|dansguardian)f(?P<number>[1-9][0-9]?)\.conf")
_MEMBER = re.compile(r"(?P<who>\S.*?)\s*=\s*(?:filter)?(?P<number>[1-9][0-9]?)", re.IGNORECASE)
_MODES = {"0": "nobody", "2": "unfiltered"}
_OFF = frozenset({"", "0", "-1", "off", "''"})

# Options that are of the group's doing and have another place here.
_ELSEWHERE = {
    "blockdownloads": "downloads are stopped by type: the tier's content_types",
    "bypass": "a child asks an adult instead; see kidgate grant",
    "infectionbypass": "a child asks an adult instead; see kidgate grant",
    "searchtermlimit": "searches are judged by the tier's search_terms",
    "embeddedurlweight": "links on a page are judged when they are opened",
    "deepurlanalysis": "addresses inside of addresses are judged by themselves",
    "maxuploadsize": "uploads are not limited by size",
    "sslmitm": "decryption is a matter of the device: kidgate device set KEY --ca",
}


def tier_of(limit: int) -> str:
    """The tier for a naughtynesslimit: the lower, the younger."""
    return next((tier for most, tier in LIMITS if limit <= most), ADULT)


def plan(files: Files, ground: Ground, tiers: Mapping[str, str] | None = None) -> Plan:
    """The plan for a folder; `tiers` says by hand which tier a group (number or name) gets."""
    mover = _Mover(files, ground, dict(tiers or {}))
    for number, path in mover.found:
        mover.group(number, path)
    mover.unknown()
    mover.members()
    return mover.draft.plan()


@dataclass(slots=True)
class _Group:
    key: str
    scope: str
    tier: str


@dataclass(slots=True)
class _Mover:
    files: Files
    ground: Ground
    tiers: dict[str, str]
    draft: Draft = field(default_factory=lambda: Draft("e2guardian"))
    keys: Keys = field(default_factory=Keys)
    people: Keys = field(default_factory=Keys)
    feeds: Keys = field(default_factory=Keys)
    groups: dict[int, _Group] = field(default_factory=dict)

    @property
    def found(self) -> list[tuple[int, str]]:
        matches = ((_GROUP.fullmatch(path), path) for path in self.files.paths)
        return sorted((int(match["number"]), path) for match, path in matches if match)

    def group(self, number: int, path: str) -> None:
        options = list(conf.options(self.files, path))
        values = {option.key: option for option in options}
        name = values["groupname"].value if "groupname" in values else ""
        key = self.keys.of(name or f"group{number}")
        scope = EVERYONE if len(self.found) == 1 else f"group:{key}"
        group = self.groups[number] = _Group(key, scope, self._tier(values, number, name))
        shown = f"filter group {number} {name}".rstrip()
        self.draft.maps(Place(path), shown, GroupRow(key, title=name or shown))
        self._limit(values, group)
        lists = Lists(self.files, self.ground, self.draft, scope, self.feeds)
        for option in options:
            if found := conf.as_list(option):
                lists.take(*found, option.place)
        self._own_tier(path, group, lists)
        self._others(options)

    def _tier(self, values: Mapping[str, Option], number: int, name: str) -> str:
        chosen = self.tiers.get(str(number)) or self.tiers.get(name)
        if chosen:
            return chosen
        if "groupmode" in values and values["groupmode"].value in _MODES:
            return LIMITS[0][1] if values["groupmode"].value == "0" else ADULT
        limit = values["naughtynesslimit"].value if "naughtynesslimit" in values else ""
        return tier_of(int(limit)) if limit.isdecimal() and len(limit) < 10 else LIMITS[0][1]

    def _limit(self, values: Mapping[str, Option], group: _Group) -> None:
        for key in ("groupmode", "naughtynesslimit"):
            if option := values.get(key):
                text = f"{key} = {option.value}"
                if key == "groupmode" and option.value not in _MODES:
                    continue
                self.draft.maps(option.place, text, note=f"tier {group.tier} for its people")

    def _own_tier(self, path: str, group: _Group, lists: Lists) -> None:
        """A tier of its own for a group that is cut off at hours, or from all but its list."""
        base = self.ground.tiers.get(group.tier)
        if base is None or not (lists.bedtime or lists.blanket):
            return
        changed = replace(base, key=f"{group.tier}-{group.key}", age_tier=False)
        if lists.bedtime:
            changed = replace(changed, bedtime=schedules.text(lists.bedtime))
        if lists.blanket:
            allowed = {k: a for k, a in base.categories.items() if a is not Action.ALLOW}
            changed = replace(changed, mode="allow_list", default=Action.BLOCK, categories=allowed)
        group.tier = changed.key
        self.draft.maps(Place(path), "hours and blanket block", changed, note=f"from {base.key}")

    def _others(self, options: Iterable[Option]) -> None:
        """Options that are no list: those with another place here, and how many more there are."""
        rest: Counter[Place] = Counter()
        for option in options:
            if option.key in ("groupname", "groupmode", "naughtynesslimit"):
                continue
            if conf.as_list(option):
                continue
            if (why := _ELSEWHERE.get(option.key)) and option.value not in _OFF:
                self.draft.leaves(option.place, f"{option.key} = {option.value}", why)
            else:
                rest[Place(option.place.file)] += 1
        for place, count in rest.items():
            self.draft.leaves(place, f"other settings: {count}", "are e2guardian's own workings")

    def unknown(self) -> None:
        """Group 1 is that of everybody whom e2guardian does not know."""
        if group := self.groups.get(1):
            todo = ToDo(f"kidgate policy set unknown_tier {group.tier}")
            note = "it judged unknown devices too; here these have the strictest tier until you say"
            self.draft.maps(Place(dict(self.found)[1]), "filter group 1", todo, note=note)

    # --- people ---

    def members(self) -> None:
        """Users and addresses with their groups."""
        for path in self.files.named("filtergroupslist", "ipgroups", "portgroups"):
            users = path.endswith("filtergroupslist")
            for line in conf.lines(self.files, path):
                found = _MEMBER.fullmatch(line.text)
                group = self.groups.get(int(found["number"])) if found else None
                if found is None or group is None:
                    why = "is of no group there is" if found else "is no `WHO = filterN`"
                    self.draft.leaves(line.place, line.text, why)
                elif users:
                    self._user(line.place, line.text, found["who"], group)
                else:
                    self._address(line.place, line.text, found["who"], group)

    def _user(self, place: Place, text: str, name: str, group: _Group) -> None:
        key = self.people.of(name)
        made: list[Made] = [person(key, name, tier=group.tier, groups=(group.key,))]
        made.append(ToDo(f"kidgate device add {key} --of {key} --login"))
        self.draft.maps(place, text, *made, note="a new log-in: its password is not in the files")

    def _address(self, place: Place, text: str, who: str, group: _Group) -> None:
        ids = ids_of(who)
        if not ids.known:
            why = RANGE_TOO_WIDE if ids.too_wide else "is no address"
            self.draft.leaves(place, text, why)
            return
        key = self.people.of(who)
        profile = person(key, who, tier=group.tier, groups=(group.key,))
        self.draft.maps(place, text, profile, device(key, key, ids))
