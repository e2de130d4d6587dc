"""Other people's lists, where they lie beside the checkout. No name in them is ever resolved."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from kidgate.lists.build import FeedSource, build_index
from kidgate.lists.entries import Mode
from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.importing import import_feed
from kidgate.lists.index import open_index
from kidgate.lists.members import members
from kidgate.lists.names_file import NamesFile
from kidgate.lists.report import Report
from kidgate.lists.streams import Limits
from kidgate.lists.trees import open_tree
from kidgate.policies.names import parents

pytestmark = [pytest.mark.shared, pytest.mark.timeout(300)]

UT1 = "domains/ut1/ut1-blacklists.tar.gz"
UT1_SOME = ["adult", "agressif", "bank", "child", "drugs", "gambling", "porn", "strong_redirector"]

# Formats that are not read yet, archives of many lists, and lists without a name to block.
REFUSED = {
    "domains/ai/laylavish-list.txt.gz": Refusal.EMPTY,
    "domains/blocklistproject/redirect-dnsmasq.txt.gz": Refusal.GARBAGE,
    "domains/nextdns/bypass.tar.gz": Refusal.SEVERAL_LISTS,
    "domains/nextdns/piracy.tar.gz": Refusal.SEVERAL_LISTS,
    "domains/shadowwhisperer/Top_Level.txt": Refusal.GARBAGE,
    UT1: Refusal.SEVERAL_LISTS,
    "domains/v2fly/v2fly-data.tar.gz": Refusal.SEVERAL_LISTS,
    "security/blackbook.csv.gz": Refusal.GARBAGE,
    "security/malware-filter/urlhaus-filter-dnsmasq.conf.gz": Refusal.GARBAGE,
    "security/malware-filter/urlhaus-filter-online.tpl": Refusal.EMPTY,
    "security/malware-filter/urlhaus-filter-splunk-online.csv.gz": Refusal.GARBAGE,
    "security/polkadot-phishing-all.json.gz": Refusal.GARBAGE,
}
ROW = re.compile(r"\| `([^`]+)` \|.*? \| ([0-9]+) \| .*\|")


@pytest.fixture(scope="module")
def data(shared: Path) -> Path:
    return shared / "data"


@pytest.fixture(scope="module")
def imported(
    data: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Report, Path] | Refusal]:
    """Every file of the two folders by its path: its report and names, or why it was refused."""
    folder = tmp_path_factory.mktemp("names")
    found: dict[str, tuple[Report, Path] | Refusal] = {}
    files = [path for part in ("domains", "security") for path in (data / part).rglob("*")]
    for number, path in enumerate(sorted(path for path in files if path.is_file())):
        names = folder / f"{number}.names"
        name = str(path.relative_to(data))
        try:
            found[name] = import_feed(path, names), names
        except ImportRefused as refused:
            found[name] = refused.reason
    return found


def reports(imported: dict[str, tuple[Report, Path] | Refusal]) -> dict[str, Report]:
    return {name: taken[0] for name, taken in imported.items() if isinstance(taken, tuple)}


def keys(taken: tuple[Report, Path] | Refusal, *modes: Mode) -> set[str]:
    assert isinstance(taken, tuple)
    with NamesFile(taken[1]) as names:
        return {listed.key for listed in names if listed.mode in modes}


def balance(report: Report) -> int:
    entries = report.accepted + report.duplicate + report.skipped.total()
    return report.lines - report.comments - report.blank - entries


def test_only_known_lists_are_refused(imported):
    assert {name: r for name, r in imported.items() if isinstance(r, Refusal)} == REFUSED


def test_every_line_is_accounted_for(imported, data: Path):
    wrong = {}
    for name, report in reports(imported).items():
        raw = (data / name).read_bytes()
        rows = (gzip.decompress(raw) if name.endswith("gz") else raw).splitlines()
        rows_of_newlines = sum(row.count(b"\r") for row in rows)
        if balance(report) or report.rows != len(rows) - rows_of_newlines:
            wrong[name] = report.rows, len(rows)
    assert wrong == {}


def test_entries_are_those_the_data_s_own_table_counts(imported, data: Path):
    table = (data / "README.md").read_text(encoding="utf-8")
    counted = {found[1]: int(found[2]) for found in map(ROW.fullmatch, table.splitlines()) if found}
    wrong = {}
    for name, report in reports(imported).items():
        ours = report.rows - report.comments - report.blank
        if ours != counted[name.partition("/")[2]]:
            wrong[name] = ours
    assert wrong == {
        "domains/kids-video/anti-elsagate.txt.gz": 612,  # there the header counts, behind its mark
        "domains/vietnam/bibica-allow.txt": 623,  # there lines of `####` count
    }


@pytest.mark.parametrize("forms", ["agh", "domains"])
def test_same_names_from_hosts_and_other_forms_of_scam_sites(imported, forms: str):
    of_hosts = keys(imported["security/malware-filter/vn-badsite-filter-hosts.txt.gz"], *Mode)
    assert len(of_hosts) == 16_843
    assert keys(imported[f"security/malware-filter/vn-badsite-filter-{forms}.txt.gz"], *Mode) == (
        of_hosts
    )


def test_same_names_from_every_form_of_urlhaus(imported):
    folder = "security/malware-filter/urlhaus-filter"
    of_domains = keys(imported[f"{folder}-domains.txt.gz"], *Mode)
    assert keys(imported[f"{folder}-agh.txt.gz"], *Mode) == of_domains
    assert keys(imported[f"{folder}.txt.gz"], Mode.TREE, Mode.EXACT) == of_domains
    named = {key for key in of_domains if len(parents(key)) > 1}
    assert keys(imported[f"{folder}-hosts.txt"], *Mode) == named


def test_url_entries_do_not_name_their_hosts(imported):
    taken = imported["security/chongluadao/urls.txt.gz"]
    names = keys(taken, Mode.TREE, Mode.EXACT)
    assert "apps.apple.com" not in names
    assert "apple.com" not in names
    assert len(keys(taken, Mode.URL)) == 109


@pytest.mark.parametrize("member", UT1_SOME)
def test_category_of_an_archive_adds_up(member: str, data: Path, tmp_path: Path):
    report = import_feed(data / UT1, tmp_path / "x.names", member=member)
    assert balance(report) == 0
    assert report.usage
    assert not report.rubbish


def test_alias_in_an_archive_gives_what_its_target_gives(data: Path, tmp_path: Path):
    for name in ("porn", "adult"):
        import_feed(data / UT1, tmp_path / name, member=name)
    assert (tmp_path / "porn").read_bytes() == (tmp_path / "adult").read_bytes()


@pytest.mark.deep
def test_every_category_of_an_archive_adds_up(data: Path, tmp_path: Path):
    found = members(open_tree(data / UT1, Limits()))
    assert len(found) == 76
    for member in found:
        report = import_feed(data / UT1, tmp_path / "x.names", member=member)
        assert balance(report) == 0, member


def modelled(files: Iterable[tuple[str, Path]]) -> dict[str, set[tuple[str, Mode]]]:
    """Key -> (feed, mode), the plain model of an index."""
    model: dict[str, set[tuple[str, Mode]]] = {}
    for feed, path in files:
        with NamesFile(path) as names:
            for listed in names:
                model.setdefault(listed.key, set()).add((feed, listed.mode))
    return model


def expected(model: dict[str, set[tuple[str, Mode]]], host: str) -> set[tuple[str, str]]:
    hits: dict[str, str] = {}
    exempt: set[str] = set()
    for name in parents(host):
        listed = model.get(name, set())
        exempt |= {feed for feed, mode in listed if mode is Mode.EXCEPT}
        for feed, mode in listed:
            holds = mode is Mode.TREE or (mode is Mode.EXACT and name == host)
            if holds and feed not in exempt:
                hits.setdefault(feed, name)
    return set(hits.items())


def asked(model: dict[str, set[tuple[str, Mode]]], count: int) -> list[str]:
    """Listed hosts, hosts below and above them, and hosts that are not listed."""
    pick = random.Random(7)
    names = [key for key in pick.sample(sorted(model), count) if "/" not in key]
    below = [f"www.{name}" for name in names[::2]]
    above = [parents(name)[-2] for name in names if len(parents(name)) > 2]
    return [*names, *below, *above, *(f"not-{name}" for name in names)]


def compare(files: dict[str, Path], folder: Path, count: int) -> None:
    sources = [FeedSource(name, f"c{n % 9}", path) for n, (name, path) in enumerate(files.items())]
    built = build_index(folder / "index.kgx", sources)
    assert built.size <= 13 * built.keys
    index, model = open_index(folder / "index.kgx"), modelled(files.items())
    wrong = [
        host
        for host in asked(model, count)
        if {(hit.feed, hit.entry) for hit in index.find(host)} != expected(model, host)
    ]
    assert wrong == []


def test_index_of_real_lists_finds_what_a_dict_finds(imported, tmp_path: Path):
    some = ("abpvn", "bibica", "dyndns", "Chat", "sinfonietta", "vn-badsite-filter-hosts", "nocoin")
    files = {
        name: taken[1]
        for name, taken in imported.items()
        if isinstance(taken, tuple) and any(part in name for part in some)
    }
    assert len(files) == 13
    compare(files, tmp_path, 3000)


@pytest.mark.deep
def test_index_of_all_real_lists_finds_what_a_dict_finds(imported, data: Path, tmp_path: Path):
    files = {name: taken[1] for name, taken in imported.items() if isinstance(taken, tuple)}
    for member in members(open_tree(data / UT1, Limits())):
        path = tmp_path / f"{member.replace('/', '-')}.names"
        import_feed(data / UT1, path, member=member)
        files[member] = path
    compare(files, tmp_path, 40_000)
