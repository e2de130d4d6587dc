"""What is odd in a policy though it compiles: what does nothing, or not what its author thinks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from kidgate.policies.edits import canonical_target
from kidgate.policies.rows import PolicyRows, RuleRow


def findings(rows: PolicyRows, now: datetime) -> list[str]:
    """Everything odd, one sentence each. The rows must compile."""
    return [*_rules(rows, now), *_profiles(rows), *_devices(rows), *_groups(rows)]


def _rules(rows: PolicyRows, now: datetime) -> Iterator[str]:
    asked: dict[tuple[str, str, str], list[RuleRow]] = defaultdict(list)
    for rule in rows.rules:
        if rule.until is not None and rule.until <= now:
            yield f"rule {rule.id} is over since {rule.until.isoformat()}; remove it"
        else:
            place = (rule.scope, canonical_target(rule.target), " ".join(rule.when.split()))
            asked[place].append(rule)
    for (scope, target, _), same in asked.items():
        if len(same) > 1:
            numbers = " and ".join(str(rule.id) for rule in same)
            yield f"rules {numbers} are both about {target} for {scope}; the stricter wins"


def _profiles(rows: PolicyRows) -> Iterator[str]:
    owners = {device.of for device in rows.devices}
    for profile in rows.profiles:
        if profile.born is None and not profile.tier:
            tier = rows.settings.unknown_tier
            yield f"profile {profile.key} has neither birth date nor tier; it is judged as {tier}"
        if profile.key not in owners:
            yield f"profile {profile.key} has no device; nothing is judged as theirs"


def _devices(rows: PolicyRows) -> Iterator[str]:
    for device in rows.devices:
        if not (device.addresses or device.macs or device.login):
            yield f"device {device.key} has no address and no log-in; it is never recognised"
        if device.login and not device.password_hash:
            yield f"device {device.key} has a log-in without a password; it cannot be used"
        if not device.of:
            tier = rows.settings.unknown_tier
            yield f"device {device.key} is nobody's; it is judged as {tier}"


def _groups(rows: PolicyRows) -> Iterator[str]:
    used = {key for profile in rows.profiles for key in profile.groups}
    for group in rows.groups:
        if group.key not in used:
            yield f"group {group.key} is empty; its rules hold for nobody"
