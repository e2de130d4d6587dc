"""What a page is made of, whatever its language: icon, advice, help. The table is `plan.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from kidgate.policies.model import Reason, Verdict

# A warning can only be passed where an adult may choose `warn` (`deciders.act`), or where help
# comes first and the child may go on. Whatever else says warn is shown as a block: a bad
# certificate or illegal material must never grow a button.
MAY_CONTINUE = frozenset(
    {
        Reason.SECURITY,
        Reason.WAY_AROUND,
        Reason.RULE,
        Reason.CATEGORY,
        Reason.SERVICE,
        Reason.CONTENT_TYPE,
        Reason.SEARCH_TERM,
        Reason.PAGE_TEXT,
        Reason.UNJUDGED,
        Reason.PERSONAL_DATA,
        Reason.MESSAGE,
        Reason.TIER_DEFAULT,
    }
)


@dataclass(frozen=True, slots=True)
class Look:
    """The parts of one page; each value is a key of the words, the icons or the style."""

    icon: str
    tone: str
    steps: tuple[str, ...]
    whom: str
    help: str = ""
    learn: str = ""
    until: str = ""  # how the end is said
    category: str = ""  # how the category's words join the reason's: instead, after, or not at all
    family: str = ""  # the group of categories that speaks here
    leads: bool = False  # the family's title and words come before everything else


@dataclass(frozen=True, slots=True)
class Plan:
    reasons: Mapping[str, Look]
    errors: Mapping[str, Look]
    families: Mapping[str, Mapping[str, Any]]  # family -> the fields it changes
    family_of: Mapping[str, str]  # category -> family
    verdicts: Mapping[str, tuple[str, ...]]  # steps that take the place of the reason's
    likeness_steps: tuple[str, ...]  # before all others, where a page names the true site
    learn_of_kind: Mapping[str, str]  # kind of brand -> what its imitation teaches
    learn_of_personal: Mapping[str, str]  # kind of personal data -> lesson, the gravest first
    phones: Mapping[str, Mapping[str, tuple[str, ...]]]  # help -> band -> numbers in Viet Nam

    def look(self, verdict: Verdict, reason: Reason, category: str) -> Look:
        """The parts for a decision; a category that no family names adds nothing."""
        look = self.reasons[reason.value]
        family = self.family_of.get(category, "") if look.category else ""
        if family:
            look = replace(look, family=family, **self.families[family])
        steps = self.verdicts.get(verdict.value)
        if steps is None or look.leads:
            return look
        return replace(look, steps=steps, whom="adult")


def with_likeness(plan: Plan, look: Look, kind: str) -> Look:
    """The parts of a page that names a true site beside the look-alike."""
    learn = plan.learn_of_kind.get(kind, look.learn)
    return replace(look, learn=learn, steps=(*plan.likeness_steps, *look.steps))


def with_personal(plan: Plan, look: Look, kinds: Iterable[str]) -> Look:
    """The parts of a page that says what was to go out: it teaches about the gravest of it."""
    told = frozenset(kinds)
    lessons = (lesson for kind, lesson in plan.learn_of_personal.items() if kind in told)
    return replace(look, learn=next(lessons, look.learn))


def shown_verdict(verdict: Verdict, reason: Reason, *, may_continue: bool) -> Verdict:
    """What the page may offer: everything doubtful is a block."""
    if verdict is Verdict.WARN and may_continue and reason in MAY_CONTINUE:
        return Verdict.WARN
    return Verdict.ASK if verdict is Verdict.ASK else Verdict.BLOCK


def load_plan() -> Plan:
    tree = json.loads((files(__package__) / "plan.json").read_text(encoding="utf-8"))
    families = {key: dict(entry) for key, entry in tree["families"].items()}
    members = {key: entry.pop("of") for key, entry in families.items()}
    for entry in families.values():
        if "steps" in entry:
            entry["steps"] = tuple(entry["steps"])
    return Plan(
        reasons={key: _look(entry) for key, entry in tree["reasons"].items()},
        errors={key: _look(entry) for key, entry in tree["errors"].items()},
        families=families,
        family_of={category: key for key, of in members.items() for category in of},
        verdicts={key: tuple(steps) for key, steps in tree["verdicts"].items()},
        likeness_steps=tuple(tree["likeness"]["steps"]),
        learn_of_kind={
            kind: key for key, kinds in tree["likeness"]["learn"].items() for kind in kinds
        },
        learn_of_personal={kind: key for key, kinds in tree["personal"].items() for kind in kinds},
        phones={
            key: {band: tuple(numbers) for band, numbers in entry.items()}
            for key, entry in tree["help"].items()
        },
    )


def _look(entry: Mapping[str, Any]) -> Look:
    return Look(**{**entry, "steps": tuple(entry["steps"])})
