"""Who of the adults may do what: roles, and what each act needs. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from kidgate.policies.edits import EditFault
from kidgate.policies.rows import PolicyRows

LANGUAGES = ("vi", "en")
LONGEST_NAME = 64
_BESIDE_LETTERS = frozenset("0123456789._-@+ ")


class PeopleFault(EditFault):
    """The change to a user cannot be made; the message says what to do instead."""


class Role(StrEnum):
    OWNER = "owner"
    PARENT = "parent"
    TEACHER = "teacher"
    AUDITOR = "auditor"


class Need(StrEnum):
    """What somebody must be allowed to do; every act of the dashboard and the API names one."""

    LOOK = "look"  # today, the journal, children, minutes
    ANSWER = "answer"  # requests, and one-tap allowances
    LESSON = "lesson"  # lessons and pauses
    CHANGE = "change"  # the policy: children, devices, rules, hours
    PEOPLE = "people"  # users and their roles
    SYSTEM = "system"  # feeds, settings, channels, health
    AUDIT = "audit"  # who did what
    OWN = "own"  # one's own account


# A teacher looks, answers and pauses within the own groups alone: see `sees` and `reaches`.
MAY: Mapping[Role, frozenset[Need]] = {
    Role.OWNER: frozenset(Need),
    Role.PARENT: frozenset((Need.LOOK, Need.ANSWER, Need.LESSON, Need.CHANGE, Need.OWN)),
    Role.TEACHER: frozenset((Need.LOOK, Need.ANSWER, Need.LESSON, Need.OWN)),
    Role.AUDITOR: frozenset((Need.LOOK, Need.AUDIT, Need.OWN)),
}


def may(role: Role, need: Need) -> bool:
    return need in MAY[role]


def sees(role: Role, groups: Collection[str], of: Collection[str]) -> bool:
    """Whether somebody with a role and groups sees a profile that is in the groups `of`."""
    return role is not Role.TEACHER or not set(groups).isdisjoint(of)


def reaches(role: Role, groups: Collection[str], scope: str, rows: PolicyRows) -> bool:
    """Whether somebody sees everyone whom a scope (`child:mai`, `group:8A`, ...) touches.

    Says nothing about what they may do there: `may` does. A scope that names nothing is out of a
    teacher's reach.
    """
    if role is not Role.TEACHER:
        return True
    kind, _, key = scope.partition(":")
    if kind == "device":
        key = next((row.of for row in rows.devices if row.key == key), "")
        kind = "child"
    if kind == "child":
        return any(sees(role, groups, row.groups) for row in rows.profiles if row.key == key)
    return kind == "group" and key in groups


def role_of(text: str) -> Role:
    """Raises PeopleFault."""
    try:
        return Role(text)
    except ValueError:
        raise PeopleFault(f"`{text}` is no role; there are {', '.join(Role)}") from None


def canonical_name(text: str) -> str:
    """The one spelling of a user's name; what is typed at the sign-in page passes through here.

    Latin letters of any language, digits, `. _ - @ +` and single spaces; small. Other scripts hold
    letters that look like Latin ones: two names must not look alike in the audit log. Raises
    PeopleFault.
    """
    small = unicodedata.normalize("NFC", text[: 4 * LONGEST_NAME]).casefold()
    name = unicodedata.normalize("NFC", small).strip()
    if not name or len(name) > LONGEST_NAME or not all(map(_is_fit, name)) or "  " in name:
        raise PeopleFault(
            f"`{text[:LONGEST_NAME]}` is no name for a user: at most {LONGEST_NAME} letters, "
            "digits, `.`, `_`, `-`, `@`, `+` and single spaces"
        )
    return name


def checked_groups(role: Role, groups: Iterable[str], rows: PolicyRows) -> tuple[str, ...]:
    """The groups of somebody with a role: a teacher's classes, nobody else has any.

    Raises PeopleFault.
    """
    found, there = tuple(dict.fromkeys(groups)), {row.key for row in rows.groups}
    if found and role is not Role.TEACHER:
        raise PeopleFault(f"only a teacher has groups; leave them out for the role `{role}`")
    for group in found:
        if group not in there:
            raise PeopleFault(f"no group is called `{group}`; make it with `kidgate group add`")
    return found


def checked_language(text: str) -> str:
    """Raises PeopleFault."""
    if text not in LANGUAGES:
        raise PeopleFault(f"`{text}` is no language; there are {', '.join(LANGUAGES)}")
    return text


def _is_fit(letter: str) -> bool:
    return letter in _BESIDE_LETTERS or unicodedata.name(letter, "").startswith("LATIN SMALL")
