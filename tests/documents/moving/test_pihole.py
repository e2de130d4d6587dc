"""A Pi-hole backup as a plan."""

from __future__ import annotations

from typing import Any

import pytest

from kidgate.documents.moving.pihole import plan
from kidgate.documents.moving.plan import Feed, FeedLine, Plan
from kidgate.policies.rows import DeviceRow, GroupRow, ProfileRow
from tests.documents.moving.ground import ground, places, reasons, rules

EMPTY: dict[str, list[dict[str, Any]]] = {
    "group": [],
    "adlist": [],
    "adlist_by_group": [],
    "domainlist": [],
    "domainlist_by_group": [],
    "client": [],
    "client_by_group": [],
}
GROUPS = [
    {"id": 0, "enabled": 1, "name": "Default"},
    {"id": 1, "enabled": 1, "name": "Trẻ em"},
    {"id": 2, "enabled": 0, "name": "Old"},
]


def planned(category: str = "", tier: str = "", **tables: Any) -> Plan:
    found = {**EMPTY, **tables}
    return plan(found, "backup", ground(category=category, tier=tier), ["hosts", "etc/x"])


def domain(number: int, kind: int, text: str, enabled: object = 1) -> dict[str, Any]:
    return {"id": number, "type": kind, "domain": text, "enabled": enabled}


def test_domains_become_rules_for_everyone() -> None:
    found = planned(
        domainlist=[
            domain(1, 0, "ok.example"),
            domain(2, 1, "Bad.example"),
            domain(3, 3, r"(\.|^)track\.example$"),
            domain(4, 2, r"^cdn\.example$"),
        ]
    )
    assert rules(found) == {
        "allow =ok.example for everyone",
        "block =bad.example for everyone",
        "block track.example for everyone",
        "allow =cdn.example for everyone",
    }
    assert places(found)["deny Bad.example"] == "backup: domainlist:2"


def test_patterns_become_a_list_with_a_rule_of_its_own() -> None:
    found = planned(domainlist=[domain(1, 3, r"^ad[0-9]+\."), domain(2, 3, r"tracker;reply=ip")])
    assert found.made(FeedLine) == [
        FeedLine("moved-pihole", "moved_pihole", r"/^ad[0-9]+\./"),
        FeedLine("moved-pihole", "moved_pihole", "/tracker/"),
    ]
    assert rules(found) == {"block category:moved_pihole for everyone"}


def test_domains_are_left_when_they_cannot_be_said() -> None:
    found = planned(
        domainlist=[
            domain(1, 1, "off.example", 0),
            domain(2, 2, r"^ok[0-9]"),
            domain(3, 3, r"^v6\.example$;querytype=AAAA"),
            domain(4, 1, "no host"),
            domain(5, 9, "x.example"),
            domain(6, True, "y.example"),
            {"id": [], "domain": {}, "type": "1", "enabled": None},
        ]
    )
    assert rules(found) == {"block =y.example for everyone"}
    assert len(reasons(found)) == 7  # with `hosts`
    assert "querytype" in reasons(found)["deny regex ^v6\\.example$;querytype=AAAA"]


def test_groups_bound_who_a_row_is_for() -> None:
    found = planned(
        group=GROUPS,
        client=[{"id": 7, "ip": "192.0.2.9", "comment": "Mai"}],
        client_by_group=[{"client_id": "7", "group_id": 1}],
        domainlist=[
            domain(1, 1, "a.example"),
            domain(2, 1, "b.example"),
            domain(3, 1, "c.example"),
        ],
        domainlist_by_group=[
            {"domainlist_id": 1, "group_id": 1},
            {"domainlist_id": 2, "group_id": 2},
        ],
    )
    assert rules(found) == {"block =a.example for group:tre-em"}
    assert reasons(found)["deny b.example"] == "its groups are switched off there"
    assert "in no group" in reasons(found)["deny c.example"]
    assert found.made(GroupRow) == [GroupRow("tre-em", title="Trẻ em")]
    (profile,) = found.made(ProfileRow)
    assert (profile.key, profile.groups) == ("mai", ("tre-em",))
    (device,) = found.made(DeviceRow)
    assert (device.of, device.addresses) == ("mai", ("192.0.2.9",))


@pytest.mark.parametrize(
    ("ip", "addresses", "macs", "said"),
    [
        ("2001:DB8::1", ("2001:db8::1",), (), ""),
        ("02-00-5E-10-00-01", (), ("02:00:5e:10:00:01",), ""),
        ("192.0.2.0/30", ("192.0.2.1", "192.0.2.2"), (), ""),
        ("192.0.2.0/24", (), (), "more than 32"),
        ("2001:db8::/32", (), (), "more than 32"),
        (":eth0", (), (), "neither an IP"),
        ("", (), (), "neither an IP"),
    ],
)
def test_clients_are_known_by_address(
    ip: str, addresses: tuple[str, ...], macs: tuple[str, ...], said: str
) -> None:
    found = planned(tier="9-12", client=[{"id": 1, "ip": ip, "comment": None}])
    assert [(d.addresses, d.macs) for d in found.made(DeviceRow)] == (
        [] if said else [(addresses, macs)]
    )
    assert [p.tier for p in found.made(ProfileRow)] == ([] if said else ["9-12"])
    assert not said or said in reasons(found)[ip]


def test_adlists_become_feeds_when_their_subject_is_known() -> None:
    urls = [
        "https://lists.example/alternates/porn/hosts",
        "https://lists.example/hosts",
        "https://lists.example/known",
    ]
    said = "Migrated from /etc/pihole/adlists.list"
    adlists = [
        {"id": n, "address": url, "enabled": 1, "comment": said} for n, url in enumerate(urls)
    ]
    known = {urls[2]: ("known-list", "gambling")}
    found = plan({**EMPTY, "adlist": adlists}, "backup", ground(catalogue=known))
    assert [(f.category, f.location) for f in found.made(Feed)] == [
        ("adult", urls[0]),
        ("gambling", urls[2]),
    ]
    assert "block category:adult for everyone" in rules(found)
    assert "--category" in reasons(found)[urls[1]]
    told = planned(category="ads", adlist=adlists)
    assert [f.category for f in told.made(Feed)] == ["adult", "ads", "ads"]
    assert len({f.name for f in told.made(Feed)}) == 3


def test_adlists_of_exceptions_are_left() -> None:
    row = {"id": 1, "address": "https://lists.example/ads-allowed", "enabled": 1, "type": 1}
    assert "exceptions" in reasons(planned(adlist=[row]))[row["address"]]
