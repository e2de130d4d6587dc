"""A whole policy <-> one YAML file that people can read, review and edit.

The shape, every part optional, defaults left out:

    settings: {zone: Asia/Ho_Chi_Minh}
    tiers:    {KEY: {...}}          fields of `rows.TierRow`; likewise services,
                                    groups, profiles, devices
    rules:    [{id: 1, scope: 'child:mai', target: example.com, action: block}]
    grants:   [...]                 fields of `rows.GrantRow`
    pauses:   [...]                 fields of `rows.PauseRow`; likewise lessons, exceptions

Numbers (`id`) may be left out of a file: new rules get the next free ones. Whether the parts fit
together (does that tier exist, can that host be) is `compile.py`'s to say; `PolicyDocument.locate`
puts file and line to what it says.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass
from typing import Any

from kidgate.documents.builtin import load_builtin
from kidgate.documents.faults import Fault, Faults
from kidgate.documents.row_types import NARROWER
from kidgate.documents.strict_yaml import Mapping, Sequence, read
from kidgate.documents.typed import BAD, Decoder
from kidgate.documents.written import plain, write
from kidgate.policies.compile import PolicyFaults
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
    Settings,
    TierRow,
)

__all__ = [
    "PolicyDocument",
    "dump_policy",
    "load_builtin",  # its other half: what a policy need not say
    "load_policy",
    "policy_rows",
    "read_policy",
]

KEYED = {
    "tiers": TierRow,
    "services": ServiceRow,
    "groups": GroupRow,
    "profiles": ProfileRow,
    "devices": DeviceRow,
}
NUMBERED = {
    "rules": RuleRow,
    "grants": GrantRow,
    "pauses": PauseRow,
    "lessons": LessonRow,
    "exceptions": ExceptionRow,
}


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy read from a file, and where each of its parts stands there."""

    name: str
    rows: PolicyRows
    parts: AbstractMapping[str, Mapping]  # `rule 12`, `tier 9-12`, `settings` -> its mapping

    def locate(self, faults: PolicyFaults) -> Faults:
        """The compiler's faults with this file and its lines."""
        return Faults(Fault(self.name, self._line(f.place), str(f)) for f in faults.faults)

    def _line(self, place: str) -> int:
        part, _, key = place.rpartition(": ")
        if part not in self.parts:
            part, key = place, ""
        found = self.parts.get(part)
        return found.lines.get(key, found.line) if found is not None else 0


def load_policy(text: str, name: str) -> PolicyRows:
    """The policy in a YAML text; `name` is the file shown in faults. Raises Faults, all at once."""
    return read_policy(text, name).rows


def read_policy(text: str, name: str) -> PolicyDocument:
    """As `load_policy`, and remembers the lines for `PolicyDocument.locate`."""
    decoder = Decoder(read(text, name), NARROWER)
    top = decoder.top()
    rows = policy_rows(decoder, top, "")
    decoder.finish()
    assert rows is not None
    return PolicyDocument(name, rows, _parts(top, rows))


def policy_rows(decoder: Decoder, data: Mapping, place: str) -> PolicyRows | None:
    """A policy inside a larger document; None when it has a fault, which the decoder has noted."""
    decoder.refuse_unknown(data, ["settings", *KEYED, *NUMBERED], place)
    settings = decoder.struct(
        data.get("settings"), Settings, data.lines.get("settings", 0), _at(place, "settings")
    )
    found: dict[str, Any] = {"settings": settings}
    for section, kind in KEYED.items():
        line = data.lines.get(section, 0)
        found[section] = decoder.keyed(data.get(section), kind, line, _at(place, section))
    for section, numbered in NUMBERED.items():
        found[section] = _numbered(decoder, data, section, numbered, place)
    rows = [row for section in found.values() if isinstance(section, tuple) for row in section]
    if settings is BAD or any(row is BAD for row in rows):
        return None
    return PolicyRows(**found)


def dump_policy(rows: PolicyRows) -> str:
    """The policy as YAML that `load_policy` reads back to equal rows."""
    document: dict[str, Any] = {}
    if settings := plain(rows.settings):
        document["settings"] = settings
    for section in KEYED:
        if members := getattr(rows, section):
            document[section] = _by_key(section, members)
    for section in NUMBERED:
        if members := getattr(rows, section):
            document[section] = [plain(row) for row in members]
    return write(document) if document else "{}\n"


def _by_key(section: str, members: tuple[Any, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in members:
        if row.key in found:
            raise ValueError(f"`{row.key}` stands twice among the {section}; remove one")
        found[row.key] = plain(row)
        del found[row.key]["key"]
    return found


def _numbered(
    decoder: Decoder, data: Mapping, section: str, kind: type[Any], place: str
) -> tuple[Any, ...]:
    """The rows of a section that is a list; those without a number get the next free ones."""
    members, at = data.get(section), _at(place, section)
    if members is None:
        return ()
    if not isinstance(members, Sequence):
        decoder.fault(data.lines[section], f"`{at}`: must be a list, each item after a `-`")
        return (BAD,)
    free = max((i for m in members if isinstance(i := _id(m), int)), default=0) + 1
    taken: dict[int, int] = {}
    rows = []
    for position, (member, line) in enumerate(zip(members, members.lines, strict=True), 1):
        given: dict[str, int] = {}
        number = _id(member)
        if number is None:
            given, free = {"id": free}, free + 1
        elif isinstance(number, int) and taken.setdefault(number, line) != line:
            decoder.fault(line, f"`{at}`: number {number} is taken on line {taken[number]}")
        row_at = f"{at}[{position}]"
        rows.append(decoder.struct(member, kind, line, row_at, **given))
    return tuple(rows)


def _id(member: object) -> object:
    return member.get("id") if isinstance(member, Mapping) else None


def _at(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _parts(top: Mapping, rows: PolicyRows) -> dict[str, Mapping]:
    """Places as `compile.py` names them, with the mappings they stand for."""
    found: dict[str, Mapping] = {"": top}
    for section in KEYED:
        members = typing.cast(Mapping, top.get(section) or {})
        found |= {f"{section[:-1]} {key}": m for key, m in members.items() if m is not None}
    for section in NUMBERED:
        numbered = zip(getattr(rows, section), top.get(section) or (), strict=True)
        found |= {f"{section[:-1]} {row.id}": member for row, member in numbered}
    if top.get("settings") is not None:
        found["settings"] = top["settings"]
    return found
