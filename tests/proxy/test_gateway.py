"""The heart of a worker: what is judged is what will be dialled."""

from __future__ import annotations

from dataclasses import replace

from kidgate.policies.compile import compile_snapshot
from kidgate.policies.model import Decision, Stage, Visit
from kidgate.policies.names import Url
from kidgate.policies.rows import Builtin, DeviceRow, TierRow
from tests.proxy.dns.test_stage import ENGINE
from tests.proxy.stand import NOW, ROWS, gateway, waited

HOSTS = {"www.seek.example": ("203.0.113.1",), "safe.seek.example": ("203.0.113.2",)}


def judged(*, trusts_ca: bool, safe: bool = True, hosts: object = HOSTS) -> tuple[Visit, Decision]:
    heart = gateway(hosts=hosts)
    device = DeviceRow("tablet", of="mai", addresses=("127.0.0.1",), trusts_ca=trusts_ca)
    heart.snapshot = compile_snapshot(
        replace(ROWS, devices=(device,)),
        Builtin(safe_search=(ENGINE,)),
        tiers=(TierRow("plain", age_tier=True, safe_search=safe),),
        services=(),
        id="1",
    )
    url = Url("https", "www.seek.example", 443, "/")
    visit = Visit(url, NOW, child="mai", device="tablet", stage=Stage.HELLO)
    found: tuple[Visit, Decision] = waited(heart.judge_resolved(visit))
    return found


def test_search_that_stays_closed_is_dialled_where_it_is_safe() -> None:
    visit, decision = judged(trusts_ca=False)
    assert not decision.decrypt
    assert visit.facts.addresses == HOSTS["safe.seek.example"]


def test_search_that_is_opened_keeps_its_own_address() -> None:
    visit, _ = judged(trusts_ca=True)
    assert visit.facts.addresses == HOSTS["www.seek.example"]


def test_search_without_a_safe_one_keeps_its_own_address() -> None:
    visit, _ = judged(trusts_ca=False, safe=False)
    assert visit.facts.addresses == HOSTS["www.seek.example"]


def test_safe_address_inside_the_house_is_refused_too() -> None:
    hosts = HOSTS | {"safe.seek.example": ("192.168.1.1",)}
    _, decision = judged(trusts_ca=False, hosts=hosts)
    assert decision.stops
