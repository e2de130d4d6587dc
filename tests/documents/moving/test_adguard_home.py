"""The configuration of AdGuard Home as a plan."""

from __future__ import annotations

import pytest

from kidgate.documents.faults import Faults
from kidgate.documents.moving.adguard_home import plan
from kidgate.documents.moving.plan import Feed, FeedLine, Plan
from kidgate.policies.rows import DeviceRow, ProfileRow
from kidgate.policies.schedule import parse_schedule
from tests.documents.moving.ground import ground, places, reasons, rules

CONFIG = """\
users:
  - name: admin
    password: $2a$10$secret
dns:
  upstream_dns: [https://dns.example/dns-query]
filters:
  - enabled: true
    url: https://lists.example/porn.txt
    name: Adult
  - enabled: false
    url: https://lists.example/gambling.txt
    name: Off
  - enabled: true
    url: https://lists.example/filter_1.txt
    name: AdGuard DNS filter
whitelist_filters:
  - {enabled: true, url: 'https://lists.example/ok.txt', name: Ok}
user_rules:
  - '! comment'
  - '||bad.example^'
  - '@@||ok.example^$important'
  - '||game.example^$client=''Mai'''
  - '||x.example^$dnstype=AAAA'
  - 0.0.0.0 h.example
  - 192.0.2.5 nas.example
  - plain.example
  - /^ad[0-9]/
  - '@@/^ok[0-9]/'
  - '|v.example^$dnsrewrite=192.0.2.1'
filtering:
  parental_enabled: true
  safe_search: {enabled: true, google: true}
  rewrites:
    - {domain: nas.example, answer: 192.0.2.5}
  blocked_services:
    schedule:
      time_zone: Asia/Ho_Chi_Minh
      sat: {start: 8h, end: 20h30m}
      sun: {start: 0s, end: 24h}
    ids: [tiktok, no_such_service]
clients:
  persistent:
    - name: Mai
      tags: [user_child]
      ids: [192.0.2.7, '02:00:5E:10:00:01', mai-phone, 192.0.2.0/24]
      use_global_settings: false
      safe_search: {enabled: false}
      use_global_blocked_services: false
      blocked_services: {schedule: {time_zone: Local}, ids: [roblox]}
    - name: TV
      ids: [192.0.2.8]
schema_version: 29
"""


def planned(text: str = CONFIG, **fields: str) -> Plan:
    return plan(text, "AdGuardHome.yaml", ground(**fields))


def test_filters_become_feeds_when_on_and_known() -> None:
    found = planned()
    assert [f.category for f in found.made(Feed)] == ["adult"]
    assert "switched off" in reasons(found)["https://lists.example/gambling.txt"]
    assert "--category" in reasons(found)["https://lists.example/filter_1.txt"]
    assert places(found)["https://lists.example/porn.txt"] == "AdGuardHome.yaml:7"


def test_rules_become_rules_or_a_list() -> None:
    found = planned()
    assert rules(found) >= {
        "block bad.example for everyone",
        "allow ok.example for everyone",
        "block game.example for child:mai",
        "block =h.example for everyone",
        "block plain.example for everyone",
        "block category:moved_adguardhome for everyone",
    }
    assert [line.text for line in found.made(FeedLine)] == ["/^ad[0-9]/"]
    left = reasons(found)
    assert {
        "||x.example^$dnstype=AAAA",
        "192.0.2.5 nas.example",
        "@@/^ok[0-9]/",
        "|v.example^$dnsrewrite=192.0.2.1",
    } <= left.keys()
    assert places(found)["||bad.example^"] == "AdGuardHome.yaml:20"


def test_services_are_blocked_outside_of_their_pauses() -> None:
    found = planned()
    (when,) = (rule.partition(" when ")[2] for rule in rules(found) if "service:tiktok" in rule)
    assert when == "mon,tue,wed,thu,fri; sat 00:00-08:00,20:30-24:00"
    parse_schedule(when)
    assert "no service" in reasons(found)["blocked service no_such_service"]
    assert "block service:roblox for child:mai" in rules(found)


@pytest.mark.parametrize(
    "text",
    [
        "dns:\n  blocked_services: [tiktok]\n",
        "dns:\n  blocked_services: {schedule: {time_zone: Local}, ids: [tiktok]}\n",
        "filtering:\n  blocked_services: {ids: [tiktok]}\n",
    ],
)
def test_services_are_found_where_each_version_has_them(text: str) -> None:
    assert rules(planned(text)) == {"block service:tiktok for everyone"}


def test_clients_become_people_with_a_device() -> None:
    found = planned(tier="9-12")
    assert [(p.key, p.name, p.tier) for p in found.made(ProfileRow)] == [
        ("mai", "Mai", "9-12"),
        ("tv", "TV", "9-12"),
    ]
    assert [(d.addresses, d.macs) for d in found.made(DeviceRow)] == [
        (("192.0.2.7",), ("02:00:5e:10:00:01",)),
        (("192.0.2.8",), ()),
    ]
    assert {"mai-phone", "192.0.2.0/24", "client mai: user_child"} <= reasons(found).keys()
    assert "kidgate tier set 9-12 safe_search" in reasons(found)["safe search off for child:mai"]


def test_clients_are_found_when_they_are_a_list() -> None:
    found = planned("clients:\n  - {name: Old, ids: [192.0.2.1]}\n")
    assert [p.key for p in found.made(ProfileRow)] == ["old"]


def test_no_secret_is_shown() -> None:
    assert "$2a$" not in repr(planned())


@pytest.mark.parametrize("text", ["- a\n", "a: [\n", "a: 1\na: 2\n", "user_rules: &x []\n"])
def test_configuration_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(Faults, match=r"AdGuardHome\.yaml"):
        planned(text)


@pytest.mark.parametrize(
    "text",
    [
        "filters: 5\nuser_rules: {a: b}\nclients: [1, null, [x]]\nfiltering: []\n",
        "filters: [null, 1, {url: [x]}]\nuser_rules: [1, null, {a: b}]\n",
        "filtering: {blocked_services: {ids: [1, [2]], schedule: {mon: {start: x, end: -1}}}}\n",
        "clients: {persistent: [{name: [1], ids: {a: b}, tags: 1, blocked_services: 7}]}\n",
    ],
)
def test_nothing_odd_breaks_the_plan(text: str) -> None:
    planned(text)
