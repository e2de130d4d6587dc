"""The configuration of AdGuard Home as a list of its own rules."""

from __future__ import annotations

import pytest

from kidgate.lists.faults import ImportRefused, Refusal
from tests.lists.structured.reading import entries, items, skipped

CONFIG = """\
http:
  address: 0.0.0.0:80
dns:
  upstream_dns: [https://dns.example/dns-query]
filters:
  - enabled: true
    url: https://lists.example/filter_1.txt
    name: One
    id: 1
whitelist_filters: []
user_rules:
  - '||bad.example^'
  - '@@||ok.example^'
  - '! a comment'
  - 0.0.0.0 hosts.example
  - '||x.example^$dnstype=AAAA'
  - ''
filtering:
  blocked_services:
    schedule: {time_zone: Local}
    ids: [tiktok]
clients:
  persistent:
    - name: Mai
      ids: [192.0.2.7]
      blocked_services: {ids: [roblox]}
schema_version: 29
"""


def test_rules_are_taken_and_the_rest_is_counted() -> None:
    assert entries(CONFIG) >= {("bad.example", "t"), ("ok.example", "e"), ("hosts.example", "t")}
    found = skipped(CONFIG)
    assert (found["another_list"], found["setting"]) == (1, 2)
    assert (found["comment"], found["blank"]) == (1, 1)


def test_rows_are_lines_of_the_file() -> None:
    rows = {item.text: item.row for item in items(CONFIG)}
    assert rows["||bad.example^"] == 12
    assert rows["https://lists.example/filter_1.txt"] == 6


@pytest.mark.parametrize(
    "more",
    [
        "a: &x [1]\nb: *x\n",
        "user_rules: []\n",
        "x: !!python/object/apply:os.system [id]\n",
        "a: [\n",
    ],
)
def test_configuration_is_refused_when_it_plays_tricks(more: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        items(CONFIG + more)
    assert refused.value.reason is Refusal.GARBAGE
