"""Regular expressions over host names that say no more than a name, as people write for Pi-hole.

    ^example\\.com$                              that host alone
    (\\.|^)example\\.com$  ^(.+\\.)?example\\.com$   the host and all below it

Any other expression is none of ours to take apart: lists have rules for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = r"(?P<name>(?:[a-z0-9_-]+\\\.)+[a-z0-9-]+)"
_EXACT = re.compile(rf"\^{_NAME}\$")
_TREE = re.compile(
    r"(?:\((?:\?:)?(?:\\\.\|\^|\^\|\\\.|\^\|\.[+*]\\\.)\)|\^\((?:\?:)?\.[+*]\\\.\)\?)"
    + _NAME
    + r"\$"
)
_OPTION = re.compile(r";(?P<name>[a-z]+)(?:=[^;]*)?$", re.IGNORECASE)
# They choose how a name is answered; what is stopped stays the same.
_ANSWERS = frozenset({"reply"})


@dataclass(frozen=True, slots=True)
class HostName:
    """`below`: with all its subdomains."""

    name: str
    below: bool


def host_name(expression: str) -> HostName | None:
    """The name that an expression stands for; None when it says more or less than one."""
    text = expression.strip().lower()
    for form, below in ((_EXACT, False), (_TREE, True)):
        if found := form.fullmatch(text):
            return HostName(found["name"].replace(r"\.", "."), below)
    return None


def without_options(expression: str) -> tuple[str, tuple[str, ...]]:
    """A Pi-hole expression without its `;option=value` endings, and those that limit it.

    Source: docs.pi-hole.net, Regex blocking, "Pi-hole regex extensions".
    """
    limits: list[str] = []
    while found := _OPTION.search(expression):
        expression = expression[: found.start()]
        if found["name"].lower() not in _ANSWERS:
            limits.append(found[0][1:])
    return expression, tuple(limits)
