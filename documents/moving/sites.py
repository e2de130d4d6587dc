"""Lines of hand-kept lists as targets of rules."""

from __future__ import annotations

import ipaddress
import re

from kidgate.documents.moving.plan import Place
from kidgate.policies.model import Action
from kidgate.policies.rows import RuleRow
from kidgate.policies.targets import InvalidTarget, parse_target

MOST_RULES = 500  # of one list; a longer one becomes a feed
EVERYONE = "everyone"

_NETWORKS = 16  # that a range from first to last address may fall into
_RANGE = re.compile(r"([0-9.]+)\s*-\s*([0-9.]+)")
_RULE = re.compile(
    r"(?P<except>@@)?(?:\|\|)(?P<name>[^/^|*$\s]+)(?:\^\|?|/)?(?:\$(?P<options>.+))?"
)
_HARMLESS_OPTIONS = frozenset({"important", "all", "document", "doc"})


def target_of(text: str) -> str | None:
    """The canonical target that a host, URL or address means; None when it is none."""
    try:
        return str(parse_target(text.strip()))
    except InvalidTarget:
        return None


def networks_of(text: str) -> tuple[str, ...]:
    """Targets for an address, a CIDR range or `first-last`; empty when it is none of them."""
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        try:
            return (str(ipaddress.ip_network(text.strip(), strict=False)),)
        except ValueError:
            return ()
    try:
        first, last = (ipaddress.IPv4Address(part) for part in found.groups())
        networks = list(ipaddress.summarize_address_range(first, last))
    except ValueError:
        return ()
    return tuple(map(str, networks)) if len(networks) <= _NETWORKS else ()


def adblock_site(text: str) -> tuple[Action, str, tuple[str, ...]] | None:
    """Action, target and further options of a rule about one whole site (`||site^`, `@@||site^`).

    None for every other rule.
    """
    found = _RULE.fullmatch(text.strip())
    target = target_of(found["name"]) if found else None
    if found is None or target is None:
        return None
    options = tuple(o for o in (found["options"] or "").split(",") if o)
    more = tuple(option for option in options if option not in _HARMLESS_OPTIONS)
    return (Action.ALLOW if found["except"] else Action.BLOCK), target, more


def rule(scope: str, target: str, action: Action, place: Place, when: str = "") -> RuleRow:
    """A rule with its origin as the reason."""
    return RuleRow(0, scope, target, action, when=when, reason=f"moved from {place}")
