"""Lists of v2fly's domain-list-community -> drafts of services. Reading files is the caller's.

One rule a line (format: the project's README): `[domain:|full:|keyword:|regexp:|include:]VALUE`,
then `@attributes` and `&affiliations`, then `# a comment`. `include:NAME @a @-b` takes of another
list what has `a` and not `b`; a rule with `&NAME` belongs to list NAME too. `full:` names are taken
with their subdomains, as all our hosts are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kidgate.documents.service_drafts import Draft

ADS = "ads"
HOSTS = ("domain", "full")
OTHERS = ("keyword", "regexp")


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    value: str
    attributes: frozenset[str]
    affiliations: tuple[str, ...]
    place: str
    text: str


def read_v2fly(name: str, lists: Mapping[str, str], category: str = "") -> Draft:
    """One list with all it includes; `lists` are the texts of all of them by name."""
    draft = Draft(name, name, categories=(category,) if category else ())
    for rule in _Resolver(lists, draft).rules(name):
        for attribute in sorted(rule.attributes - {ADS}):
            draft.ignored[attribute] = draft.ignored.get(attribute, 0) + 1
        if ADS in rule.attributes:
            draft.refuse(rule.text, rule.place, "ads")
        elif rule.kind in HOSTS:
            draft.take(rule.value, rule.place)
        else:
            draft.refuse(rule.text, rule.place, rule.kind)
    return draft


class _Resolver:
    """Follows includes; a list that is being read is not read again inside itself."""

    def __init__(self, lists: Mapping[str, str], draft: Draft) -> None:
        self.lists = lists
        self.draft = draft
        self.open: set[str] = set()
        self.affiliated: dict[str, list[_Rule]] = {}
        for other, text in lists.items():
            if "&" in text:
                for rule in _rules(other, text):
                    for name in rule.affiliations:
                        self.affiliated.setdefault(name, []).append(rule)

    def rules(self, name: str) -> Iterator[_Rule]:
        """Every rule but includes, in their order."""
        self.open.add(name)
        for rule in (*_rules(name, self.lists[name]), *self.affiliated.get(name, ())):
            if rule.kind == "include":
                yield from self.included(rule)
            elif rule.kind in HOSTS or rule.kind in OTHERS:
                yield rule
            else:
                self.draft.refuse(rule.text, rule.place, "invalid")
        self.open.discard(name)

    def included(self, rule: _Rule) -> Iterator[_Rule]:
        if rule.value not in self.lists:
            self.draft.refuse(rule.text, rule.place, "no_such_list")
        elif rule.value not in self.open:
            without = {a.removeprefix("-") for a in rule.attributes if a.startswith("-")}
            needed = {a for a in rule.attributes if not a.startswith("-")}
            for inner in self.rules(rule.value):
                if needed <= inner.attributes and not without & inner.attributes:
                    yield inner


def _rules(name: str, text: str) -> Iterator[_Rule]:
    for number, line in enumerate(text.splitlines(), 1):
        parts = line.partition("#")[0].split()
        if not parts:
            continue
        kind, colon, value = parts[0].partition(":")
        marks = parts[1:]
        yield _Rule(
            kind=kind if colon else "domain",
            value=value if colon else parts[0],
            attributes=frozenset(mark[1:] for mark in marks if mark.startswith("@")),
            affiliations=tuple(mark[1:] for mark in marks if mark.startswith("&")),
            place=f"{name}:{number}",
            text=" ".join(parts),
        )
