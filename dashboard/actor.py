"""Who is acting: an adult who has signed in, or a program with a key of theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kidgate.policies.people import Need, Role, may, sees
from kidgate.policies.rows import ProfileRow


@dataclass(frozen=True, slots=True)
class Actor:
    name: str
    role: Role
    groups: tuple[str, ...] = ()  # a teacher's classes
    language: str = "vi"
    address: str = ""  # where they sit
    writes: bool = True  # False: came with a key that may only read
    since: datetime | None = None  # when they signed in; None: came with a program's key
    login: str = ""  # the hash of their session's key

    def may(self, need: Need) -> bool:
        return may(self.role, need)

    def sees(self, profile: ProfileRow) -> bool:
        return sees(self.role, self.groups, profile.groups)

    @property
    def sees_all(self) -> bool:
        """Whether nothing has to be left out of what is counted over the whole house."""
        return self.role is not Role.TEACHER

    @property
    def lends_only(self) -> bool:
        """Whether what they open closes again by itself, and is nothing dangerous: who may answer
        but not change the policy, such as a teacher."""
        return not self.may(Need.CHANGE)

    def seen(self, profiles: Iterable[ProfileRow]) -> tuple[ProfileRow, ...]:
        return tuple(row for row in profiles if self.sees(row))

    @property
    def by(self) -> dict[str, str]:
        """For the audit log of whatever they do."""
        return {"user": self.name, "role": self.role.value, "address": self.address}
