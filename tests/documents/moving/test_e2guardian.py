"""e2guardian's filter groups as a plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.documents.moving.e2guardian import plan, tier_of
from kidgate.documents.moving.files import Files
from kidgate.documents.moving.plan import Feed, FeedLine, Plan, ToDo
from kidgate.policies.rows import DeviceRow, GroupRow, ProfileRow, TierRow
from tests.documents.moving.ground import ground, places, reasons, rules

OLD = """\
groupname = 'Lớp 5'
# naughtynesslimit = 300
naughtynesslimit = 100   # older children
bannedsitelist = '/etc/e2guardian/lists/bannedsitelist'
exceptionsitelist = '/etc/e2guardian/lists/exceptionsitelist'
bannedregexpurllist = '/etc/e2guardian/lists/bannedregexpurllist'
bannedmimetypelist = '/etc/e2guardian/lists/bannedmimetypelist'
bannedsearchlist = '/etc/e2guardian/lists/bannedsearchlist'
weightedphraselist = '/etc/e2guardian/lists/weightedphraselist'
bannedextensionlist = '/etc/e2guardian/lists/missing'
bypass = 300
deepurlanalysis = off
"""
NEW = """\
.Define LISTDIR </usr/local/etc/e2guardian/lists/group2>
.Include<common.conf>
sitelist = 'name=banned,messageno=500,path=__LISTDIR__/bannedsitelist'
urllist = 'name=banned,messageno=501,path=__LISTDIR__/bannedurllist'
ipsitelist = 'name=banned,messageno=510,path=__LISTDIR__/bannedsiteiplist'
timelist = 'name=banned,messageno=520,path=__LISTDIR__/bannedtimelist'
"""
FILES = {
    "e2guardianf1.conf": OLD,
    "lists/bannedsitelist": (
        '#listcategory: "Banned"\nbad.example # why\n.gov\n*ip\nnot a site\n'
        ".Include</etc/e2guardian/lists/blacklists/porn/domains>\n"
        ".Include</etc/e2guardian/lists/more>\n.Include</etc/shadow>\n"
    ),
    "lists/more": "#time: 9 0 17 0 01234\nwork.example\n",
    "lists/blacklists/porn/domains": "x.example\n",
    "lists/exceptionsitelist": (
        "ok.example\n.Include</etc/e2guardian/lists/blacklists/porn/domains>\n"
    ),
    "lists/bannedregexpurllist": "(cgiproxy|phproxy)\n",
    "lists/bannedmimetypelist": "video/mpeg\n",
    "lists/bannedsearchlist": "girl+naughty\none\na+b+c\n",
    "lists/weightedphraselist": "<phrase><50>\n",
}
TWO = FILES | {
    "e2guardianf2.conf": NEW,
    "common.conf": "naughtynesslimit = 160\ngroupname = 'Big'\n",
    "lists/group2/bannedsitelist": "**\n",
    "lists/group2/bannedurllist": "a.example/b\n",
    "lists/group2/bannedsiteiplist": "192.0.2.0-192.0.2.3\n198.51.100.0/24\n",
    "lists/group2/bannedtimelist": "22 0 23 59 01234\n0 0 7 0 01234\n",
    "lists/authplugins/filtergroupslist": "daniel=2\nmai = filter1\nnobody=7\nodd\n",
    "lists/authplugins/ipgroups": "192.0.2.9 = filter2\n192.0.2.0/255.255.255.0 = filter1\n",
}


def planned(path: Path, files: dict[str, str], **tiers: str) -> Plan:
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return plan(Files(path), ground(), tiers)


@pytest.mark.parametrize(
    ("limit", "tier"),
    [
        (0, "0-5"),
        (30, "0-5"),
        (50, "6-8"),
        (60, "6-8"),
        (61, "9-12"),
        (100, "9-12"),
        (150, "13-15"),
        (160, "16-17"),
        (300, "16-17"),
        (301, "adult"),
        (5000, "adult"),
    ],
)
def test_naughtynesslimit_chooses_the_tier(limit: int, tier: str) -> None:
    assert tier_of(limit) == tier


def test_lists_of_the_only_group_hold_for_everyone(tmp_path: Path) -> None:
    found = planned(tmp_path, FILES)
    assert rules(found) == {
        "block bad.example for everyone",
        "block gov for everyone",
        "block category:adult for everyone",
        "block work.example for everyone when mon,tue,wed,thu,fri 09:00-17:00",
        "allow ok.example for everyone",
        "block category:moved_e2guardian for everyone",
        "block type:video/mpeg for everyone",
        "block term:girl naughty for everyone",
        "block term:naughty girl for everyone",
        "block term:one for everyone",
    }
    assert [line.text for line in found.made(FeedLine)] == ["(cgiproxy|phproxy)"]
    (feed,) = found.made(Feed)
    assert (feed.category, feed.location) == (
        "adult",
        str(tmp_path / "lists/blacklists/porn/domains"),
    )
    assert found.made(GroupRow) == [GroupRow("lop-5", title="Lớp 5")]
    assert places(found)["bad.example"] == "lists/bannedsitelist:2"


def test_what_has_no_place_is_named_with_its_reason(tmp_path: Path) -> None:
    left = reasons(planned(tmp_path, FILES))
    assert left["not a site"] == "is neither a site, a URL nor an address"
    assert "no such file" in left[".Include</etc/shadow>"]
    assert "no such file" in left["bannedextensionlist: /etc/e2guardian/lists/missing"]
    assert "text_limits" in left["weightedphraselist: 1 lines"]
    assert "kidgate grant" in left["bypass = 300"]
    assert left["other settings: 1"] == "are e2guardian's own workings"
    assert "cannot lift" in left[".Include</etc/e2guardian/lists/blacklists/porn/domains>"]
    assert "a+b+c" in left


def test_groups_of_version_5_have_people_and_tiers(tmp_path: Path) -> None:
    found = planned(tmp_path, TWO)
    assert {
        "block a.example/b for group:big",
        "block 192.0.2.0/30 for group:big",
        "block 198.51.100.0/24 for group:big",
        "block bad.example for group:lop-5",
    } <= rules(found)
    (tier,) = found.made(TierRow)
    assert (tier.key, tier.mode) == ("16-17-big", "allow_list")
    assert tier.bedtime == "mon,tue,wed,thu,fri 00:00-07:00,22:00-24:00"
    assert [(p.key, p.tier, p.groups) for p in found.made(ProfileRow)] == [
        ("daniel", "16-17-big", ("big",)),
        ("mai", "9-12", ("lop-5",)),
        ("192.0.2.9", "16-17-big", ("big",)),
    ]
    assert [d.addresses for d in found.made(DeviceRow)] == [("192.0.2.9",)]
    assert ToDo("kidgate policy set unknown_tier 9-12") in found.made(ToDo)
    assert {"nobody=7", "odd"} <= reasons(found).keys()
    assert "more than 32" in reasons(found)["192.0.2.0/255.255.255.0 = filter1"]


def test_tier_is_the_chosen_one_when_a_person_says_so(tmp_path: Path) -> None:
    found = planned(tmp_path, TWO, **{"1": "13-15", "Big": "0-5"})
    assert {p.tier for p in found.made(ProfileRow)} == {"13-15", "0-5-big"}


@pytest.mark.parametrize(("mode", "tier"), [("0", "0-5"), ("1", "9-12"), ("2", "adult")])
def test_mode_of_a_group_outranks_its_limit(tmp_path: Path, mode: str, tier: str) -> None:
    conf = f"groupmode = {mode}\nnaughtynesslimit = 100\n"
    found = planned(tmp_path, {"e2guardianf1.conf": conf, "x/filtergroupslist": "a=1\n"})
    assert [p.tier for p in found.made(ProfileRow)] == [tier]


def test_files_that_include_one_another_end(tmp_path: Path) -> None:
    conf = ".Include<e2guardianf1.conf>\nbannedsitelist = '/lists/a'\n"
    found = planned(
        tmp_path, {"e2guardianf1.conf": conf, "lists/a": "a.example\n.Include</lists/a>\n"}
    )
    assert "block a.example for everyone" in rules(found)
    assert "without end" in reasons(found)[".Include</lists/a>"]


def test_nothing_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret.example\n")
    folder = tmp_path / "conf"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "secret")
    conf = "bannedsitelist = '/x/../../secret'\nexceptionsitelist = '/x/link'\n"
    found = planned(folder, {"e2guardianf1.conf": conf})
    assert rules(found) == set()
    assert "secret.example" not in repr(found)


def test_default_lists_of_e2guardian_are_taken(shared: Path, tmp_path: Path) -> None:
    import tarfile

    with tarfile.open(shared / "data/phrases/e2guardian-lists.tar.gz") as tar:
        tar.extractall(tmp_path, filter="data")
    names = ["bannedsitelist.in", "bannedmimetypelist", "bannedextensionlist", "exceptionsitelist"]
    conf = "".join(f"{n.removesuffix('.in')} = '/lists/example.group/{n}'\n" for n in names)
    found = planned(tmp_path, {"e2guardianf1.conf": conf})
    assert "allow windowsupdate.microsoft.com for everyone" in rules(found)
    assert "block type:video/mpeg for everyone" in rules(found)
