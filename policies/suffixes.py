"""Registrable domains by the Public Suffix List, its private section included.

Holds no list: the rules come from the snapshot. Reading list files belongs to `lists`, spelling of
hosts to `names.py`. The format and algorithm are those of https://publicsuffix.org/list/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kidgate.policies.names import canonical_host, is_address

# Rules that are canonical as they stand: nearly all, and a reload has 10,000 to read.
_PLAIN_RULE = re.compile(r"(!|\*\.)?((?:[a-z0-9-]+\.)*[a-z0-9-]+)")


class Suffixes:
    """Public suffix rules, built once, asked for every request. Immutable.

    `rules` are lines such as `com`, `*.ck` or `!www.ck`, in punycode or Unicode; the rule `*` for
    unknown top-level domains is built in. An invalid rule raises `names.InvalidName`.
    """

    __slots__ = ("_depth", "_exceptions", "_names", "_wildcards")

    def __init__(self, rules: Iterable[str]) -> None:
        rows: dict[str, set[str]] = {"": set(), "*.": set(), "!": set()}
        for rule in rules:
            mark, name = _read_rule(rule)
            rows[mark].add(name)
        self._names, self._wildcards, self._exceptions = map(frozenset, rows.values())
        self._depth = 1 + max((n.count(".") + 1 for n in set().union(*rows.values())), default=0)

    def suffix_of(self, host: str) -> str:
        """The public suffix a canonical host lies under, or is; an address returns itself."""
        return self._split(host)[0]

    def site_of(self, host: str) -> str:
        """The registrable domain (eTLD+1) of a canonical host; itself for a suffix, an address."""
        return self._split(host)[1]

    def is_suffix(self, host: str) -> bool:
        """Whether a canonical host is a public suffix: no site, many sites lie below it."""
        return not is_address(host) and self._split(host)[0] == host

    def _split(self, host: str) -> tuple[str, str]:
        """The public suffix and the site of a host."""
        if is_address(host):
            return host, host
        below, name = self._start(host)
        while True:
            parent = name.partition(".")[2]
            if name in self._exceptions:
                return parent, name
            if name in self._names or parent in self._wildcards or not parent:
                return name, below or name
            below, name = name, parent

    def _start(self, host: str) -> tuple[str, str]:
        """The longest end of the host that a rule can match, and the name one label below it."""
        if host.count(".") < self._depth:
            return "", host
        labels = host.rsplit(".", self._depth)
        name = ".".join(labels[1:])
        return f"{labels[0].rpartition('.')[2]}.{name}", name


def _read_rule(rule: str) -> tuple[str, str]:
    """The mark (`!`, `*.` or none) and the canonical name of a rule."""
    found = _PLAIN_RULE.fullmatch(rule)
    if found:
        return found[1] or "", found[2]
    mark = next((mark for mark in ("!", "*.") if rule.startswith(mark)), "")
    return mark, canonical_host(rule.removeprefix(mark))
