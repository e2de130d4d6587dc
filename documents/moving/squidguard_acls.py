"""squidGuard's acls as rules.

An acl is a row of words of which the first that fits decides; without a last one all else passes.
The words that stop something become rules against its category; short lists that let something pass
become rules for their sites, since only those outrank a list here. Of the acls one alone holds
there: the source's own, else `default`, which here holds for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from kidgate.documents.moving.files import Files
from kidgate.documents.moving.ground import Ground
from kidgate.documents.moving.plan import Draft, Made, Place, ToDo
from kidgate.documents.moving.sites import EVERYONE, MOST_RULES, rule, target_of
from kidgate.documents.moving.squidguard_conf import Block
from kidgate.policies.model import Action

LAST = {"any": True, "all": True, "none": False}
NO_ADDRESSES, DNS_LIST = "in-addr", "dnsbl"


@dataclass(slots=True)
class Dest:
    """A destination: its files, and the categories of the feeds made of them."""

    categories: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom an acl holds, and when."""

    scope: str
    when: str

    def __str__(self) -> str:
        return f"for {self.scope}" + (f" when {self.when}" if self.when else "")


@dataclass(slots=True)
class Acls:
    """Takes the blocks of `acl`. `sources`: group and hours by name; `hours` reads a `within`."""

    file: str
    files: Files
    ground: Ground
    draft: Draft
    dests: Mapping[str, Dest]
    sources: Mapping[str, list[tuple[str, str]]]
    hours: Callable[..., str | None]
    barred: list[str] = field(default_factory=list)  # destinations that the default acl stops

    def take(self, block: Block, why_not: Mapping[str, str]) -> None:
        default = next((b for b in block.blocks if b.words[:1] == ("default",)), None)
        self.barred = self._barred(default)
        before = block
        for inner in block.blocks:
            turned = inner.words[:1] == ("else",)
            before = before if turned else inner
            for asked in self._asked(before, inner, turned=turned):
                self._acl(inner, asked, why_not)

    def _asked(self, head: Block, block: Block, *, turned: bool) -> list[Asked]:
        name, place = " ".join(head.words[:1]), Place(self.file, block.line)
        try:
            when = self.hours(head, turned=turned)
        except ValueError as fault:
            self.draft.leaves(place, f"acl {name}", str(fault))
            return []
        if when is None:
            self.draft.maps(place, f"acl {name}", note="never holds")
            return []
        if name == "default":
            return [Asked(EVERYONE, when)]
        if name not in self.sources:
            self.draft.leaves(place, f"acl {name}", "no such source could be taken")
        found = []
        for key, hours in self.sources.get(name, []):
            if hours and when and hours != when:
                why = f"holds {when}, its source {hours}: only the first is taken"
                self.draft.leaves(place, f"acl {name}", why)
            found.append(Asked(f"group:{key}", when or hours))
        return found

    def _barred(self, default: Block | None) -> list[str]:
        statements = default.statements if default else []
        words = [word for s in statements if s.keyword == "pass" for word in s.words]
        return [word[1:] for word in words if word.startswith("!") and word[1:] in self.dests]

    def _acl(self, block: Block, asked: Asked, why_not: Mapping[str, str]) -> None:
        for statement in block.statements:
            place = Place(self.file, statement.line)
            if statement.keyword == "pass":
                self._pass(place, statement.words, asked)
            else:
                why = why_not.get(statement.keyword, "is not known")
                self.draft.leaves(place, str(statement), why)

    def _pass(self, place: Place, words: tuple[str, ...], asked: Asked) -> None:
        ends = next((at for at, word in enumerate(words) if word in LAST), len(words))
        for word in words[:ends]:
            self._word(place, word, asked)
        if ends < len(words) and not LAST[words[ends]]:
            self._nothing_else(place, asked)
        elif asked.scope != EVERYONE:
            self._passes(place, {word.removeprefix("!") for word in words[:ends]}, asked)

    def _word(self, place: Place, word: str, asked: Asked) -> None:
        name, text = word.removeprefix("!"), f"{word} {asked}"
        if name == NO_ADDRESSES:
            self.draft.maps(place, text, note="bare addresses are the tier's ways_around")
        elif name not in self.dests:
            why = "DNS lists are not asked" if name.startswith(DNS_LIST) else "is no destination"
            self.draft.leaves(place, text, why)
        elif word.startswith("!"):
            self.draft.maps(place, text, *self._rules(place, name, asked, Action.BLOCK))
        else:
            self._lifted(place, text, self.dests[name], asked)

    def _rules(self, place: Place, dest: str, asked: Asked, action: Action) -> list[Made]:
        categories = dict.fromkeys(self.dests[dest].categories)
        return [rule(asked.scope, f"category:{c}", action, place, asked.when) for c in categories]

    def _lifted(self, place: Place, text: str, dest: Dest, asked: Asked) -> None:
        """A list that is let pass before others: its sites, when they are few enough."""
        sites = [line for path in dest.files for line in self._lines(path)]
        targets = [target_of(line) for line in sites]
        if len(sites) > MOST_RULES or None in targets:
            why = (
                f"a list cannot lift others, and this one has more than {MOST_RULES} lines or one "
                "that is no site: allow those that matter with kidgate allow"
            )
            self.draft.leaves(place, text, why)
            return
        made = [rule(asked.scope, t, Action.ALLOW, place, asked.when) for t in targets if t]
        self.draft.maps(place, text, *made)

    def _lines(self, path: str) -> list[str]:
        text = self.files.text(path)
        lines = (text if text is not None else "?\n" * (MOST_RULES + 1)).splitlines()
        return [line.strip() for line in lines if line.strip() and not line.startswith("#")]

    def _passes(self, place: Place, stopped: set[str], asked: Asked) -> None:
        """What the default acl stops and this one does not."""
        for name in self.barred:
            if name not in stopped:
                made = self._rules(place, name, asked, Action.ALLOW)
                note = "the default acl stops it, and did not hold for this source"
                self.draft.maps(place, f"{name} {asked}", *made, note=note)

    def _nothing_else(self, place: Place, asked: Asked) -> None:
        """`none`: only what was named passes."""
        text, base = f"none {asked}", self.ground.tiers.get(self.ground.tier)
        if asked.when:
            why = "is the tier's hours or bedtime here: kidgate tier set TIER bedtime ..."
            self.draft.leaves(place, text, why)
        elif base is None or base.mode == "allow_list":
            self.draft.maps(place, text, note="the tier lets only listed sites pass")
        elif asked.scope == EVERYONE:
            why = f"tier {base.key} lets unknown sites pass: give --tier one with an allow list"
            self.draft.leaves(place, text, why)
        else:
            key = f"{base.key}-{asked.scope.partition(':')[2]}"
            kept = {k: a for k, a in base.categories.items() if a is not Action.ALLOW}
            own = replace(base, key=key, age_tier=False, mode="allow_list", categories=kept)
            todo = ToDo(f"kidgate profile set PROFILE --tier {key}")
            made = replace(own, default=Action.BLOCK)
            self.draft.maps(place, text, made, todo, note="for each profile of the group")
