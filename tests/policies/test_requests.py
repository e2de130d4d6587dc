"""What a request can be answered with: for this child, until then, and by `decide` alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kidgate.documents.case_index import CaseIndex
from kidgate.policies.compile import compile_snapshot
from kidgate.policies.decide import decide
from kidgate.policies.model import Action, Decision, Facts, Reason, Verdict, Visit
from kidgate.policies.names import parse_url
from kidgate.policies.requests import (
    ASKABLE,
    Answer,
    Ask,
    CannotAnswer,
    Duration,
    Offer,
    Scope,
    Whom,
    answered,
    ask_of,
    end_of,
    lent,
    may_ask,
    offers,
    put,
    scopes,
    site_of,
)
from kidgate.policies.rows import (
    DeviceRow,
    GrantRow,
    PauseRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    ServiceRow,
    Settings,
    TierRow,
)
from kidgate.policies.snapshot import PolicySnapshot
from tests.policies.conftest import NOON, SMALL

HANOI = "Asia/Ho_Chi_Minh"
INDEX = {
    "adult": ("adult.test",),
    "phishing": ("trick.test",),
    "illegal": ("crime.test",),
    "vpn": ("vpn.test",),
}
TIER = TierRow(
    "kids",
    age_tier=True,
    categories={"adult": Action.BLOCK, "games": Action.ASK},
    services={"choi": Action.BLOCK},
    ways_around={
        "vpn": Action.BLOCK,
        "translator": Action.BLOCK,
        "shared_hosting": Action.BLOCK,
        "address_literal": Action.BLOCK,
    },
    content_types={"video/*": Action.BLOCK},
    text_limits={"adult": 50},
    quotas={"all": 60},
    personal_data=Action.BLOCK,
)
OTHER = replace(TIER, key="other", min_age=10)
LISTED = TierRow("listed", mode="allow_list")
SERVICES = (
    ServiceRow("choi", "Choi", hosts=("choi.test", "choi-anh.test"), categories=("games",)),
    ServiceRow("thu", "Thu", hosts=("mail.cong.test",)),
    ServiceRow("cong", "Cong", hosts=("cong.test",)),
)
ROWS = PolicyRows(
    settings=Settings(unknown_tier="kids", zone=HANOI),
    profiles=(
        ProfileRow("mai", tier="kids"),
        ProfileRow("an", tier="kids"),
        ProfileRow("lan", tier="other"),
        ProfileRow("bin", tier="listed"),
    ),
    devices=(DeviceRow("tablet", of="mai"),),
    rules=(
        RuleRow(1, "everyone", "shut.test", Action.BLOCK),
        RuleRow(2, "child:mai", "=www.shut.test", Action.BLOCK),
        RuleRow(3, "device:tablet", "device.test", Action.BLOCK),
    ),
)


def house(rows: PolicyRows = ROWS) -> PolicySnapshot:
    tiers = (TIER, OTHER, LISTED)
    snapshot = compile_snapshot(rows, SMALL, tiers=tiers, services=SERVICES, id="1")
    return snapshot.with_index(CaseIndex.of(INDEX))


HOUSE = house()


def visit(url: str, child: str = "mai", at: datetime = NOON, **facts: Any) -> Visit:
    device = "tablet" if child == "mai" else None
    return Visit(parse_url(f"http://{url}"), at, child, device, facts=Facts(**facts))


def stopped(url: str, **more: Any) -> tuple[Visit, Decision]:
    found = visit(url, **more)
    decision = decide(found, HOUSE)
    assert decision.stops, url
    return found, decision


ASKED: dict[str, dict[str, Any]] = {
    "adult.test/a": {},
    "choi.test/a?b=1": {},
    "shut.test/": {},
    "www.shut.test/x": {},
    "device.test/": {},
    "trick.test/login": {},
    "x.pages.test/": {},
    "192.0.2.7/a": {},
    "good.test/": {"minutes": {"all": 60.0}},
    "good.test/film": {"content_type": "video/mp4"},
    "good.test/text": {"text": {"adult": 80.0}},
}


@pytest.mark.parametrize("url", ASKED)
def test_child_may_ask_for_what_an_adult_can_open(url: str) -> None:
    assert may_ask(*stopped(url, **ASKED[url]), HOUSE)


@pytest.mark.parametrize(
    ("url", "facts"),
    [
        ("crime.test/", {}),
        ("vpn.test/", {}),
        ("dich.test/trang?u=http://adult.test/", {}),
        ("good.test/", {"malformed": "odd"}),
        ("good.test/", {"addresses": ("192.168.1.1",)}),
        ("good.test/", {"personal_data": ("phone",)}),
        ("good.test:8081/", {}),
    ],
)
def test_child_cannot_ask_for_what_no_answer_opens(url: str, facts: dict[str, Any]) -> None:
    found, decision = stopped(url, **facts)
    assert not may_ask(found, decision, HOUSE)


def test_nobody_unknown_asks_nor_anybody_for_what_is_open_or_rests() -> None:
    found, decision = stopped("adult.test/")
    assert not may_ask(replace(found, child=None), decision, HOUSE)
    assert not may_ask(replace(found, child="nobody"), decision, HOUSE)
    assert not may_ask(found, replace(decision, verdict=Verdict.WARN), HOUSE)
    paused = house(replace(ROWS, pauses=(PauseRow(1, "child:mai", NOON + timedelta(hours=1)),)))
    decision = decide(found, paused)
    assert decision.reason is Reason.PAUSED
    assert not may_ask(found, decision, paused)


@pytest.mark.parametrize("url", ASKED)
@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("whom", Whom)
@pytest.mark.parametrize("duration", Duration)
def test_answer_opens_the_page_for_this_child_until_its_end_and_for_nobody_else(
    url: str, scope: Scope, whom: Whom, duration: Duration
) -> None:
    facts = ASKED[url]
    found, decision = stopped(url, **facts)
    ask = ask_of(found, decision, HOUSE)
    if not any(
        o.scope is scope and o.whom is whom and duration in o.durations
        for o in offers(ask, HOUSE, NOON)
    ):
        with pytest.raises(CannotAnswer):
            answered(ask, Answer(scope, duration, whom, True), HOUSE, NOON, author="", reason="")
        return
    row = answered(ask, Answer(scope, duration, whom, True), HOUSE, NOON, author="x", reason="r")
    after = house(put(ROWS, replace(row, id=9)))
    assert not decide(found, after).stops
    end = row.until
    assert (end is None) == (duration is Duration.ALWAYS)
    if end is not None:
        assert not decide(replace(found, at=end - timedelta(microseconds=1)), after).stops
        assert decide(replace(found, at=end), after).stops
    for other in ("an", "lan"):
        theirs = visit(url, other, **facts)
        if decide(theirs, HOUSE).stops:
            same_tier = whom is Whom.TIER and other == "an"
            assert same_tier or decide(theirs, after).stops


def test_every_way_is_offered_for_something() -> None:
    """Else the test above proves nothing of it."""
    every = {
        (o.scope, o.whom, duration)
        for url, facts in ASKED.items()
        for o in offers(ask_of(*stopped(url, **facts), HOUSE), HOUSE, NOON)
        for duration in o.durations
    }
    assert len(every) == len(Scope) * len(Whom) * len(Duration)


def test_danger_is_opened_for_one_child_a_while_and_after_a_warning() -> None:
    ask = ask_of(*stopped("trick.test/login"), HOUSE)
    found = offers(ask, HOUSE, NOON)
    assert {(o.scope, o.whom, o.confirm) for o in found} == {
        (Scope.PAGE, Whom.CHILD, True),
        (Scope.SITE, Whom.CHILD, True),
    }
    once = Answer(Scope.SITE, Duration.HOUR)
    with pytest.raises(CannotAnswer, match="dangerous"):
        answered(ask, once, HOUSE, NOON, author="", reason="")
    row = answered(ask, replace(once, confirmed=True), HOUSE, NOON, author="", reason="")
    assert isinstance(row, GrantRow)
    assert row.confirmed_twice


def test_confirming_what_is_not_dangerous_lifts_no_security() -> None:
    ask = ask_of(*stopped("adult.test/a"), HOUSE)
    yes = Answer(Scope.SITE, Duration.HOUR, confirmed=True)
    row = answered(ask, yes, HOUSE, NOON, author="", reason="")
    assert isinstance(row, GrantRow)
    assert not row.confirmed_twice


def test_always_is_not_offered_where_a_nearer_rule_would_still_stop_it() -> None:
    def ways(url: str) -> set[tuple[str, str]]:
        ask = ask_of(*stopped(url), HOUSE)
        return {
            (o.scope, o.whom) for o in offers(ask, HOUSE, NOON) if Duration.ALWAYS in o.durations
        }

    assert ways("device.test/") == set()  # the device's rule goes before the child's
    assert ways("www.shut.test/x") == {("page", "child")}  # the site's is less than `=www.`
    assert ways("shut.test/") == {("site", "child"), ("site", "tier")}


def test_answer_at_night_opens_in_the_morning() -> None:
    ask = ask_of(*stopped("adult.test/a"), HOUSE)
    paused = house(replace(ROWS, pauses=(PauseRow(1, "everyone", NOON + timedelta(hours=1)),)))
    assert offers(ask, paused, NOON) == offers(ask, HOUSE, NOON)


@pytest.mark.parametrize(
    ("url", "service", "category", "reason", "expected"),
    [
        ("a.test/", "", "", Reason.RULE, "site"),
        ("a.test/b", "", "", Reason.RULE, "page site"),
        ("a.test/?q", "choi", "", Reason.RULE, "page site service"),
        ("a.test/", "nothing", "", Reason.RULE, "site"),
        ("a.test/", "choi", "games", Reason.SERVICE, "site service category"),
        ("a.test/", "", "adult", Reason.CATEGORY, "site category"),
        ("a.test/", "", "adult", Reason.PAGE_TEXT, "site"),
        ("a.test/", "choi", "phishing", Reason.SECURITY, "site"),
        ("a.test/", "", "phishing", Reason.CATEGORY, "site"),
        ("a.test/", "choi", "shared_hosting", Reason.WAY_AROUND, "site"),
    ],
)
def test_scopes_are_those_that_make_sense(
    url: str, service: str, category: str, reason: Reason, expected: str
) -> None:
    ask = Ask("mai", "", parse_url(f"http://{url}"), reason, service, category)
    assert " ".join(scopes(ask, HOUSE)) == expected


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("a.b.shut.test", "shut.test"),
        ("www.shut.test", "shut.test"),
        ("shut.test", "shut.test"),
        ("mail.cong.test", "mail.cong.test"),
        ("www.mail.cong.test", "mail.cong.test"),
        ("www.cong.test", "cong.test"),
        ("a.pages.test", "a.pages.test"),
        ("x.a.pages.test", "a.pages.test"),
        ("pages.test", "pages.test"),
        ("x.a.blog.test", "a.blog.test"),
        ("blog.test", "blog.test"),
        ("192.0.2.7", "192.0.2.7"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("localhost", "localhost"),
    ],
)
def test_site_is_what_people_take_for_one_and_never_strangers_pages(host: str, site: str) -> None:
    assert site_of(parse_url(f"http://{host}/"), HOUSE) == site


def test_today_ends_with_the_childs_own_day() -> None:
    evening = datetime(2026, 11, 23, 16, 59, tzinfo=UTC)  # 23:59 in Ha Noi
    assert end_of(Duration.TODAY, evening, "mai", HOUSE) == datetime(2026, 11, 23, 17, tzinfo=UTC)
    rows = replace(ROWS, profiles=(ProfileRow("mai", tier="kids", zone="Europe/Berlin"),))
    long_day = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)  # 00:30 on the day of 25 hours
    assert end_of(Duration.TODAY, long_day, "mai", house(rows)) == datetime(
        2026, 10, 25, 23, tzinfo=UTC
    )


HOSTS = st.sampled_from(
    [
        "shut.test",
        "a.shut.test",
        "adult.test",
        "choi.test",
        "x.pages.test",
        "any.test",
        "trick.test",
    ]
)
TARGETS = st.sampled_from(
    ["shut.test", "=a.shut.test", "any.test/a", "any.test", "service:choi", "category:games"]
)
RULES = st.lists(
    st.builds(
        RuleRow,
        id=st.just(0),
        scope=st.sampled_from(["everyone", "tier:kids", "child:mai", "child:an", "device:tablet"]),
        target=TARGETS,
        action=st.sampled_from([Action.BLOCK, Action.ASK, Action.ALLOW, Action.WARN]),
    ),
    max_size=5,
)


@given(rules=RULES, host=HOSTS, path=st.sampled_from(["/", "/a", "/a/b?c=d"]), data=st.data())
@settings(max_examples=150, deadline=None, database=None)
def test_whatever_the_rules_an_answer_opens_it_for_this_child_until_then(
    rules: list[RuleRow], host: str, path: str, data: st.DataObject
) -> None:
    rows = replace(ROWS, rules=tuple(replace(r, id=n) for n, r in enumerate(rules, 1)))
    before = house(rows)
    found = visit(host + path)
    decision = decide(found, before)
    assume(decision.stops)
    ask = ask_of(found, decision, before)
    every = offers(ask, before, NOON)
    assert bool(every) == may_ask(found, decision, before) or decision.verdict is Verdict.WARN
    assume(every)
    one = data.draw(st.sampled_from(every))
    duration = data.draw(st.sampled_from(one.durations))
    yes = Answer(one.scope, duration, one.whom, confirmed=True)
    row = replace(answered(ask, yes, before, NOON, author="", reason=""), id=99)
    after = house(put(rows, row))
    assert not decide(found, after).stops
    if row.until is not None:
        late = replace(found, at=row.until)
        assert decide(late, after).stops
    if one.whom is Whom.CHILD:
        theirs = visit(host + path, "an")
        assert decide(theirs, after) == decide(theirs, before)


def test_reasons_that_can_be_asked_for_are_those_of_orders_6_to_15() -> None:
    assert {reason.value for reason in set(Reason) - ASKABLE} == {
        "malformed",
        "names_disagree",
        "private_destination",
        "port",
        "illegal_material",
        "safe_harbour",
        "own_page",
        "paused",
        "bedtime",
        "lesson",
        "grant",
        "personal_data",
        "message",
        "unknown_device",
        "too_many",
        "bad_certificate",
        "unreachable",
        "internal_error",
    }


def test_lent_offers_end_by_themselves_are_for_a_child_and_not_dangerous() -> None:
    every = (Duration.HOUR, Duration.ALWAYS)
    child = Offer(Scope.SITE, "x.example", Whom.CHILD, every, confirm=False)
    given = [
        child,
        replace(child, whom=Whom.TIER),
        replace(child, confirm=True),
        replace(child, durations=(Duration.ALWAYS,)),
    ]
    assert list(lent(given)) == [replace(child, durations=(Duration.HOUR,))]
