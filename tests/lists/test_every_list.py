"""Every list that lies beside the checkout: its format is told and each of its lines accounted for.

No name in them is ever resolved, and none stands here.
"""

from __future__ import annotations

import gzip
import io
import re
from functools import partial
from pathlib import Path

import pytest

from kidgate.lists import shared_hosts
from kidgate.lists.distinct import distinct
from kidgate.lists.entries import Entries, Mode
from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.importing import import_feed
from kidgate.lists.intake import Intake
from kidgate.lists.members import Member, members
from kidgate.lists.names_file import NamesFile
from kidgate.lists.report import Report, Skip
from kidgate.lists.sorting import Runs
from kidgate.lists.streams import MIB, Limits
from kidgate.lists.trees import Tree, open_tree
from tests.lists.laws import adds_up

pytestmark = [pytest.mark.shared, pytest.mark.timeout(300)]

FORMATS = {
    "adblock": [
        "domains/blocklistproject/drugs-ags.txt.gz", "domains/blocklistproject/vaping-ags.txt",
        "domains/cryptojacking/nocoin.txt", "domains/hagezi/adblock-doh-vpn-proxy-bypass.txt",
        "domains/hagezi/adblock-dyndns.txt", "domains/hagezi/adblock-nosafesearch.txt",
        "domains/hagezi/adblock-tif.normal.txt.gz", "domains/hostsvn/adult-filter-VN.txt",
        "domains/jmdugan/tiktok-all.easylist", "domains/kids-video/anti-elsagate.txt.gz",
        "domains/vietnam/abpvn.txt", "domains/vietnam/bibica-allow.txt",
        "domains/vietnam/bibica-block.txt", "security/chongluadao/urls-UBO.txt.gz",
        "security/malware-filter/urlhaus-filter-agh.txt.gz",
        "security/malware-filter/urlhaus-filter.txt.gz",
        "security/malware-filter/vn-badsite-filter-agh.txt.gz",
        "measure-only/adguard-https-exclusions-android.txt",
        "measure-only/adguard-https-exclusions-mac.txt",
        "vectors/adblock/adguard_regexp_pattern_network_rules.txt",
        "vectors/adblock/adguard_sdn_filter.txt.gz", "vectors/adblock/adguardhome-dns.txt.gz",
        "vectors/adblock/easylist-2018.txt.gz",
    ],
    "hosts": [
        "domains/ai/laylavish-noai_hosts.txt", "domains/ai/stevenblack-ai-chat-hosts",
        "domains/blocklistproject/crypto.txt", "domains/blocklistproject/facebook.txt.gz",
        "domains/blocklistproject/fortnite.txt", "domains/blocklistproject/tiktok.txt.gz",
        "domains/blocklistproject/twitter.txt", "domains/blocklistproject/whatsapp.txt",
        "domains/blocklistproject/youtube.txt.gz", "domains/cryptojacking/nocoin-hosts.txt",
        "domains/hagezi/legacy-hosts-doh.txt.gz", "domains/hostsvn/adult-hosts.gz",
        "domains/hostsvn/gambling-hosts-VN.gz", "domains/hostsvn/hosts-VN",
        "domains/hostsvn/hosts.gz", "domains/jmdugan/facebook-all.gz",
        "domains/jmdugan/google-youtube", "domains/jmdugan/pinterest-all",
        "domains/jmdugan/reddit-all.ipv6", "domains/sinfonietta/gambling-hosts",
        "domains/sinfonietta/pornography-hosts.gz", "domains/sinfonietta/snuff-hosts",
        "domains/sinfonietta/social-hosts.gz", "security/durablenapkin-hosts.txt",
        "security/malware-filter/urlhaus-filter-hosts.txt",
        "security/malware-filter/vn-badsite-filter-hosts.txt.gz",
    ],
    "domains": [
        "domains/blocklistproject/phishing-nl.txt.gz", "domains/blocklistproject/piracy-nl.txt",
        "domains/blocklistproject/torrent-nl.txt",
        "domains/hagezi/legacy-domains-native.tiktok.extended.txt",
        "domains/hagezi/wildcard-anti.piracy.txt.gz",
        "domains/hagezi/wildcard-hoster-onlydomains.txt", "domains/hostsvn/clash-rule.yaml.gz",
        "domains/hostsvn/gambling-domain.txt.gz", "domains/shadowwhisperer/Adult.txt.gz",
        "domains/shadowwhisperer/Chat.txt", "domains/shadowwhisperer/Cryptocurrency.txt",
        "domains/shadowwhisperer/Dating.txt", "domains/shadowwhisperer/Dynamic.txt",
        "domains/shadowwhisperer/Free.txt", "domains/shadowwhisperer/Gambling.txt.gz",
        "domains/shadowwhisperer/Remote.txt", "domains/shadowwhisperer/Risk.txt.gz",
        "domains/shadowwhisperer/Shock.txt", "domains/shadowwhisperer/UrlShortener.txt.gz",
        "domains/shadowwhisperer/Wild_Chat.txt", "domains/shorteners/peterdavehello-inactive.txt",
        "domains/shorteners/peterdavehello-list.txt", "security/chongluadao/urls.txt.gz",
        "security/malware-filter/vn-badsite-filter-domains.txt.gz", "bypass/crypt0rr-dns.list",
        "bypass/dibdot-doh-domains.txt", "bypass/dibdot-doh-domains_overall.txt",
        "allow/anudeep-optional.txt", "allow/anudeep-whitelist.txt", "allow/misp-bank-website.txt",
        "allow/misp-captive-portals.txt", "allow/misp-university_domains.txt.gz",
        "topsites/majestic10k.txt.gz", "topsites/tranco10k.txt.gz",
        "topsites/vn-domains-a.txt.gz", "measure-only/adguard-https-exclusions-banks.txt.gz",
        "measure-only/adguard-https-exclusions-firefox.txt",
        "measure-only/adguard-https-exclusions-issues.txt",
        "measure-only/adguard-https-exclusions-sensitive.txt",
        "measure-only/adguard-https-exclusions-windows.txt",
        "measure-only/cloudflare-top100k.txt.gz", "measure-only/zalo-hosts.txt",
    ],
    "addresses": [
        "security/chongluadao/ips.txt", "security/malware-filter/urlhaus-filter-domains.txt.gz",
        "bypass/crypt0rr-ipv4.list", "bypass/dibdot-doh-ipv4.txt.gz",
        "bypass/dibdot-doh-ipv6.txt.gz", "bypass/x4bnet-vpn-ipv4.txt.gz",
        "bypass/x4bnet-vpn-ipv6.txt",
    ],
    "dnsmasq": [
        "domains/blocklistproject/redirect-dnsmasq.txt.gz",
        "security/malware-filter/urlhaus-filter-dnsmasq.conf.gz",
    ],
    "csv": [
        "security/blackbook.csv.gz", "allow/swot-vn.csv", "allow/swot-world-a.csv.gz",
        "security/malware-filter/urlhaus-filter-splunk-online.csv.gz",
        "measure-only/citizenlab-global.csv.gz", "measure-only/citizenlab-vn.csv",
    ],
    "tpl": ["security/malware-filter/urlhaus-filter-online.tpl"],
    "json": ["security/polkadot-phishing-all.json.gz", "bypass/dibdot-doh-ipv4.json"],
}  # fmt: skip
LISTS = {path: known for known, paths in FORMATS.items() for path in paths}

REFUSED = {
    "domains/ai/laylavish-list.txt.gz": Refusal.EMPTY,  # cosmetic rules alone
    "domains/shadowwhisperer/Top_Level.txt": Refusal.GARBAGE,  # top-level domains alone
    "measure-only/citizenlab-00-LEGEND-category_codes.csv": Refusal.EMPTY,
    "phrases/freq/en_50k.txt.gz": Refusal.GARBAGE,
    "phrases/freq/vi_50k.txt.gz": Refusal.GARBAGE,
    "phrases/vi/better_profanity_ts-wordlist.txt.gz": Refusal.GARBAGE,
    "phrases/vi/blue-eyes-vn_offensive_words.txt": Refusal.EMPTY,
    "text/vi-news-sentences-a.txt.gz": Refusal.GARBAGE,
}
ARCHIVES = {
    "domains/nextdns/bypass.tar.gz": 7,
    "domains/nextdns/piracy.tar.gz": 10,
    "domains/ut1/ut1-blacklists.tar.gz": 76,
    "domains/v2fly/v2fly-data.tar.gz": 1536,
}
UT1, V2FLY = list(ARCHIVES)[2:]

# Lines that we cannot read, where there are any: rulers, names with a fault in them.
NOT_READ = {
    "domains/shadowwhisperer/Risk.txt.gz": 2,
    "security/malware-filter/urlhaus-filter-dnsmasq.conf.gz": 1,
    "security/malware-filter/urlhaus-filter-domains.txt.gz": 1,
    "security/malware-filter/urlhaus-filter-hosts.txt": 1,
    "topsites/vn-domains-a.txt.gz": 3,
    "category-scholar-!cn": 2,
    "category-scholar-hk": 2,
    "eduhk": 2,
    "geolocation-!cn": 2,
}
# Entries, where the table of the data's README counts otherwise: it counts headers, `####`, `!#`.
COUNTED_OTHERWISE = {
    "domains/cryptojacking/nocoin.txt": 318,
    "domains/hostsvn/clash-rule.yaml.gz": 8627,
    "domains/vietnam/bibica-allow.txt": 623,
    "security/blackbook.csv.gz": 18_151,
    "security/malware-filter/urlhaus-filter-online.tpl": 270,
    "security/malware-filter/urlhaus-filter-splunk-online.csv.gz": 5548,
}
OUR_FAULT = (Skip.NOT_A_NAME, Skip.NOT_UTF8, Skip.TOO_LONG)


@pytest.fixture(scope="session")
def data(shared: Path) -> Path:
    return shared / "data"


@pytest.fixture(scope="session")
def counted(data: Path) -> dict[str, int]:
    """What the data's own table says each list holds."""
    table, folder = {}, ""
    for line in (data / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            folder = line[3:].partition("/")[0]
        elif row := re.fullmatch(r"\| `([^`]+)` \|.*? \| ([0-9]+) \| .*\|", line):
            table[f"{folder}/{row[1]}"] = int(row[2])
    return table | COUNTED_OTHERWISE


def rows_of(path: Path) -> int:
    raw = path.read_bytes()
    text = gzip.decompress(raw) if path.name.endswith(".gz") else raw
    return text.count(b"\n") + (not text.endswith(b"\n"))


def unread(report: Report) -> int:
    return sum(report.skipped[reason] for reason in OUR_FAULT)


@pytest.mark.parametrize("name", LISTS)
def test_list_is_read_as_what_it_is_line_by_line(
    name: str, data: Path, counted: dict[str, int], tmp_path: Path
):
    report = import_feed(data / name, tmp_path / "x.names")
    assert report.format == LISTS[name]
    assert adds_up(report)
    assert report.format == "json" or report.rows == rows_of(data / name)
    assert report.rows - report.comments - report.blank - report.directives == counted[name]
    if not name.startswith("vectors"):  # EasyList has rules longer than any key may be
        assert unread(report) == NOT_READ.get(name, 0)
    with NamesFile(tmp_path / "x.names") as names:
        assert len(names) == report.accepted - report.cancels
        names.verify()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_list_of_sites_is_refused(name: str, data: Path, tmp_path: Path):
    with pytest.raises(ImportRefused) as caught:
        import_feed(data / name, tmp_path / "x.names")
    assert caught.value.reason is REFUSED[name]


def test_each_list_stands_in_a_table_above(data: Path):
    """Left out: documents with a shape of their own, word lists and test vectors."""
    folders = ("domains", "security", "bypass", "allow", "topsites", "measure-only")
    found = {str(path.relative_to(data)) for part in folders for path in (data / part).rglob("*")}
    files = {name for name in found if (data / name).is_file()}
    assert files - LISTS.keys() - REFUSED.keys() - ARCHIVES.keys() == set()


class Archive:
    """All files of an archive, read once; each list of it is then taken in by itself."""

    def __init__(self, path: Path) -> None:
        self.tree: Tree = open_tree(path, Limits())
        self.members = members(self.tree)
        each = self.tree.each(self.tree.files)
        self._texts = {name: reader.read(64 * MIB) for name, reader in each}
        self._beside = {name.rpartition("/")[2]: text for name, text in self._texts.items()}

    def taken(self, member: Member, folder: Path) -> Report:
        report, shared = Report(), shared_hosts.bundled()
        with Runs(folder) as runs:
            intake = Intake(report, Entries(shared), runs, Limits())
            for file in (file for file in member.files if file in self._texts):
                intake.read(io.BytesIO(self._texts[file]), file, partial(dict, self._beside))
            for _ in distinct(runs.merged(), report, shared):
                pass
        return report


@pytest.mark.parametrize("name", ARCHIVES)
def test_every_list_of_an_archive_adds_up(name: str, data: Path, tmp_path: Path):
    archive = Archive(data / name)
    assert len(archive.members) == ARCHIVES[name]
    wrong = {}
    for member, chosen in archive.members.items():
        report = archive.taken(chosen, tmp_path)
        base = member.rpartition("/")[2]
        if not adds_up(report) or (name != V2FLY and unread(report)):
            wrong[member] = report.as_json()
        elif name == V2FLY and report.format not in ("v2fly", ""):
            wrong[member] = report.format
        elif name == V2FLY and report.skipped[Skip.INCLUDE]:
            wrong[member] = report.examples[Skip.INCLUDE]
        elif name == V2FLY and unread(report) != NOT_READ.get(base, 0):
            wrong[member] = report.examples
    assert wrong == {}


def keys(data: Path, name: str, folder: Path, *modes: Mode, member: str = "") -> set[str]:
    """The entries of a list, all or those of some modes."""
    import_feed(data / name, folder / "x.names", member=member)
    with NamesFile(folder / "x.names") as names:
        return {listed.key for listed in names if not modes or listed.mode in modes}


SAME = [
    ("bypass/dibdot-doh-ipv4.json", "bypass/dibdot-doh-ipv4.txt.gz", 1975),
    ("security/malware-filter/urlhaus-filter-hosts.txt",
     "security/malware-filter/urlhaus-filter-dnsmasq.conf.gz", 1828),
    ("security/malware-filter/vn-badsite-filter-agh.txt.gz",
     "security/malware-filter/vn-badsite-filter-hosts.txt.gz", 16_843),
    ("security/malware-filter/vn-badsite-filter-agh.txt.gz",
     "security/malware-filter/vn-badsite-filter-domains.txt.gz", 16_843),
    ("security/malware-filter/urlhaus-filter-agh.txt.gz",
     "security/malware-filter/urlhaus-filter-domains.txt.gz", 74_779),
    ("security/malware-filter/urlhaus-filter.txt.gz",
     "security/malware-filter/urlhaus-filter-domains.txt.gz", 74_779),
]  # fmt: skip
PARTS = [
    ("domains/hostsvn/gambling-hosts-VN.gz", "domains/hostsvn/gambling-domain.txt.gz"),
    ("domains/hostsvn/hosts-VN", "domains/hostsvn/hosts.gz"),
    ("bypass/dibdot-doh-domains.txt", "bypass/dibdot-doh-domains_overall.txt"),
    ("domains/shadowwhisperer/Wild_Chat.txt", "domains/shadowwhisperer/Chat.txt"),
    ("security/malware-filter/urlhaus-filter-online.tpl",
     "security/malware-filter/urlhaus-filter-splunk-online.csv.gz"),
]  # fmt: skip
NAMED = (Mode.TREE, Mode.EXACT)


@pytest.mark.parametrize(("one", "other", "count"), SAME)
def test_list_in_two_formats_gives_the_same_set(
    one: str, other: str, count: int, data: Path, tmp_path: Path
):
    names = keys(data, one, tmp_path, *NAMED)
    assert len(names) == count
    assert names == keys(data, other, tmp_path, *NAMED)


@pytest.mark.parametrize(("part", "whole"), PARTS)
def test_part_of_a_list_in_another_format_is_a_part_of_its_set(
    part: str, whole: str, data: Path, tmp_path: Path
):
    assert keys(data, part, tmp_path, *NAMED) <= keys(data, whole, tmp_path, *NAMED)


def test_scam_addresses_in_two_formats_name_the_same_sites(data: Path, tmp_path: Path):
    """The Adblock form has the hosts of the few that are addresses of pages."""
    plain = keys(data, "security/chongluadao/urls.txt.gz", tmp_path)
    rules = keys(data, "security/chongluadao/urls-UBO.txt.gz", tmp_path)
    assert len(plain & rules) == 34_352
    pages = {key.partition("/")[0] for key in plain - rules}
    assert len(pages) < 100
    assert rules - plain <= pages | {"sn99.cc", "www.sn99.cc"}


def test_addresses_of_pages_do_not_name_their_hosts(data: Path, tmp_path: Path):
    """Most of these are pages of app shops and of free hosters."""
    name = "security/chongluadao/urls.txt.gz"
    pages, names = keys(data, name, tmp_path, Mode.URL), keys(data, name, tmp_path, *NAMED)
    assert len(pages) == 109
    popular = gzip.decompress((data / "topsites/tranco10k.txt.gz").read_bytes()).decode().split()
    hosts = {page.partition("/")[0] for page in pages}
    assert hosts & set(popular)
    assert not hosts & names & set(popular)


@pytest.mark.parametrize(("alias", "target"), [("porn", "adult"), ("publicite", "ads")])
def test_alias_in_an_archive_gives_what_its_target_gives(
    alias: str, target: str, data: Path, tmp_path: Path
):
    assert keys(data, UT1, tmp_path, member=alias) == keys(data, UT1, tmp_path, member=target)


def test_category_of_v2fly_imports_with_all_it_includes(data: Path, tmp_path: Path):
    names = keys(data, V2FLY, tmp_path, *NAMED, member="category-porn")
    rules = keys(data, V2FLY, tmp_path, Mode.RULE, member="category-porn")
    assert len(names) > 6000
    assert len(rules) > 130
    for part in ("18comic", "pornhub", "xvideos"):
        assert keys(data, V2FLY, tmp_path, *NAMED, member=part) <= names


def test_attribute_chooses_among_the_entries_of_a_category(data: Path, tmp_path: Path):
    whole = keys(data, V2FLY, tmp_path, member="google")
    ads = keys(data, V2FLY, tmp_path, member="google@ads")
    rest = keys(data, V2FLY, tmp_path, member="google@-ads")
    assert 10 < len(ads) < len(rest)
    assert ads | rest == whole


def test_phrase_lists_are_refused_as_such(data: Path, tmp_path: Path):
    archive = data / "phrases/e2guardian-lists.tar.gz"
    with pytest.raises(ImportRefused, match="text of pages") as caught:
        import_feed(archive, tmp_path / "x", member="lists/phraselists/ukenglish/weapons/weighted")
    assert caught.value.reason is Refusal.PHRASES
