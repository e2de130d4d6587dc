"""What people and other programs call a service: key, alias or title to key.

`fb`, `Facebook` and `face-book` are all `facebook`. Which services there are, the caller says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kidgate.policies.edits import slug
from kidgate.policies.rows import ServiceRow


def plain_name(text: str) -> str:
    """Letters a-z and digits alone: `Liên Quân` is `lienquan`; empty when nothing is left."""
    return re.sub(r"[^a-z0-9]", "", slug(text))


@dataclass(frozen=True, slots=True)
class ServiceNames:
    """Services by all their names."""

    keys: frozenset[str]
    by_name: dict[str, str]  # plain name -> key

    @classmethod
    def of(cls, builtin: Iterable[ServiceRow], own: Iterable[ServiceRow] = ()) -> ServiceNames:
        """A key is never another's alias; the house's own aliases come before the built-in ones."""
        mine = {row.key: row for row in own}
        rows = [*mine.values(), *(row for row in builtin if row.key not in mine)]
        names: dict[str, str] = {}
        for said in (_key, _aliases, _title):
            for row in rows:
                for text in said(row):
                    if plain := plain_name(text):
                        names.setdefault(plain, row.key)
        return cls(frozenset(row.key for row in rows), names)

    def key_of(self, name: str) -> str | None:
        """The key of a service by any of its names; None: nobody is called so."""
        return name if name in self.keys else self.by_name.get(plain_name(name))


def _key(row: ServiceRow) -> tuple[str, ...]:
    return (row.key,)


def _aliases(row: ServiceRow) -> tuple[str, ...]:
    return row.aliases


def _title(row: ServiceRow) -> tuple[str, ...]:
    return (row.title,)
