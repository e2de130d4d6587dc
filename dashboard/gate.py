"""The one way to an act: may this person, is what they gave sound, does the audit log say it.

An act is a function `(desk, actor, asked) -> answer`; `asked` and `answer` are msgspec Structs or
dataclasses, from whose types the API and its description are made. Pages call acts here too, so
that no page can do what the API would refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast, get_type_hints

import msgspec

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import Forbidden, Invalid
from kidgate.policies.edits import EditFault
from kidgate.policies.people import Need, Role

type Run[I, O] = Callable[[Desk, Actor, I], O]


class Nothing(msgspec.Struct, frozen=True):
    """An act that is asked nothing, or answers nothing."""


@dataclass(frozen=True, slots=True)
class Act[I, O]:
    name: str  # family.verb; the API's path is /api/v1/family/verb
    need: Need
    changes: bool  # POST; else GET
    run: Run[I, O]
    asked: type[I]
    answer: type[O]

    @property
    def path(self) -> str:
        return "/" + self.name.replace(".", "/")

    def __call__(self, desk: Desk, actor: Actor, asked: I) -> O:
        """Do it. Raises Forbidden, what the act refuses, DatabaseFault."""
        if not actor.may(self.need) or (self.changes and not actor.writes):
            raise Forbidden(f"{actor.role} may not do `{self.name}`")
        if actor.role is Role.AUDITOR and not self.changes and self.need is not Need.OWN:
            detail = msgspec.to_builtins(asked)
            desk.do("audit.note", by=actor.by, act="look", object=self.name, detail=detail)
        try:
            return self.run(desk, actor, asked)
        except EditFault as fault:
            raise Invalid(str(fault)) from fault
        except OverflowError as fault:  # of dates, and of what a database can hold
            raise Invalid("a number or a day is too large or too small") from fault

    def from_text(self, values: Mapping[str, Any]) -> I:
        """What is asked, from a query or a form, where every value is text. Raises Invalid."""
        given = {name: value for name, value in values.items() if value not in ("", None)}
        try:
            return msgspec.convert(given, self.asked, strict=False)
        except msgspec.ValidationError as fault:
            raise Invalid(str(fault)) from None

    def from_json(self, data: bytes) -> I:
        """What is asked, from a body of JSON. Raises Invalid."""
        try:
            return msgspec.json.decode(data or b"{}", type=self.asked)
        except (msgspec.DecodeError, RecursionError) as fault:
            raise Invalid(str(fault)) from None


ACTS: dict[str, Act[Any, Any]] = {}


def act[I, O](name: str, need: Need, *, changes: bool = False) -> Callable[[Run[I, O]], Act[I, O]]:
    """Make a function an act, known to the API; what it is asked and its answer are typed."""

    def made(run: Run[I, O]) -> Act[I, O]:
        hints = get_type_hints(run)
        answer = hints.pop("return")
        *_, asked = hints.values()
        found = Act(name, need, changes, run, cast("type[I]", asked), cast("type[O]", answer))
        if name in ACTS:
            raise ValueError(f"two acts are called `{name}`")
        ACTS[name] = found
        return found

    return made
