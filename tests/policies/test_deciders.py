"""Each check: what it says, whom it names, what it lifts. Asked through `decide`, as by all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kidgate.policies.decide import decide
from kidgate.policies.likeness import Likeness
from kidgate.policies.model import Action, Decision, Facts, Reason, Stage, Verdict, Visit
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


def said(decision: Decision) -> tuple[str, str, str]:
    return decision.verdict.value, decision.reason.value, str(decision.source)


def lifted(visit: Visit, snapshot: PolicySnapshot) -> set[int]:
    steps = decide(visit, snapshot, trace=True).steps
    return {step.order for step in steps if step.said == "lifted"}


# -- 0 to 4 ----------------------------------------------------------------------------------------


def test_malformed_tells_the_fault(house: House, visit: MakeVisit) -> None:
    asked = visit("a.test", facts=Facts(malformed="two lengths"))
    source = "gateway rfc9112: two lengths"
    assert said(decide(asked, house())) == ("block", "malformed", source)
    assert decide(visit("a.test"), house()).verdict is Verdict.ALLOW


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
    for stage in (Stage.HELLO, Stage.REQUEST):
        decision = decide(visit(url, stage=stage, facts=Facts(addresses=addresses)), snapshot)
        if source is None:
            assert decision.verdict is Verdict.ALLOW
        else:
            assert said(decision) == ("block", "private_destination", source)


def test_destination_refuses_the_dashboard_where_private_addresses_are_allowed(
    house: House, visit: MakeVisit
) -> None:
    allowed = Settings(unknown_tier="plain", private_allowed=("10.0.0.0/8",), ports=(443, 8443))
    snapshot = house(settings=allowed).with_web((8443,))
    for url, addresses, opens in (
        ("https://box.test:8443", ("10.0.0.1",), False),
        ("https://box.test:8443", ("203.0.113.1", "10.0.0.1"), False),
        ("https://box.test", ("10.0.0.1",), True),
        ("https://a.test:8443", ("203.0.113.1",), True),
    ):
        decision = decide(visit(url, facts=Facts(addresses=addresses)), snapshot)
        assert (decision.verdict is Verdict.ALLOW) is opens, url
        if not opens:
            assert str(decision.source) == "gateway dashboard: 10.0.0.1"


def test_port_refuses_what_is_not_in_the_table(house: House, visit: MakeVisit) -> None:
    snapshot = house(settings=Settings(unknown_tier="plain", ports=(443,)))
    assert decide(visit("https://a.test"), snapshot).verdict is Verdict.ALLOW
    assert decide(visit("http://kidgate.home.arpa:8080"), snapshot).verdict is Verdict.ALLOW
    decision = decide(visit("http://a.test"), snapshot)
    assert said(decision) == ("block", "port", "setting ports: 80")


def test_illegal_is_a_feed_or_a_hash(house: House, visit: MakeVisit) -> None:
    snapshot = house(index={"illegal": ("a.test/x",), "games": ("a.test",)})
    by_feed = decide(visit("a.test/x/1"), snapshot)
    by_hash = decide(visit("b.test", facts=Facts(illegal=True)), snapshot)
    assert said(by_feed) == ("block", "illegal_material", "feed illegal: a.test/x")
    assert said(by_hash) == ("block", "illegal_material", "analyser hash")
    assert decide(visit("a.test/y"), snapshot).verdict is Verdict.ALLOW


def test_safe_harbour_is_a_host_and_what_lies_below(house: House, visit: MakeVisit) -> None:
    snapshot = house(settings=Settings(unknown_tier="plain", safe_harbour=("truong.test",)))
    for url in ("giup.test", "chat.giup.test", "truong.test"):
        decision = decide(visit(url), snapshot)
        assert (decision.verdict, decision.reason) == (Verdict.ALLOW, Reason.SAFE_HARBOUR)
    assert decide(visit("nogiup.test"), snapshot).reason is Reason.TIER_DEFAULT


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
    decision = decide(visit("a.test"), snapshot)
    assert said(decision) == ("block", "paused", "pause 2: child:mai")
    assert decision.until == NOON + timedelta(hours=2)
    stranger = decide(visit("a.test", child=None), snapshot)
    assert said(stranger) == ("block", "paused", "pause 1: everyone")
    after = visit("a.test", at=NOON + timedelta(hours=2))
    assert decide(after, snapshot).verdict is Verdict.ALLOW


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
    decision = decide(asked, snapshot)
    if source is None:
        assert decision.verdict is Verdict.ALLOW
    else:
        assert said(decision) == ("block", "bedtime", source)
        assert decision.until is not None
        assert decision.until > asked.at


# -- 5 to 9 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("twice", "lifts_security"), [(True, True), (False, False)])
def test_grant_lifts_what_it_may(
    house: House, visit: MakeVisit, *, twice: bool, lifts_security: bool
) -> None:
    snapshot = house(grants=(GrantRow(7, "mai", "a.test", LATER, confirmed_twice=twice),))
    orders = {8, 9, 10, 11, 12, 13, 14, 15} | ({6} if lifts_security else set())
    assert lifted(visit("a.test"), snapshot) == orders
    decision = decide(visit("a.test"), snapshot)
    assert said(decision) == ("allow", "grant", "grant 7: a.test")
    assert (decision.rule_id, decision.exception_rule_id, decision.until) == (7, 7, LATER)


@pytest.mark.parametrize(
    ("score", "warned", "verdict"),
    [
        (100.0, False, Verdict.BLOCK),
        (80.0, True, Verdict.BLOCK),
        (79.9, False, Verdict.WARN),
        (50.0, False, Verdict.WARN),
        (79.9, True, Verdict.ALLOW),
        (49.9, False, Verdict.ALLOW),
        (0.0, False, Verdict.ALLOW),
    ],
)
def test_security_weighs_what_analysers_suspect(
    house: House, visit: MakeVisit, score: float, *, warned: bool, verdict: Verdict
) -> None:
    facts = Facts(threats={"impersonation": score, "scam": 1.0}, warned=warned)
    assert decide(visit("a.test", facts=facts), house()).verdict is verdict


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
    decision = decide(visit("kho.test/ngan"), snapshot)
    assert said(decision) == ("block", "way_around", "feed proxy: kho.test")
    asked = decide(visit("v.test", facts=Facts(tunnel="upgrade")), snapshot)
    assert (asked.verdict, asked.category) == (Verdict.ASK, "vpn")


def test_way_around_judges_the_page_inside_by_its_own_facts(house: House, visit: MakeVisit) -> None:
    """Its minutes and its warning are the child's; the rest was found on the page around it."""
    tier = TierRow("t", quotas={"category:games": 30}, categories={"alcohol": Action.WARN})
    index = {"games": ("choi.test",), "alcohol": ("bia.test",)}
    snapshot = house(
        tier=tier, index=index, rules=(RuleRow(1, "everyone", "192.0.2.0/24", Action.ASK),)
    )
    used = Facts(minutes={"category:games": 30})
    assert decide(visit("dich.test/trang?u=choi.test", facts=used), snapshot).reason is Reason.QUOTA
    beer = visit("dich.test/trang?u=bia.test", other_names=("dich.test",))
    assert decide(beer, snapshot).verdict is Verdict.WARN
    warned = decide(replace(beer, facts=Facts(warned=True)), snapshot)
    assert (warned.verdict, warned.watch) == (Verdict.ALLOW, True)
    literal = decide(visit("dich.test/trang?u=http://192.0.2.7"), snapshot)
    assert (literal.verdict, literal.rule_id) == (Verdict.ASK, 1)


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
        decision = decide(visit(url), snapshot)
        assert (decision.reason is not Reason.WAY_AROUND) is rated


def test_allow_rule_lifts_what_it_may(house: House, visit: MakeVisit) -> None:
    def by(row: RuleRow) -> set[int]:
        return lifted(visit("a.test"), house(rules=(row,)))

    allow = RuleRow(1, "everyone", "a.test", Action.ALLOW)
    assert by(allow) == {10, 11, 12, 14, 15}
    assert by(replace(allow, action=Action.PASS)) == {10, 11, 12, 14, 15}
    assert by(replace(allow, safe_search=False)) == {10, 11, 12, 13, 14, 15}
    assert by(replace(allow, action=Action.WATCH)) == set()


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
    choi = decide(visit("choi.test"), snapshot)
    assert said(choi) == ("ask", "service", "tier t: service:choi")
    vui = decide(visit("vui.test"), snapshot)
    assert said(vui) == ("block", "category", "builtin service: vui")
    assert decide(visit("tre.test"), snapshot).verdict is Verdict.ALLOW
    chosen = house(
        tier=replace(tier, mode="allow_list"), services=services, index={"kids": ("tre.test",)}
    )
    assert decide(visit("tre.test"), chosen).verdict is Verdict.ALLOW
    assert decide(visit("a.test"), chosen).reason is Reason.NOT_ON_ALLOW_LIST


def test_quota_counts_for_all_a_service_and_a_category(house: House, visit: MakeVisit) -> None:
    tier = TierRow("t", quotas={"all": 60, "service:choi": 10, "category:games": 0})
    services = (ServiceRow("choi", hosts=("choi.test",)),)
    snapshot = house(tier=tier, services=services, index={"games": ("g.test",)})

    def source(url: str, minutes: dict[str, float]) -> str | None:
        decision = decide(visit(url, facts=Facts(minutes=minutes)), snapshot)
        return str(decision.source) if decision.reason is Reason.QUOTA else None

    assert source("a.test", {"all": 59.9}) is None
    assert source("a.test", {"all": 60}) == "tier t: quota all 60 min"
    assert source("choi.test", {"service:choi": 10}) == "tier t: quota service:choi 10 min"
    assert source("a.test", {"service:choi": 10}) is None
    assert source("g.test", {}) == "tier t: quota category:games 0 min"


@pytest.mark.parametrize(
    ("score", "ceiling", "first", "later"),
    [
        (49.0, 100.0, Verdict.ALLOW, Verdict.ALLOW),
        (50.0, 100.0, Verdict.WARN, Verdict.WARN),
        (70.0, 100.0, Verdict.BLOCK, Verdict.WARN),
        (70.0, 75.0, Verdict.WARN, Verdict.WARN),
        (80.0, 100.0, Verdict.BLOCK, Verdict.BLOCK),
    ],
)
def test_lookalike_that_the_house_meets_first_has_no_benefit_of_the_doubt(
    house: House, visit: MakeVisit, score: float, ceiling: float, first: Verdict, later: Verdict
) -> None:
    likeness = Likeness("nhada", "Nhà Đá", "Nhada", "bank", "nhada.vn", score, (), ceiling)
    known = house().with_likeness(lambda host: likeness if host.endswith("gia.test") else None)
    met = known.with_memory(lambda site, at: site == "gia.test" and at < LATER)
    there, elsewhere = visit("www.gia.test"), visit("that.test")
    assert decide(there, known).verdict is later
    assert decide(replace(there, at=LATER), met).verdict is later
    decision = decide(there, met)
    assert decision.verdict is first
    assert decision.new_here == ("gia.test" if score >= 50 else "")
    assert decide(elsewhere, met).new_here == ""


def test_search_is_stopped_helped_or_told(house: House, visit: MakeVisit) -> None:
    tier = TierRow("t", search_terms=("cá độ",), search_help=("tự tử",), search_alerts=("cần sa",))
    snapshot = house(tier=tier)

    def searched(*terms: str, **facts: bool) -> Decision:
        return decide(visit("a.test", facts=Facts(search_terms=terms, **facts)), snapshot)

    assert said(searched("cá độ", "tự tử")) == ("block", "search_term", "tier t: term:cá độ")
    help = searched("muốn tự tử")
    assert (help.verdict, help.reason, help.category) == (
        Verdict.WARN,
        Reason.SEARCH_TERM,
        "self_harm",
    )
    gone_on = searched("muốn tự tử", warned=True)
    assert (gone_on.verdict, gone_on.watch) == (Verdict.ALLOW, True)
    told = searched("cần sa là gì")
    assert (told.verdict, told.watch) == (Verdict.ALLOW, True)
    assert told.notice is not None and told.notice.reason is Reason.SEARCH_TERM
    assert searched("thời tiết").notice is None


def test_video_is_open_when_the_tier_names_it_or_its_channel(
    house: House, visit: MakeVisit
) -> None:
    snapshot = house(tier=TierRow("t", videos=("channel:UC1", "video:abc")))
    for shown, verdict in (
        (("video:abc", "channel:UC9"), Verdict.ALLOW),
        (("video:xyz", "channel:UC1"), Verdict.ALLOW),
        (("video:xyz", "channel:UC9"), Verdict.BLOCK),
        ((), Verdict.ALLOW),
    ):
        assert decide(visit("a.test", facts=Facts(video=shown)), snapshot).verdict is verdict
    anything = house(tier=TierRow("t"))
    assert not decide(visit("a.test", facts=Facts(video=("video:xyz",))), anything).stops


@pytest.mark.parametrize(
    ("action", "verdict", "told"),
    [
        (Action.ALLOW, Verdict.ALLOW, False),
        (Action.WATCH, Verdict.ALLOW, True),
        (Action.WARN, Verdict.WARN, False),
        (Action.BLOCK, Verdict.BLOCK, False),
    ],
)
def test_what_nobody_could_read_follows_the_tier(
    house: House, visit: MakeVisit, action: Action, verdict: Verdict, *, told: bool
) -> None:
    decision = decide(
        visit("a.test", facts=Facts(unjudged="too large")),
        house(tier=TierRow("t", unjudged=action)),
    )
    assert (decision.verdict, decision.notice is not None) == (verdict, told)
    if decision.stops:
        assert (decision.reason, str(decision.source)) == (
            Reason.UNJUDGED,
            "analyser unjudged: too large",
        )


def test_child_in_need_is_shown_help_and_may_go_on(house: House, visit: MakeVisit) -> None:
    limits = {"self_harm": 50.0, "adult": 50.0}
    snapshot = house(tier=TierRow("t", text_limits=limits, message_limits=limits))
    for facts in (Facts(text={"self_harm": 90.0}), Facts(messages={"self_harm": 90.0})):
        assert decide(visit("a.test", facts=facts), snapshot).verdict is Verdict.WARN
        gone_on = decide(visit("a.test", facts=replace(facts, warned=True)), snapshot)
        assert (gone_on.verdict, gone_on.watch) == (Verdict.ALLOW, True)
    worse = Facts(text={"self_harm": 90.0, "adult": 90.0})
    assert decide(visit("a.test", facts=worse), snapshot).verdict is Verdict.BLOCK


def test_personal_data_may_go_where_an_adult_trusts_or_to_a_known_log_in(
    house: House, visit: MakeVisit
) -> None:
    snapshot = house(
        tier=TierRow("t", personal_data=Action.BLOCK),
        settings=Settings(unknown_tier="plain", trusted=("truong.test",)),
        services=(ServiceRow("choi", hosts=("choi.test",)),),
    )
    told, log_in = Facts(personal_data=("phone",)), Facts(personal_data=("phone",), logging_in=True)
    for host, facts, verdict in (
        ("a.test", told, Verdict.BLOCK),
        ("a.test", log_in, Verdict.BLOCK),
        ("www.truong.test", told, Verdict.ALLOW),
        ("choi.test", log_in, Verdict.ALLOW),
        ("choi.test", told, Verdict.BLOCK),
    ):
        assert decide(visit(host, facts=facts), snapshot).verdict is verdict


def test_personal_data_and_messages_follow_the_tier(house: House, visit: MakeVisit) -> None:
    tier = TierRow("t", personal_data=Action.WARN, message_limits={"bullying": 50.0})
    snapshot = house(tier=tier)

    def verdict(facts: Facts) -> Verdict:
        return decide(visit("a.test", facts=facts), snapshot).verdict

    phone = Facts(personal_data=("phone",))
    assert verdict(phone) is Verdict.WARN
    assert verdict(replace(phone, warned=True)) is Verdict.ALLOW
    assert verdict(Facts(messages={"bullying": 50.0})) is Verdict.BLOCK
    assert verdict(Facts(messages={"bullying": 49.0, "hate": 100.0})) is Verdict.ALLOW
    both = replace(phone, warned=True, messages={"bullying": 50.0})
    assert verdict(both) is Verdict.BLOCK


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
    decision = decide(visit(url, device=device, stage=Stage.HELLO), snapshot)
    assert (decision.verdict, decision.decrypt) == (Verdict.ALLOW, not closed)
