"""The services shipped with the program: each fact in one place, and none that breaks a bank."""

from __future__ import annotations

import gzip
import ipaddress
import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kidgate.documents import builtin
from kidgate.documents.builtin import load_builtin, load_categories
from kidgate.documents.faults import Faults
from kidgate.documents.service_names import service_key
from kidgate.documents.strict_yaml import load
from kidgate.policies.compile import compile_snapshot
from kidgate.policies.decide import decide
from kidgate.policies.model import Action, Facts, Reason, Verdict, Visit
from kidgate.policies.names import canonical_host, parents, parse_url
from kidgate.policies.rows import PolicyRows, ProfileRow, RuleRow, ServiceRow, Settings
from kidgate.policies.service_names import plain_name
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.suffixes import Suffixes

FOLDER = Path(__file__).resolve().parents[2] / "policies" / "tiers" / "services"
TIERS, SERVICES, BUILTIN = load_builtin()
ROWS = {service.key: service for service in SERVICES}
OWNER = {host: service for service in SERVICES for host in service.hosts}
CATEGORIES = {category.key for category in load_categories()}
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@cache
def snapshot_that_blocks(key: str) -> PolicySnapshot:
    rows = PolicyRows(
        settings=Settings(zone="Asia/Ho_Chi_Minh"),
        profiles=(ProfileRow("an", tier="adult"), ProfileRow("mai", tier="9-12")),
        rules=(RuleRow(1, "everyone", f"service:{key}", Action.BLOCK),),
    )
    return compile_snapshot(rows, BUILTIN, tiers=TIERS, services=SERVICES, id="1")


def spared(service: ServiceRow) -> tuple[str, ...]:
    return (*service.payment_hosts, *service.company_hosts)


def test_there_are_enough_of_them_and_a_pack_for_viet_nam() -> None:
    assert len(SERVICES) >= 200
    home = [key for path in FOLDER.glob("vietnam*.yaml") for key in data_of(path)]
    assert len(home) >= 100


def data_of(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = load(path.read_text(encoding="utf-8"), path.name)
    return found


def test_load_builtin_refuses_a_key_that_stands_in_two_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = builtin._text
    text = "zalo: {title: Zalo, hosts: [zalo.example]}\n"
    monkeypatch.setattr(
        builtin, "_text", lambda name: text if name == "services/ai.yaml" else whole(name)
    )
    with pytest.raises(Faults, match=r"services/vietnam\.yaml: `zalo` is in two files"):
        load_builtin.__wrapped__()


# --- each entry ---


def test_keys_are_snake_case() -> None:
    assert [key for key in ROWS if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", key)] == []


def test_every_entry_says_what_it_is() -> None:
    for service in SERVICES:
        assert service.title, service.key
        assert service.hosts or service.urls, service.key
        assert service.categories, service.key
        assert set(service.categories) <= CATEGORIES, service.key
        assert 0 <= service.min_age <= 18, service.key


def test_networks_are_written_in_their_one_spelling_and_belong_to_one_service() -> None:
    networks = [text for service in SERVICES for text in service.networks]
    assert [str(ipaddress.ip_network(text)) for text in networks] == networks
    for family in (4, 6):
        parsed = (ipaddress.ip_network(text) for text in networks)
        mine = sorted((n for n in parsed if n.version == family), key=lambda n: n.network_address)
        assert not any(a.overlaps(b) for a, b in pairwise(mine))  # type: ignore[arg-type]


def test_names_are_unique_when_people_say_them() -> None:
    names = Counter(plain_name(n) for s in SERVICES for n in {s.key, *s.aliases})
    assert [name for name, count in names.items() if count > 1] == []
    assert "" not in names


def test_aliases_are_written_like_keys() -> None:
    aliases = [alias for service in SERVICES for alias in service.aliases]
    assert [a for a in aliases if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", a)] == []


# --- hosts ---


def test_hosts_of_every_kind_are_written_in_their_one_spelling() -> None:
    for service in SERVICES:
        needed = [d for d in service.dependencies if not d.startswith("service:")]
        for host in (*service.hosts, *spared(service), *needed):
            assert canonical_host(host) == host


def test_no_host_of_any_kind_is_a_public_suffix() -> None:
    suffixes = Suffixes(BUILTIN.suffixes)
    hosts = [host for service in SERVICES for host in (*service.hosts, *spared(service))]
    assert [host for host in hosts if suffixes.is_suffix(host)] == []


def test_no_host_stands_in_two_services_or_twice_in_one_list() -> None:
    hosts = Counter(host for service in SERVICES for host in service.hosts)
    assert [host for host, count in hosts.items() if count > 1] == []
    for service in SERVICES:
        for listed in (service.payment_hosts, service.company_hosts, service.dependencies):
            assert len(set(listed)) == len(listed), service.key


def test_a_host_lies_below_another_service_on_purpose_alone() -> None:
    for host, service in OWNER.items():
        for above in parents(host)[1:]:
            if (other := OWNER.get(above)) is not None:
                assert other.key in (service.key, *service.companions), host


def test_a_host_below_another_of_the_same_service_adds_nothing() -> None:
    for host, service in OWNER.items():
        assert not set(parents(host)[1:]) & set(service.hosts), host


def test_no_help_line_and_no_closed_host_is_part_of_a_service() -> None:
    """A wallet or a tunnel may be a service; a chat that holds a bank may not."""
    closed = load((FOLDER.parent / "never_decrypt.yaml").read_text(encoding="utf-8"), "")
    kinds = {host: kind for kind, group in closed.items() for host in group["hosts"]}
    harbour = set(BUILTIN.safe_harbour)
    for host in (*harbour, *kinds):
        for name in parents(host):
            if (service := OWNER.get(name)) is not None:
                assert kinds.get(host) in service.categories, host
    for host, service in OWNER.items():
        assert not harbour & set(parents(host)), host
        kinds_above = {kinds[name] for name in parents(host) if name in kinds}
        assert kinds_above <= set(service.categories), host


def test_companions_are_each_other_s_kin() -> None:
    for service in SERVICES:
        assert service.key not in service.companions
        assert set(service.companions) <= set(ROWS), service.key


# --- what blocking does ---


def judged(key: str, url: str) -> tuple[Verdict, Reason]:
    decision = decide(Visit(parse_url(url), AT, child="an"), snapshot_that_blocks(key))
    return decision.verdict, decision.reason


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.key)
def test_blocking_stops_every_host_and_spares_payment_and_company(service: ServiceRow) -> None:
    for host in service.hosts:
        assert judged(service.key, f"https://www.{host}/") == (Verdict.BLOCK, Reason.RULE), host
    for host in spared(service):
        assert judged(service.key, f"https://www.{host}/")[0] is Verdict.ALLOW, host
    for needed in service.dependencies:
        if not needed.startswith("service:"):
            assert judged(service.key, f"https://www.{needed}/")[0] is Verdict.ALLOW, needed


def test_no_service_but_a_wallet_stops_where_others_are_paid() -> None:
    """Blocking any chat, game or shop leaves every wallet open."""
    tills = {host for service in SERVICES for host in service.payment_hosts}
    for host in tills:
        for name in parents(host):
            if (service := OWNER.get(name)) is not None:
                kept_apart = host in service.payment_hosts
                assert kept_apart or "bank" in service.categories, (host, service.key)


def test_an_address_of_the_maker_is_not_taken_for_the_app() -> None:
    snapshot = snapshot_that_blocks("whatsapp")
    for host, verdict in (("www.meta.com", Verdict.ALLOW), ("unheard-of.example", Verdict.BLOCK)):
        visit = Visit(
            parse_url(f"https://{host}/"), AT, child="an", facts=Facts(addresses=("157.240.1.1",))
        )
        assert decide(visit, snapshot).verdict is verdict, host


def test_the_tier_stops_a_service_by_name() -> None:
    visit = Visit(parse_url("https://www.tiktok.com/"), AT, child="mai")
    decision = decide(visit, snapshot_that_blocks("voz"))
    assert (decision.verdict, decision.reason) == (Verdict.BLOCK, Reason.SERVICE)


@pytest.mark.parametrize(
    ("opened", "closed"),
    [
        ("https://thieunien.vn/", "https://vnexpress.net/"),
        ("https://www.duolingo.com/", "https://www.roblox.com/"),
        ("https://olm.vn/", "https://hoidap247.com/"),
        ("https://quizizz.com/", "https://padlet.com/"),
    ],
)
def test_an_allow_list_opens_learning_and_children_s_places_alone(opened: str, closed: str) -> None:
    profiles = (ProfileRow("na", tier="6-8"),)
    rows = PolicyRows(settings=Settings(zone="Asia/Ho_Chi_Minh"), profiles=profiles)
    snapshot = compile_snapshot(rows, BUILTIN, tiers=TIERS, services=SERVICES, id="1")
    for url, verdict in ((opened, Verdict.ALLOW), (closed, Verdict.BLOCK)):
        assert decide(Visit(parse_url(url), AT, child="na"), snapshot).verdict is verdict


# --- beside what others say: told, never demanded ---


def theirs(shared: Path) -> Iterator[tuple[str, str, set[str]]]:
    """Whose, what they call the service, its hosts."""
    with gzip.open(shared / "data/services/adguard-blocked-services.json.gz", "rt") as file:
        for entry in json.load(file)["services"]:
            rules = (re.fullmatch(r"\|\|([a-z0-9.-]+)\^", rule) for rule in entry["rules"])
            yield "adguard", entry["id"], {rule[1] for rule in rules if rule}
    with tarfile.open(shared / "data/domains/v2fly/v2fly-data.tar.gz") as archive:
        for member in archive:
            file_of = archive.extractfile(member) if member.isfile() else None
            if file_of is not None:
                text = file_of.read().decode()
                hosts = re.findall(r"(?m)^(?:full:)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)", text)
                yield "v2fly", Path(member.name).name, set(hosts)


def test_hosts_differ_from_other_people_s_where_it_is_told(
    shared: Path, record_property: Any
) -> None:
    compared, known = 0, 0
    for whose, name, hosts in theirs(shared):
        if (key := service_key(name)) is None or not hosts:
            continue
        compared += 1
        ours = ROWS[key]
        same = {h for h in ours.hosts if hosts & set(parents(h))}
        known += len(same)
        record_property(f"{whose} {name}", f"ours alone: {sorted(set(ours.hosts) - same)}")
    print(f"{compared} services compared, {known} hosts that others name too")
    assert compared > 100
