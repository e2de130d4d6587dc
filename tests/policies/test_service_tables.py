"""Service rows that contradict themselves or one another."""

from __future__ import annotations

import pytest

from kidgate.policies.compile import PolicyFaults, compile_snapshot
from kidgate.policies.model import Action
from kidgate.policies.rows import Builtin, PolicyRows, RuleRow, ServiceRow, Settings, TierRow
from kidgate.policies.tables import Services

TIERS = (TierRow("plain", age_tier=True),)
BUILTIN = (
    ServiceRow("chat", "Chat", hosts=("chat.test",), aliases=("nhan_tin",)),
    ServiceRow("mang", "Mạng", hosts=("mang.test",), companions=("chat",)),
)


def build(rows: PolicyRows) -> Services:
    snapshot = compile_snapshot(rows, Builtin(), tiers=TIERS, services=BUILTIN, id="1")
    return snapshot.services


def rows(*services: ServiceRow, **more: object) -> PolicyRows:
    return PolicyRows(settings=Settings(unknown_tier="plain"), services=services, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("service", "fault"),
    [
        (
            ServiceRow("a", hosts=("a.test",), payment_hosts=("A.test.",)),
            "service a: payment_hosts: `a.test` is one of its hosts too; take it out of one",
        ),
        (
            ServiceRow("a", hosts=("a.test",), company_hosts=("a.test",)),
            "service a: company_hosts: `a.test` is one of its hosts too; take it out of one",
        ),
        (ServiceRow("a", payment_hosts=("a b",)), "service a: payment_hosts: "),
        (ServiceRow("a", companions=("b",)), "service a: companions: no service is called `b`"),
        (ServiceRow("a", companions=("a",)), "service a: companions: `a` is the service itself"),
        (
            ServiceRow("a", dependencies=("service:b",)),
            "service a: dependencies: no service is called `b`",
        ),
        (
            ServiceRow("a", dependencies=("service:a",)),
            "service a: dependencies: `a` is the service itself",
        ),
        (ServiceRow("a", dependencies=("a b",)), "service a: dependencies: "),
        (
            ServiceRow("a", hosts=("a.test",), dependencies=("cdn.a.test",)),
            "service a: dependencies: `cdn.a.test` is blocked with it, being `a.test`",
        ),
        (ServiceRow("a", aliases=("日本",)), "service a: aliases: `日本` has no letter a-z"),
    ],
)
def test_a_service_is_refused_when_it_contradicts_itself(service: ServiceRow, fault: str) -> None:
    with pytest.raises(PolicyFaults) as caught:
        build(rows(service))
    assert [str(found).startswith(fault) for found in caught.value.faults] == [True], caught.value


def test_two_of_the_house_s_own_cannot_have_one_name() -> None:
    with pytest.raises(PolicyFaults, match="service b: aliases: `V-U-I` is a's name already"):
        build(rows(ServiceRow("a", aliases=("vui",)), ServiceRow("b", aliases=("V-U-I",))))


def test_a_built_in_alias_never_breaks_a_policy_that_had_the_name_first() -> None:
    build(rows(ServiceRow("nhan_tin", hosts=("n.test",)), ServiceRow("b", aliases=("chat",))))


def test_a_needed_host_may_lie_below_what_is_kept_apart() -> None:
    service = ServiceRow(
        "a", hosts=("a.test",), payment_hosts=("tra.a.test",), dependencies=("api.tra.a.test",)
    )
    assert build(rows(service)).of("api.tra.a.test", "") == ()


def test_companions_and_needs_may_be_built_in() -> None:
    build(rows(ServiceRow("a", companions=("chat",), dependencies=("service:mang", "cdn.test"))))


@pytest.mark.parametrize(
    ("said", "hint"), [("nhan-tin", "; write `chat`"), ("mạng", "; write `mang`"), ("vui", "")]
)
def test_a_rule_speaks_in_keys_and_is_told_the_one_that_is_meant(said: str, hint: str) -> None:
    rule = RuleRow(1, "everyone", f"service:{said}", Action.BLOCK)
    with pytest.raises(PolicyFaults) as caught:
        build(rows(rules=(rule,)))
    assert str(caught.value) == f"rule 1: target: no service is called `{said}`{hint}"


@pytest.mark.parametrize("field", ["services", "quotas"])
def test_a_tier_speaks_in_keys_too(field: str) -> None:
    tier = TierRow("plain", age_tier=True)
    said = {"services": {"nhan_tin": Action.BLOCK}, "quotas": {"service:nhan_tin": 5}}[field]
    tiers = (TierRow(tier.key, age_tier=True, **{field: said}),)  # type: ignore[arg-type]
    with pytest.raises(PolicyFaults, match=f"tier plain: {field}: .*`nhan_tin`; write `chat`"):
        build(rows(tiers=tiers))
