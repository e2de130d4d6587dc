"""What happens in a house before a visit, in the words of the cases: who comes, goes and pretends.

`Scene.play` does it and says whose visit it ends with; `Scene.undo` puts everybody back.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import NamedTuple

from kidgate.proxy.who.neighbours import FRESH_SECONDS
from tests.cases.context import ALLOWED
from tests.cases.explicit import Unknown
from tests.cases.house import House, HouseGateway
from tests.cases.steps import Attempt
from tests.cases.tunnels import AWAY
from tests.cases.world import Case

EVENTS = (
    (re.compile(r"(\S+) offline"), "offline"),
    (re.compile(r"(\S+) active"), "active"),
    (re.compile(r"(\S+) (?:sets ip|renews to) (\S+)"), "address"),
    (re.compile(r"second port/bssid sends mac (\S+)"), "pretends"),
    (re.compile(r"(\S+) second mac (\S+) enrolled"), "enrolled"),
    (re.compile(r"dhcp mac=(\S+)"), "joins"),
    (re.compile(r"(\S+) key from (\S+)(?: \(.*\))?"), "roams"),
    (re.compile(r"GET (http://\S+)"), "visit"),
)
SPARE = "10.77.0.190"  # of a device that is enrolled on the way


class Event(NamedTuple):
    kind: str
    words: tuple[str, ...]


def event(text: str) -> Event:
    """Raises Unknown."""
    for pattern, kind in EVENTS:
        if match := pattern.fullmatch(text):
            return Event(kind, match.groups())
    raise Unknown(f"no word for the event `{text}`")


def from_where(case: Case) -> str:
    """The address outside from which a device away from home sends."""
    found = map(event, case.client.get("events", ()))
    return next((e.words[1] for e in found if e.kind == "roams"), AWAY)


@dataclass
class Scene:
    """`who` makes the visit, the case's own device unless an event brings another."""

    case: Case
    house: House
    gateway: HouseGateway
    who: str = field(init=False)

    def __post_init__(self) -> None:
        self.who = self.case.device

    def play(self) -> Attempt:
        """Everything that happens; the visit at its end is the caller's to make. Raises Unknown."""
        steps = []
        about: tuple[str, ...] = ()
        for kind, words in map(event, self.case.client["events"]):
            match kind:
                case "offline":
                    self.house.unplug(words[0])
                    time.sleep(FRESH_SECONDS + 1)  # who is away is away for longer than that
                case "active":
                    self.house.device(words[0]).perform(self.house.visit(ALLOWED))
                case "address":
                    self.house.move(words[0], words[1])
                case "pretends":
                    self.house.pretend(self.who, words[0])
                case "enrolled":
                    self._enrol(*words)
                case "joins" | "roams":
                    pass  # the stranger is there, and so is the tunnel
                case "visit":
                    host = words[0].removeprefix("http://").partition("/")[0]
                    steps.append(self.house.visit(host))
                    about = (host,)
        return Attempt("redirected", tuple(steps), (about,))

    def undo(self) -> None:
        """Everybody where they were."""
        self.house.restore()

    def _enrol(self, device: str, mac: str) -> None:
        """A further device of the same person, added by an adult as the manual says."""
        person = self.house.world.data["devices"][device].get("user", f"{device}-user")
        self.who = f"{device}-2"
        self.gateway.kidgate("device", "add", self.who, "--of", person, "--mac", mac)
        self.house.add(self.who, mac, SPARE)
