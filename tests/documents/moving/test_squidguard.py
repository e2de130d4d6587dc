"""squidGuard.conf as a plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.documents.faults import Faults
from kidgate.documents.moving.files import Files
from kidgate.documents.moving.plan import Feed, Plan, ToDo
from kidgate.documents.moving.squidguard import plan
from kidgate.policies.rows import DeviceRow, GroupRow, ProfileRow, TierRow
from kidgate.policies.schedule import parse_schedule
from tests.documents.moving.ground import ground, places, reasons, rules

CONF = """\
dbhome /var/lib/squidguard/db
logdir /var/log/squidguard
ldapbindpass hunter2

time school {
    weekly mtwhf 08:00 - 16:30
    date *-*-01 08:00-16:30
}

src teachers { ip 192.0.2.1 user root
}
src kids {
    ip 192.0.2.16-192.0.2.18 198.51.100.0/24
    user mai nam   # two children
    ldapusersearch ldap://x/
}

dest good { domainlist good/domains }
dest porn
{
    domainlist  porn/domains
    urllist     porn/urls
    expressionlist porn/expressions
    redirect http://x/?u=%u
}
dest mine { domainlist mine/domains }

rew search { s@://x/@://y/@i }

acl {
    teachers {
        pass any
    }
    kids within school {
        pass good !in-addr !porn !nowhere none
    } else {
        pass !porn !mine any
        redirect http://x/
    }
    default { pass !porn all }
    ghosts { pass none }
}
"""
FILES = {
    "good/domains": "good.example\n# c\nfine.example\n",
    "porn/domains": "x.example\n",
    "porn/urls": "y.example/z\n",
    "mine/domains": "m.example\n",
}
OUTSIDE = "mon,tue,wed,thu,fri 00:00-08:00,16:30-24:00; sat,sun"
SCHOOL = "mon,tue,wed,thu,fri 08:00-16:30"


def planned(path: Path, conf: str = CONF, **fields: str) -> Plan:
    for name, text in FILES.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return plan(conf, "squidGuard.conf", Files(path), ground(**fields))


def test_destinations_become_feeds_by_name(tmp_path: Path) -> None:
    found = planned(tmp_path)
    assert [(f.name, f.category, f.own) for f in found.made(Feed)] == [
        ("good-domains", "moved_good", True),
        ("porn-domains", "adult", False),
        ("porn-urls", "adult", False),
        ("mine-domains", "moved_mine", True),
    ]
    assert "--db" in reasons(found)["expressionlist porn/expressions"]
    assert places(found)["domainlist porn/domains"] == "squidGuard.conf:21"


def test_acls_become_rules_with_their_hours(tmp_path: Path) -> None:
    found = planned(tmp_path)
    assert rules(found) == {
        "allow category:adult for group:teachers",
        f"allow good.example for group:kids when {SCHOOL}",
        f"allow fine.example for group:kids when {SCHOOL}",
        f"block category:adult for group:kids when {SCHOOL}",
        f"block category:adult for group:kids when {OUTSIDE}",
        f"block category:moved_mine for group:kids when {OUTSIDE}",
        "block category:adult for everyone",
    }
    parse_schedule(OUTSIDE)


def test_sources_become_groups_with_people(tmp_path: Path) -> None:
    found = planned(tmp_path)
    assert [g.key for g in found.made(GroupRow)] == ["teachers", "kids"]
    assert [(p.key, p.groups) for p in found.made(ProfileRow)] == [
        ("teachers", ("teachers",)),
        ("root", ("teachers",)),
        ("kids", ("kids",)),
        ("mai", ("kids",)),
        ("nam", ("kids",)),
    ]
    assert [d.addresses for d in found.made(DeviceRow)] == [
        ("192.0.2.1",),
        ("192.0.2.16", "192.0.2.17", "192.0.2.18"),
    ]
    assert ToDo("kidgate device add mai --of mai --login") in found.made(ToDo)


def test_what_has_no_place_is_named_with_its_reason(tmp_path: Path) -> None:
    found = planned(tmp_path)
    assert reasons(found).keys() == {
        "logdir /var/log/squidguard",
        "ldapbindpass ...",
        "date *-*-01 08:00-16:30",
        "ip 198.51.100.0/24",
        "ldapusersearch ldap://x/",
        "expressionlist porn/expressions",
        "redirect http://x/?u=%u",
        "rew search",
        f"!nowhere for group:kids when {SCHOOL}",
        f"none for group:kids when {SCHOOL}",
        "redirect http://x/",
        "acl ghosts",
    }
    assert "hunter2" not in repr(found)


def test_none_makes_a_tier_when_the_chosen_one_is_open(tmp_path: Path) -> None:
    conf = "src kids { ip 192.0.2.1 }\nacl { kids { pass none } default { pass none } }\n"
    (tier,) = planned(tmp_path, conf, tier="9-12").made(TierRow)
    assert (tier.key, tier.mode, tier.age_tier) == ("9-12-kids", "allow_list", False)
    assert "allow" not in tier.categories.values()
    assert planned(tmp_path, conf, tier="6-8").made(TierRow) == []
    assert "--tier" in reasons(planned(tmp_path, conf, tier="9-12"))["none for everyone"]


@pytest.mark.parametrize(
    ("time", "text"),
    [
        ("weekly * 00:00-06:00", "daily 00:00-06:00"),
        ("weekly mondays 08:00 - 12:00", "mon 08:00-12:00"),
        ("weekly as", "sat,sun"),
        ("weekly * 00:00-24:00", ""),
        ("date 2026.12.24-2026.12.31", "daily from 2026-12-24 to 2026-12-31"),
        ("date 2026-12-24 08:00-10:00", "daily 08:00-10:00 from 2026-12-24 to 2026-12-24"),
    ],
)
def test_times_become_schedules(tmp_path: Path, time: str, text: str) -> None:
    conf = (
        f"time t {{ {time} }}\ndest porn {{ domainlist porn/domains }}\n"
        "acl { default within t { pass !porn any } }\n"
    )
    (rule,) = rules(planned(tmp_path, conf))
    assert rule.partition(" when ")[2] == text
    parse_schedule(text)


def test_acl_is_left_when_its_hours_cannot_be_said(tmp_path: Path) -> None:
    conf = (
        "time t { date 2026.12.24 }\ndest porn { domainlist porn/domains }\n"
        "acl { default outside t { pass !porn any } }\nacl { default within u { pass none } }\n"
    )
    found = planned(tmp_path, conf)
    assert rules(found) == set()
    assert "dates" in reasons(found)["acl default"] or "no time" in reasons(found)["acl default"]


@pytest.mark.parametrize(
    "source",
    ["src kids within t { ip 192.0.2.1 }", "src kids {\n ip 192.0.2.1\n within t\n}"],
)
def test_hours_of_a_source_are_those_of_its_rules(tmp_path: Path, source: str) -> None:
    conf = (
        f"time t {{ weekly m 08:00-09:00 }}\n{source}\ndest porn {{ domainlist porn/domains }}\n"
        "acl { kids { pass !porn any } }\n"
    )
    found = planned(tmp_path, conf)
    assert rules(found) == {"block category:adult for group:kids when mon 08:00-09:00"}
    assert [p.key for p in found.made(ProfileRow)] == ["kids"]


@pytest.mark.parametrize(
    ("conf", "line"),
    [("acl {\n  default {\n", 1), ("}\n", 1), ("a { b { c { d { e { } } } } }\n", 1)],
)
def test_configuration_is_refused_with_its_line(tmp_path: Path, conf: str, line: int) -> None:
    with pytest.raises(Faults, match=rf"squidGuard\.conf:{line}"):
        planned(tmp_path, conf)


@pytest.mark.parametrize(
    "conf",
    ["", "{ }", "acl { { pass } }", "src { ip }", "time { weekly }", "dest x { domainlist }",
     "acl { else { pass any } }", "acl { kids within { pass } }", "src a within b { ip 1 }"],
)  # fmt: skip
def test_nothing_odd_breaks_the_plan(tmp_path: Path, conf: str) -> None:
    planned(tmp_path, conf)


def test_paths_stay_inside_of_the_database(tmp_path: Path) -> None:
    found = planned(tmp_path, "dest x { domainlist ../../etc/passwd urllist /etc/passwd }")
    assert found.made(Feed) == []
