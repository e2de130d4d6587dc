"""Each check alone: what it says, whom it names, and what it leaves on the case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kidgate.policies import deciders
from kidgate.policies.case import Case, Ruling
from kidgate.policies.decide import decide
from kidgate.policies.model import (
    Action,
    Decision,
    Facts,
    Reason,
    Source,
    Stage,
    Verdict,
    Visit,
)
from kidgate.policies.rows import (
    DeviceRow,
    GrantRow,
    PauseRow,
    RuleRow,
    ServiceRow,
    Settings,
    TierRow,
)
from kidgate.policies.snapshot import PolicySnapshot

House = Callable[..., PolicySnapshot]
MakeVisit = Callable[..., Visit]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)


def case_of(visit: Visit, snapshot: PolicySnapshot) -> Case:
    return Case(visit, snapshot, lambda inner: decide(inner, snapshot))


def said(ruling: Ruling | None) -> tuple[Verdict, Reason, str] | None:
    return None if ruling is None else (ruling.verdict, ruling.reason, str(ruling.source))


# -- 0 to 4 ----------------------------------------------------------------------------------------


def test_malformed_tells_the_fault(house: House, visit: MakeVisit) -> None:
    case = case_of(visit("a.test", facts=Facts(malformed="two lengths")), house())
    assert said(deciders.malformed(case)) == (
        Verdict.BLOCK,
        Reason.MALFORMED,
        "gateway rfc9112: two lengths",
    )
    assert deciders.malformed(case_of(visit("a.test"), house())) is None


@pytest.mark.parametrize(
    ("url", "addresses", "source"),
    [
        ("http://10.0.0.1", (), "gateway private: 10.0.0.1"),
        ("a.test", ("203.0.113.1", "10.0.0.1"), "gateway private: 10.0.0.1"),
        ("http://[64:ff9b::10.0.0.1]", (), "gateway private: 10.0.0.1"),
        ("http://192.0.2.1", (), "gateway own_address: 192.0.2.1"),
        ("http://[2002:c000:201::]", (), "gateway own_address: 192.0.2.1"),
        ("http://10.9.0.1", (), "gateway own_address: 10.9.0.1"),
        ("http://localhost", (), "gateway private: localhost"),
        ("http://a.localdomain", (), "gateway private: a.localdomain"),
        ("http://10.8.0.1", (), None),
        ("a.test", ("203.0.113.1",), None),
        ("http://kidgate.home.arpa", ("10.0.0.1",), None),
    ],
)
def test_destination_refuses_private_and_own_addresses(
    house: House,
    visit: MakeVisit,
    url: str,
    addresses: tuple[str, ...],
    source: str | None,
) -> None:
    snapshot = house(
        settings=Settings(
            unknown_tier="plain",
            private_allowed=("10.8.0.0/15",),
            own_addresses=("192.0.2.1/32", "10.9.0.1/32"),
        )
    )
    ruling = deciders.destination(case_of(visit(url, facts=Facts(addresses=addresses)), snapshot))
    assert (str(ruling.source) if ruling else None) == source
    assert ruling is None or (ruling.verdict, ruling.reason, ruling.depends_on_url) == (
        Verdict.BLOCK,
        Reason.PRIVATE_DESTINATION,
        False,
    )


def test_port_refuses_what_is_not_in_the_table(house: House, visit: MakeVisit) -> None:
    snapshot = house(settings=Settings(unknown_tier="plain", ports=(443,)))
    assert deciders.port(case_of(visit("https://a.test"), snapshot)) is None
    assert deciders.port(case_of(visit("http://kidgate.home.arpa:8080"), snapshot)) is None
    assert said(deciders.port(case_of(visit("http://a.test"), snapshot))) == (
        Verdict.BLOCK,
        Reason.PORT,
        "setting ports: 80",
    )


def test_illegal_is_a_feed_or_a_hash(house: House, visit: MakeVisit) -> None:
    snapshot = house(index={"illegal": ("a.test/x",), "games": ("a.test",)})
    assert said(deciders.illegal(case_of(visit("a.test/x/1"), snapshot))) == (
        Verdict.BLOCK,
        Reason.ILLEGAL_MATERIAL,
        "feed illegal: a.test/x",
    )
    assert deciders.illegal(case_of(visit("a.test/y"), snapshot)) is None
    by_hash = case_of(visit("b.test", facts=Facts(illegal=True)), snapshot)
    assert said(deciders.illegal(by_hash)) == (
        Verdict.BLOCK,
        Reason.ILLEGAL_MATERIAL,
        "analyser hash",
    )


def test_safe_harbour_is_a_host_and_what_lies_below(house: House, visit: MakeVisit) -> None:
    snapshot = house(settings=Settings(unknown_tier="plain", safe_harbour=("truong.test",)))
    for url in ("giup.test", "chat.giup.test", "truong.test"):
        ruling = deciders.safe_harbour(case_of(visit(url), snapshot))
        assert ruling is not None
        assert (ruling.verdict, ruling.reason) == (Verdict.ALLOW, Reason.SAFE_HARBOUR)
    assert deciders.safe_harbour(case_of(visit("nogiup.test"), snapshot)) is None


def test_a_lost_index_blocks_all_but_help_and_own_pages(house: House, visit: MakeVisit) -> None:
    snapshot = house().with_index(None)
    decision = decide(visit("a.test"), snapshot)
    assert (decision.verdict, decision.reason) == (Verdict.BLOCK, Reason.INTERNAL_ERROR)
    assert decide(visit("giup.test"), snapshot).verdict is Verdict.ALLOW
    assert decide(visit("kidgate.home.arpa"), snapshot).verdict is Verdict.ALLOW


def test_pause_tells_the_one_that_ends_last(house: House, visit: MakeVisit) -> None:
    snapshot = house(
        pauses=(
            PauseRow(1, "everyone", NOON + timedelta(hours=1)),
            PauseRow(2, "child:mai", NOON + timedelta(hours=2)),
            PauseRow(3, "tier:plain", NOON),
        )
    )
    ruling = deciders.pause(case_of(visit("a.test"), snapshot))
    assert ruling is not None
    assert (str(ruling.source), ruling.until) == ("pause 2: child:mai", NOON + timedelta(hours=2))
    stranger = deciders.pause(case_of(visit("a.test", child=None), snapshot))
    assert stranger is not None
    assert str(stranger.source) == "pause 1: everyone"
    after = visit("a.test", at=NOON + timedelta(hours=2))
    assert deciders.pause(case_of(after, snapshot)) is None


@pytest.mark.parametrize(
    ("hours", "bedtime", "hour", "source"),
    [
        ("", "", 12, None),
        ("", "daily 12:00-13:00", 12, "tier t: bedtime daily 12:00-13:00"),
        ("", "daily 12:00-13:00", 13, None),
        ("daily 08:00-12:00", "", 12, "tier t: hours daily 08:00-12:00"),
        ("daily 08:00-12:00", "", 11, None),
        ("daily 08:00-12:00", "daily 12:00-13:00", 12, "tier t: bedtime daily 12:00-13:00"),
        ("daily 08:00-12:00", "daily 12:00-13:00", 13, "tier t: hours daily 08:00-12:00"),
    ],
)
def test_bedtime_is_inside_bedtime_or_outside_hours(
    house: House, visit: MakeVisit, hours: str, bedtime: str, hour: int, source: str | None
) -> None:
    snapshot = house(tier=TierRow("t", hours=hours, bedtime=bedtime))
    asked = visit("a.test", at=NOON.replace(hour=hour))
    ruling = deciders.bedtime(case_of(asked, snapshot))
    assert (str(ruling.source) if ruling else None) == source
    if ruling is not None:
        assert ruling.until is not None
        assert ruling.until > asked.at


# -- 5 to 9 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("twice", "lifts_security"), [(True, True), (False, False)])
def test_grant_lifts_what_it_may(
    house: House, visit: MakeVisit, *, twice: bool, lifts_security: bool
) -> None:
    snapshot = house(grants=(GrantRow(7, "mai", "a.test", LATER, confirmed_twice=twice),))
    case = case_of(visit("a.test"), snapshot)
    assert deciders.grant(case) is None
    orders = {8, 9, 10, 11, 12, 13, 14, 15} | ({6} if lifts_security else set())
    assert set(case.lifted) == orders
    assert case.exception_rule_id == 7
    assert case.allowed_by is not None
    assert case.allowed_by.until == LATER


@pytest.mark.parametrize(
    ("score", "warned", "verdict"),
    [
        (100.0, False, Verdict.BLOCK),
        (80.0, True, Verdict.BLOCK),
        (79.9, False, Verdict.WARN),
        (50.0, False, Verdict.WARN),
        (79.9, True, None),
        (49.9, False, None),
        (0.0, False, None),
    ],
)
def test_security_weighs_what_analysers_suspect(
    house: House, visit: MakeVisit, score: float, *, warned: bool, verdict: Verdict | None
) -> None:
    facts = Facts(threats={"impersonation": score, "scam": 1.0}, warned=warned)
    ruling = deciders.security(case_of(visit("a.test", facts=facts), house()))
    assert (ruling.verdict if ruling else None) is verdict


def test_way_around_takes_the_strictest_of_all_it_finds(house: House, visit: MakeVisit) -> None:
    tier = TierRow(
        "t",
        ways_around={
            "archive": Action.WARN,
            "proxy": Action.BLOCK,
            "vpn": Action.ASK,
            "upgrade": Action.WATCH,
        },
    )
    snapshot = house(tier=tier, index={"proxy": ("kho.test",), "vpn": ("v.test",)})
    case = case_of(visit("kho.test/ngan"), snapshot)
    assert said(deciders.way_around(case)) == (
        Verdict.BLOCK,
        Reason.WAY_AROUND,
        "feed proxy: kho.test",
    )
    asked = case_of(visit("v.test", facts=Facts(tunnel="upgrade")), snapshot)
    ruling = deciders.way_around(asked)
    assert ruling is not None
    assert (ruling.verdict, ruling.category, asked.watch) == (Verdict.ASK, "vpn", True)


def test_way_around_judges_the_page_inside_as_a_visit_of_its_own(
    house: House, visit: MakeVisit
) -> None:
    seen: list[Visit] = []

    def judge(inner: Visit) -> Decision:
        seen.append(inner)
        return Decision(Verdict.ASK, Reason.RULE, Source("rule", "4"), rule_id=4, watch=True)

    asked = visit(
        "dich.test/trang?u=http://xau.test/a",
        other_names=("dich.test",),
        stage=Stage.RESPONSE,
        facts=Facts(
            addresses=("203.0.113.1",), warned=True, minutes={"all": 5}, content_type="text/html"
        ),
    )
    case = Case(asked, house(), judge)
    ruling = deciders.way_around(case)
    inner = replace(
        visit("http://xau.test/a", stage=Stage.RESPONSE),
        facts=Facts(warned=True, minutes={"all": 5}),
    )
    assert seen == [inner]
    assert ruling is not None
    assert (ruling.verdict, ruling.reason, ruling.rule_id) == (Verdict.ASK, Reason.RULE, 4)
    assert case.watch


@pytest.mark.parametrize(
    ("rule", "url", "rated"),
    [
        ("em.pages.test", "em.pages.test", True),
        ("=em.pages.test", "em.pages.test", True),
        ("em.pages.test/a", "em.pages.test/a", True),
        ("pages.test", "em.pages.test", False),
        ("category:kids", "em.pages.test", False),
        ("em.blog.test", "em.blog.test", True),
        ("blog.test", "em.blog.test", True),  # no public suffix: the adult named it all
        ("192.0.2.7", "http://192.0.2.7", True),
    ],
)
def test_a_site_is_rated_when_an_adult_names_it(
    house: House, visit: MakeVisit, rule: str, url: str, *, rated: bool
) -> None:
    tier = TierRow(
        "t", ways_around={"shared_hosting": Action.BLOCK, "address_literal": Action.BLOCK}
    )
    index = {"kids": ("em.pages.test",)}
    rows = (RuleRow(1, "child:mai", rule, Action.ALLOW),)
    by_rule = house(tier=tier, index=index, rules=rows)
    by_grant = house(tier=tier, index=index, grants=(GrantRow(1, "mai", rule, LATER),))
    for snapshot in (by_rule, by_grant):
        assert (deciders.way_around(case_of(visit(url), snapshot)) is None) is rated


def test_allow_rule_lifts_what_it_may(house: House, visit: MakeVisit) -> None:
    def lifted(row: RuleRow) -> set[int]:
        case = case_of(visit("a.test"), house(rules=(row,)))
        assert deciders.deny_rule(case) is None
        assert deciders.allow_rule(case) is None
        return set(case.lifted)

    allow = RuleRow(1, "everyone", "a.test", Action.ALLOW)
    assert lifted(allow) == {10, 11, 12, 14, 15}
    assert lifted(replace(allow, safe_search=False)) == {10, 11, 12, 13, 14, 15}
    assert lifted(replace(allow, action=Action.WATCH)) == set()


# -- 10 to the end ---------------------------------------------------------------------------------


def test_service_and_category_name_what_they_come_from(house: House, visit: MakeVisit) -> None:
    tier = TierRow(
        "t",
        services={"choi": Action.ASK},
        categories={"games": Action.BLOCK, "kids": Action.ALLOW},
    )
    services = (
        ServiceRow("choi", hosts=("choi.test",), categories=("games",)),
        ServiceRow("vui", hosts=("vui.test",), categories=("games",)),
    )
    snapshot = house(tier=tier, services=services, index={"kids": ("tre.test",)})
    choi = case_of(visit("choi.test"), snapshot)
    assert said(deciders.service(choi)) == (Verdict.ASK, Reason.SERVICE, "tier t: service:choi")
    assert deciders.category(choi) is None  # judged by name already
    assert said(deciders.category(case_of(visit("vui.test"), snapshot))) == (
        Verdict.BLOCK,
        Reason.CATEGORY,
        "builtin service: vui",
    )
    kids = case_of(visit("tre.test"), snapshot)
    assert deciders.category(kids) is None
    assert kids.listed


def test_quota_counts_for_all_a_service_and_a_category(house: House, visit: MakeVisit) -> None:
    tier = TierRow("t", quotas={"all": 60, "service:choi": 10, "category:games": 0})
    services = (ServiceRow("choi", hosts=("choi.test",)),)
    snapshot = house(tier=tier, services=services, index={"games": ("g.test",)})

    def source(url: str, minutes: dict[str, float]) -> str | None:
        ruling = deciders.quota(case_of(visit(url, facts=Facts(minutes=minutes)), snapshot))
        return str(ruling.source) if ruling else None

    assert source("a.test", {"all": 59.9}) is None
    assert source("a.test", {"all": 60}) == "tier t: quota all 60 min"
    assert source("choi.test", {"service:choi": 10}) == "tier t: quota service:choi 10 min"
    assert source("a.test", {"service:choi": 10}) is None
    assert source("g.test", {}) == "tier t: quota category:games 0 min"


def test_personal_data_and_messages_follow_the_tier(house: House, visit: MakeVisit) -> None:
    tier = TierRow("t", personal_data=Action.WARN, message_limits={"bullying": 50.0})
    snapshot = house(tier=tier)

    def verdict(**facts: object) -> Verdict | None:
        found = Facts(**facts)  # type: ignore[arg-type]
        ruling = deciders.going_out(case_of(visit("a.test", facts=found), snapshot))
        return ruling.verdict if ruling else None

    assert verdict(personal_data=("phone",)) is Verdict.WARN
    assert verdict(personal_data=("phone",), warned=True) is None
    assert verdict(messages={"bullying": 50.0}) is Verdict.BLOCK
    assert verdict(messages={"bullying": 49.0, "hate": 100.0}) is None
    assert verdict(personal_data=("phone",), warned=True, messages={"bullying": 50.0}) is (
        Verdict.BLOCK
    )


@pytest.mark.parametrize(
    ("url", "device", "closed"),
    [
        ("https://a.test", None, False),
        ("https://a.test", "tv", True),
        ("http://a.test", "tv", False),
        ("https://kidgate.home.arpa", "tv", False),
        ("https://www.bank.test", None, True),
        ("https://vi.test", None, True),
        ("https://vay.test", None, True),
        ("https://nobank.test", None, False),
    ],
)
def test_stays_closed_for_private_sites_and_devices_without_our_ca(
    house: House, visit: MakeVisit, url: str, device: str | None, *, closed: bool
) -> None:
    snapshot = house(
        settings=Settings(unknown_tier="plain", never_decrypt=("finance",)),
        devices=(DeviceRow("tv", trusts_ca=False),),
        services=(ServiceRow("vi", hosts=("vi.test",), categories=("finance",)),),
        index={"finance": ("vay.test",)},
    )
    assert deciders.stays_closed(case_of(visit(url, device=device), snapshot)) is closed
