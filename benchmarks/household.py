"""The household that every benchmark measures: a child of ten, some thirty rules, the built-in
tiers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kidgate.policies.model import Action
from kidgate.policies.rows import (
    DeviceRow,
    GroupRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    Settings,
)

# A Saturday morning: nobody sleeps, nothing is paused.
CLOCK = "2026-03-14T09:00+07:00"
BORN = date(2016, 1, 10)  # ten years old then: tier 9-12
CHILD, DEVICE, ADDRESS = "mai", "tablet", "127.0.0.5"
CLOSED_ADDRESS = "127.0.0.7"  # of a device whose TLS is only passed through
HOST = "www.school.example"  # allowed by no rule, named by no list
RULES = 30


def household(ports: Iterable[int] = ()) -> PolicyRows:
    """The policy; `ports` are those of origins on loopback, to be reached too."""
    return PolicyRows(
        settings=Settings(
            zone="Asia/Ho_Chi_Minh", ports=(80, 443, *ports), private_allowed=("127.0.0.1/32",)
        ),
        groups=(GroupRow("family"),),
        profiles=(
            ProfileRow(CHILD, name="Mai", born=BORN, groups=("family",)),
            ProfileRow("an", name="An", born=date(2011, 6, 1), groups=("family",)),
        ),
        devices=(
            DeviceRow(DEVICE, of=CHILD, addresses=(ADDRESS,)),
            DeviceRow("phone", of="an", addresses=("127.0.0.6",)),
            DeviceRow("console", of=CHILD, addresses=(CLOSED_ADDRESS,), trusts_ca=False),
        ),
        rules=tuple(rule(number) for number in range(RULES)),
    )


def rule(number: int) -> RuleRow:
    """Rules as people write them: most for the child, by site, page, category and time."""
    scope = (f"child:{CHILD}", "everyone", "tier:9-12", "group:family", f"device:{DEVICE}")[
        number % 5
    ]
    target = (
        f"site{number}.example",
        f"www.site{number}.example/games",
        f"=cdn.site{number}.example",
        "category:games",
        "service:roblox",
        f"term:word{number}",
    )[number % 6]
    action = (Action.BLOCK, Action.ALLOW)[number % 2]
    when = "mon-fri 17:00-19:00" if number % 4 == 0 else ""
    return RuleRow(number + 1, scope, target, action, when=when)
