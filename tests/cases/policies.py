"""The words of `world.json` as rows of the product: one custom tier for each policy.

Nothing is judged here. `allow_all` is the filter of the rig's self test: it lets everything through
that any policy could.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kidgate.policies.model import Action, JournalLevel
from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow, Settings, TierRow
from tests.cases.tunnels import numbers, pair_of
from tests.cases.world import World

# Words that the product judges as ways around the filter (order 7), not as what a page is about.
AROUND = ("proxy", "vpn", "doh")
# Front ends of other pages: judged by the page inside; undecodable ones as the policy says.
FRONT_ENDS = ("translator", "archive", "cache")
# What a policy without raw TCP and UDP has no word for.
TUNNELS = ("upgrade", "raw_tcp", "raw_udp", "vpn", "unasked_address", "other_address")
FILE_TYPES = {
    "apk": ("application/vnd.android.package-archive",),
    "exe": ("application/x-msdownload", "application/vnd.microsoft.portable-executable"),
    "zip": ("application/zip",),
    "7z": ("application/x-7z-compressed",),
}
NOBODY = "none"  # the policy of devices that are no client of ours
PHRASES = "phrases"  # what pages with a policy's phrases are about, see `home.py`
ENOUGH = 20.0  # a score that one phrase alone reaches, see `content/phrases/score.py`


def rows_of(world: World, overrides: Mapping[str, str]) -> PolicyRows:
    """The household's policy; `overrides` gives a device another policy than its own."""
    policies = world.data["policies"]
    house = policies["_all"]
    tiers = tuple(_tier(key, words) for key, words in policies.items() if key != "_all")
    helplines = [h for c in house["always_allow"] for h in world.data["categories"][c]]
    gateway = world.gateway
    settings = Settings(
        zone=world.data["time"]["tz"],
        language="en",
        unknown_tier="quarantine",
        ports=tuple(house["ports"]["tcp"]),
        own_names=tuple(house["gateway_name_allowed"]),
        own_addresses=(gateway["lan_ip"], gateway["wan_ip"], gateway["lan_ip6"]),
        never_decrypt=tuple(house["no_decrypt"]),
        illegal=("illegal",),
        security=("malware",),
        safe_harbour=tuple(helplines),
    )
    rows = PolicyRows(settings=settings, tiers=tiers)
    return _with_people(rows, world, overrides)


def allow_all(rows: PolicyRows) -> PolicyRows:
    """The same household with every door open that a policy can open."""
    every = tuple(range(1, 65536))
    settings = replace(
        rows.settings,
        ports=every,
        private_allowed=("0.0.0.0/0", "::/0"),
        own_addresses=(),
        own_names=("kidgate.home.arpa",),
        never_decrypt=(),
        illegal=(),
        security=(),
    )
    open_tiers = tuple(TierRow(tier.key, journal=tier.journal) for tier in rows.tiers)
    return replace(rows, settings=settings, tiers=open_tiers)


def _tier(key: str, words: Mapping[str, Any]) -> TierRow:
    blocks = words["default"].startswith("block")
    around = {c: Action.BLOCK for c in words.get("block", ()) if c in AROUND}
    if "files_blocked" in words or words.get("block"):
        undecoded = Action.BLOCK if blocks else Action.WATCH
        around |= dict.fromkeys(FRONT_ENDS, undecoded)
    # `raw_tcp_udp: deny` holds for every policy.
    around |= dict.fromkeys(TUNNELS, Action.BLOCK)
    if blocks:
        around["ech"] = Action.BLOCK  # a name that cannot be read is an uncategorised one
    categories = {c: Action.ALLOW for c in words.get("allow", ()) if "." not in c}
    categories |= {c: Action.BLOCK for c in words.get("block", ()) if c not in AROUND}
    types = [t for kind in words.get("files_blocked", ()) for t in FILE_TYPES[kind]]
    return TierRow(
        key=key,
        categories=categories,
        ways_around=around,
        content_types=dict.fromkeys(types, Action.BLOCK),
        default=Action.BLOCK if blocks else Action.ALLOW,
        safe_search=words.get("safesearch") == "strict",
        youtube=words.get("youtube", "off"),
        text_limits={PHRASES: ENOUGH} if "phrases" in words else {},
        unjudged=Action.BLOCK if blocks else Action.WATCH,
        search_terms=tuple(words.get("phrases", ())),
        hours=f"daily {words['hours']}" if "hours" in words else "",
        journal=JournalLevel.URL,
        zone=words.get("tz", ""),
    )


def _with_people(rows: PolicyRows, world: World, overrides: Mapping[str, str]) -> PolicyRows:
    profiles, devices = [], []
    away = numbers(world)
    for key, device in world.data["devices"].items():
        policy = overrides.get(key, device["policy"])
        if policy == NOBODY:
            continue
        person = device.get("user", f"{key}-user")
        profiles.append(ProfileRow(person, tier=policy))
        addresses = tuple(device[k] for k in ("ip", "ip6", "wg_ip") if k in device)
        devices.append(
            DeviceRow(
                key,
                of=person,
                addresses=addresses,
                macs=(device["mac"],) if "mac" in device else (),
                trusts_ca=device.get("ca_trusted", True),
                wireguard=pair_of(key)[1] if key in away else "",
                tunnel=away.get(key, 0),
            )
        )
    return replace(rows, profiles=tuple(profiles), devices=tuple(devices))
