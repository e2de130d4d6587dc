"""What is odd in a policy though it compiles: what does nothing, or not what its author thinks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from kidgate.policies.edits import canonical_target
from kidgate.policies.opened import StillHouse, open_too_young
from kidgate.policies.rows import PolicyRows, RuleRow
from kidgate.policies.service_names import plain_name
from kidgate.policies.time_lint import time_findings


def findings(rows: PolicyRows, now: datetime) -> list[str]:
    """Everything odd, one sentence each. The rows must compile."""
    return [
        *_rules(rows, now),
        *_profiles(rows),
        *_devices(rows),
        *_groups(rows),
        *time_findings(rows, now),
    ]


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


def service_findings(rows: PolicyRows, house: StillHouse) -> list[str]:
    """What is odd about services: opened by an adult's word to children below the services' own
    age, hosts that are no site, names that mean another. `house` is of the same rows."""
    return [*_ages(rows, house), *_hosts(rows, house), *_aliases(rows, house)]


def _ages(rows: PolicyRows, house: StillHouse) -> Iterator[str]:
    for profile in rows.profiles:
        for one in open_too_young(house, profile.key):
            if one.said:
                age, service = house.age(profile.key), one.service
                yield (
                    f"{one.said} opens {service.title} (service:{service.key}) to {profile.key}, "
                    f"who is {age}; by its own terms it is from {service.min_age}"
                )


def _hosts(rows: PolicyRows, house: StillHouse) -> Iterator[str]:
    for row in rows.services:
        for host in row.hosts:
            if house.snapshot.suffixes.is_suffix(host):
                yield f"service {row.key} is every site below {host}; name the site's own host"


def _aliases(rows: PolicyRows, house: StillHouse) -> Iterator[str]:
    keys = {plain_name(key): key for key in house.services}
    for row in rows.services:
        for alias in row.aliases:
            other = keys.get(plain_name(alias), row.key)
            if other != row.key:
                yield f"service {row.key} is never found as {alias}: that is service {other}"
