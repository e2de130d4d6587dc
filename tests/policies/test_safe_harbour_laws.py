"""No policy blocks a place where people in need find help, nor tells who went there.

The places are those of `tiers/safe_harbour.yaml`, help lines and health education alike. What they
cannot be held against is order 0 and 1 of DESIGN 4: a malformed request, a port or an address where
no help line is, material that is illegal.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.documents.builtin import load_builtin, load_help
from kidgate.documents.case_index import CaseIndex
from kidgate.policies.compile import compile_snapshot
from kidgate.policies.decide import decide
from kidgate.policies.journal import entry_of
from kidgate.policies.model import (
    Action,
    Decision,
    Facts,
    JournalLevel,
    Reason,
    Stage,
    Verdict,
    Visit,
)
from kidgate.policies.names import parse_url
from kidgate.policies.rows import (
    Builtin,
    DeviceRow,
    GrantRow,
    GroupRow,
    PauseRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    ServiceRow,
    Settings,
    TierRow,
)
from kidgate.policies.snapshot import PolicySnapshot

FAST = settings(max_examples=100, deadline=None, database=None)
DEEP = settings(max_examples=2000, deadline=None, database=None)
TIERS, SERVICES, BUILTIN = load_builtin()
HOSTS = BUILTIN.safe_harbour
CATEGORIES = (
    *("adult", "self_harm", "grooming", "bullying", "hate", "scam", "drugs", "helpline", "health"),
    *("sexual_education", "shared_hosting", "doh", "upgrade", "ech", "unasked_address"),
)
CONTENT = ("adult", "self_harm", "grooming", "bullying", "hate", "scam", "drugs", "gore")
TERMS = ("tự tử", "111", "help", "sex education")
ACTIONS = st.sampled_from(Action)
SCORES = st.dictionaries(st.sampled_from(CONTENT), st.floats(0, 100), max_size=4)
MOMENTS = st.integers(0, 20 * 366 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
FOREVER = datetime(2042, 1, 1, tzinfo=UTC)
SOME_TERMS = st.lists(st.sampled_from(TERMS), max_size=2, unique=True).map(tuple)


def some_actions(*keys: str) -> st.SearchStrategy[dict[str, Action]]:
    return st.dictionaries(st.sampled_from(keys), ACTIONS, max_size=4)


TIER = st.builds(
    TierRow,
    key=st.just("t"),
    mode=st.sampled_from(["allow_list", "deny_list"]),
    categories=some_actions(*CATEGORIES),
    services=some_actions("help"),
    ways_around=some_actions(*CATEGORIES, "address_literal", "other_address"),
    content_types=some_actions("*/*", "text/html", "video/*"),
    default=ACTIONS,
    safe_search=st.booleans(),
    youtube=st.sampled_from(["off", "moderate", "strict"]),
    text_limits=SCORES,
    image_limits=SCORES,
    message_limits=SCORES,
    personal_data=ACTIONS,
    search_terms=SOME_TERMS,
    search_alerts=SOME_TERMS,
    search_help=SOME_TERMS,
    videos=st.sampled_from([(), ("@behoc",)]),
    unjudged=ACTIONS,
    hours=st.sampled_from(["", "weekdays 06:00-06:01"]),
    bedtime=st.sampled_from(["", "daily"]),
    quotas=st.dictionaries(
        st.sampled_from(["all", "service:help", "category:health", "each:health"]),
        st.integers(0, 60),
        max_size=3,
    ),
    journal=st.sampled_from(JournalLevel),
    notify=st.sampled_from([(), ("self_harm", "message", "personal_data", "security")]),
)


@st.composite
def rules(draw: st.DrawFn, host: str) -> tuple[RuleRow, ...]:
    targets = (
        *(host, f"={host}", f"{host}/nhan-tin", "service:help", "type:*/*", "0.0.0.0/0", "::/0"),
        *(f"category:{key}" for key in CATEGORIES[:9]),
        *(f"term:{term}" for term in TERMS),
    )
    row = st.builds(
        RuleRow,
        id=st.just(0),
        scope=st.sampled_from(["everyone", "tier:t", "group:5A", "child:mai", "device:tablet"]),
        target=st.sampled_from(targets),
        action=ACTIONS,
        when=st.sampled_from(["", "daily 00:00-23:59"]),
        until=st.none() | MOMENTS,
        safe_search=st.booleans(),
    )
    found = draw(st.lists(row, max_size=5))
    return tuple(replace(row, id=number) for number, row in enumerate(found, 1))


@st.composite
def policies(draw: st.DrawFn, host: str) -> PolicyRows:
    house = Settings(
        unknown_tier=draw(st.sampled_from(["plain", "t"])),
        security=draw(st.sampled_from([(), ("phishing", *CATEGORIES)])),
        never_decrypt=draw(st.sampled_from([(), CATEGORIES])),
        own_names=draw(st.sampled_from([("kidgate.home.arpa",), (host,)])),
        trusted=draw(st.sampled_from([(), (host,)])),
        genuine=draw(st.sampled_from([(), (host,)])),
        safe_harbour=draw(st.sampled_from([(), ("khac.test",)])),
    )
    grants = st.builds(
        GrantRow,
        id=st.just(1),
        child=st.just("mai"),
        target=st.just(host),
        until=MOMENTS,
        confirmed_twice=st.booleans(),
    )
    return PolicyRows(
        settings=house,
        tiers=(draw(TIER),),
        services=(ServiceRow("help", hosts=(host,), categories=("health",)),),
        groups=(GroupRow("5A"),),
        profiles=(ProfileRow("mai", tier="t", groups=("5A",)), ProfileRow("an", tier="plain")),
        devices=(DeviceRow("tablet", of="mai"), DeviceRow("tv", trusts_ca=False)),
        rules=draw(rules(host)),
        grants=tuple(draw(st.lists(grants, max_size=1))),
        pauses=draw(st.sampled_from([(), (PauseRow(1, "everyone", FOREVER),)])),
    )


FACTS = st.builds(
    Facts,
    addresses=st.sampled_from([(), ("203.0.113.1", "2001:db8::1")]),
    initiator=st.sampled_from(["", "xau.test"]),
    content_type=st.sampled_from(["", "text/html", "video/mp4"]),
    search_terms=SOME_TERMS,
    text=SCORES,
    images=SCORES,
    video=st.sampled_from([(), ("video:abcDEF_-123", "@khac")]),
    personal_data=st.sampled_from([(), ("phone", "name", "address")]),
    logging_in=st.booleans(),
    messages=SCORES,
    threats=st.dictionaries(st.sampled_from(["impersonation", "scam"]), st.floats(0, 100)),
    unjudged=st.sampled_from(["", "too large", "unknown coding"]),
    minutes=st.dictionaries(
        st.sampled_from(["all", "service:help", "category:health"]), st.floats(0, 9999)
    ),
    warned=st.booleans(),
    tunnel=st.sampled_from(["", "doh", "upgrade", "ech", "unasked_address", "other_address"]),
    pinned=st.booleans(),
)
ZERO_AND_ONE = {"malformed", "illegal"}  # what the law leaves out
PATHS = ("", "/", "/nhan-tin", "/tim?q=t%E1%BB%B1+t%E1%BB%AD", "/sex-education/111")


@st.composite
def situations(draw: st.DrawFn) -> tuple[PolicyRows, Visit, tuple[str, ...]]:
    """A policy made to fit a place of help, somebody who goes there, and what feeds say of it."""
    host = draw(st.sampled_from(HOSTS))
    below = draw(st.sampled_from(["", "www.", "chat.a."]))
    scheme = draw(st.sampled_from(["https", "http"]))
    visit = Visit(
        url=parse_url(f"{scheme}://{below}{host}{draw(st.sampled_from(PATHS))}"),
        at=draw(MOMENTS),
        child=draw(st.sampled_from(["mai", "an", "nobody", None])),
        device=draw(st.sampled_from(["tablet", "tv", "nothing", None])),
        stage=draw(st.sampled_from(Stage)),
        method=draw(st.sampled_from(["GET", "POST"])),
        other_names=draw(st.sampled_from([(), (below + host,)])),
        facts=draw(FACTS),
    )
    named = draw(st.lists(st.sampled_from(("phishing", *CATEGORIES[:9])), unique=True))
    return draw(policies(host)), visit, tuple(named)


def house(rows: PolicyRows, small: Builtin, named: tuple[str, ...], host: str) -> PolicySnapshot:
    """The small house with the shipped harbour."""
    plain = TierRow("plain", age_tier=True)
    builtin = replace(small, safe_harbour=HOSTS)
    snapshot = compile_snapshot(rows, builtin, tiers=(plain,), services=(), id="1")
    return snapshot.with_index(CaseIndex.of(dict.fromkeys(named, (host,))))


def says_nothing(visit: Visit, decision: Decision) -> bool:
    """Whether an entry of it, at any level, tells neither who nor where."""
    for level in JournalLevel:
        entry = entry_of(visit, decision, level, id="e1", address="192.0.2.9")
        told = (entry.host, entry.url, entry.child, entry.device, entry.address, entry.category)
        if any(told) or visit.url.host in entry.to_line():
            return False
    return True


def holds(situation: tuple[PolicyRows, Visit, tuple[str, ...]], small: Builtin) -> None:
    rows, visit, named = situation
    decision = decide(visit, house(rows, small, named, visit.url.host))
    assert (decision.verdict, decision.reason) == (Verdict.ALLOW, Reason.SAFE_HARBOUR)
    assert (decision.watch, decision.notice, decision.rewrite) == (False, None, None)
    assert says_nothing(visit, decision)


@FAST
@given(situation=situations())
def test_help_is_open_and_quiet_whatever_the_policy_and_the_page(
    situation: tuple[PolicyRows, Visit, tuple[str, ...]], small: Builtin
) -> None:
    holds(situation, small)


@pytest.mark.deep
def test_help_is_open_and_quiet_for_many_more_policies(small: Builtin) -> None:
    DEEP(given(situation=situations())(lambda situation: holds(situation, small)))()


def test_the_law_tries_every_fact_and_every_setting_of_a_tier() -> None:
    """A field that is new must be tried too, or be named here as one that cannot stop a visit."""
    tried = set(FACTS.wrapped_strategy.kwargs)  # type: ignore[attr-defined]
    assert {spec.name for spec in fields(Facts)} - tried == ZERO_AND_ONE | {"resource"}
    of_tier = set(TIER.wrapped_strategy.kwargs)  # type: ignore[attr-defined]
    unasked = {"title", "min_age", "age_tier", "zone", "notice_minutes", "ai_label"}
    assert {spec.name for spec in fields(TierRow)} - of_tier == unasked


def test_the_law_is_about_help_lines_and_health_education() -> None:
    kinds = {place.kind for place in load_help().places if place.host in HOSTS}
    assert {"child_helpline", "crisis", "sexual_health", "violence", "abuse_report"} <= kinds


@pytest.mark.parametrize("tier", TIERS, ids=lambda tier: tier.key)
def test_every_place_is_open_in_every_shipped_tier_however_bad_its_words_look(
    tier: TierRow,
) -> None:
    """At midnight, with every score at its highest and nothing readable."""
    rows = PolicyRows(profiles=(ProfileRow("mai", tier=tier.key),))
    snapshot = compile_snapshot(rows, BUILTIN, tiers=TIERS, services=SERVICES, id="1")
    snapshot = snapshot.with_index(CaseIndex.of({"self_harm": HOSTS, "phishing": HOSTS}))
    worst = dict.fromkeys(CONTENT, 100.0)
    facts = Facts(
        text=worst,
        images=worst,
        messages=worst,
        threats={"impersonation": 100.0},
        personal_data=("phone", "name"),
        search_terms=("porn", "tự tử"),
        unjudged="too large",
        minutes={"all": 9999.0},
    )
    midnight = datetime(2026, 11, 23, 17, tzinfo=UTC)
    for host in HOSTS:
        for stage in (Stage.DNS, Stage.REQUEST, Stage.MESSAGE):
            visit = Visit(parse_url(f"https://{host}/"), midnight, "mai", stage=stage, facts=facts)
            decision = decide(visit, snapshot)
            assert (decision.verdict, decision.reason) == (Verdict.ALLOW, Reason.SAFE_HARBOUR)
            assert says_nothing(visit, decision)
