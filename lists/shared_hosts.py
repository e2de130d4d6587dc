"""Public suffixes as lists meet them: hosts below which strangers live side by side.

The rules are those of `documents.suffixes`; here is only whether a name is itself one, asked for
each of millions of entries (`policies.suffixes` answers more, and slower).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from kidgate.documents.suffixes import public_suffixes


@dataclass(frozen=True, slots=True)
class SharedHosts:
    """The rules by kind. `wildcards` and `exceptions` without their mark."""

    plain: frozenset[str]
    wildcards: frozenset[str]
    exceptions: frozenset[str]

    def __contains__(self, name: object) -> bool:
        """Whether a canonical name is a public suffix, by a rule that the list has."""
        if name in self.plain or not isinstance(name, str):
            return name in self.plain
        parent = name.partition(".")[2]
        return parent in self.wildcards and name not in self.exceptions


def from_rules(rules: Iterable[str]) -> SharedHosts:
    """From canonical rules: `com`, `*.ck`, `!www.ck`."""
    known = list(rules)
    return SharedHosts(
        frozenset(rule for rule in known if rule[:1] not in ("!", "*")),
        frozenset(rule[2:] for rule in known if rule.startswith("*.")),
        frozenset(rule[1:] for rule in known if rule.startswith("!")),
    )


@cache
def bundled() -> SharedHosts:
    """The list that comes with the program."""
    return from_rules(public_suffixes())
