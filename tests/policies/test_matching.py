"""Which rules and grants match a visit, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from kidgate.policies.case import Case
from kidgate.policies.decide import decide
from kidgate.policies.matching import term_matches, type_matches, url_may_matter
from kidgate.policies.model import Action, Facts, Stage, Visit
from kidgate.policies.rows import (
    DeviceRow,
    GrantRow,
    GroupRow,
    ProfileRow,
    RuleRow,
    ServiceRow,
)
from kidgate.policies.snapshot import PolicySnapshot

House = Callable[..., PolicySnapshot]
MakeVisit = Callable[..., Visit]
LATER = datetime(2027, 1, 1, tzinfo=UTC)
GONE = datetime(2026, 1, 1, tzinfo=UTC)


def case_of(visit: Visit, snapshot: PolicySnapshot) -> Case:
    return Case(visit, snapshot, lambda inner: decide(inner, snapshot))


def rules(*rows: tuple[str, str, Action]) -> tuple[RuleRow, ...]:
    """Rules numbered from 1."""
    return tuple(RuleRow(number, *row) for number, row in enumerate(rows, 1))


def matched(visit: Visit, snapshot: PolicySnapshot) -> list[int]:
    return [rule.id for rule in case_of(visit, snapshot).rules]


def test_rules_are_ranked_by_level_then_target_then_action_then_number(
    house: House, visit: MakeVisit
) -> None:
    snapshot = house(
        groups=(GroupRow("5A"),),
        profiles=(ProfileRow("mai", tier="plain", groups=("5A",)),),
        devices=(DeviceRow("tablet", of="mai"),),
        index={"games": ("a.test",)},
        rules=rules(
            ("everyone", "a.test/b", Action.BLOCK),
            ("everyone", "a.test", Action.ALLOW),
            ("everyone", "a.test", Action.BLOCK),
            ("tier:plain", "category:games", Action.ALLOW),
            ("group:5A", "a.test", Action.PASS),
            ("child:mai", "192.0.2.0/24", Action.WARN),
            ("child:mai", "192.0.2.0/24", Action.WARN),
            ("child:mai", "192.0.2.0/24", Action.WATCH),
            ("device:tablet", "a.test", Action.ASK),
        ),
    )
    facts = Facts(addresses=("192.0.2.7",))
    asked = visit("a.test/b/c", device="tablet", facts=facts)
    assert matched(asked, snapshot) == [9, 6, 7, 8, 5, 4, 1, 3, 2]


def test_rules_out_of_force_do_not_match(house: House, visit: MakeVisit) -> None:
    snapshot = house(
        rules=(
            RuleRow(1, "everyone", "a.test", Action.BLOCK, until=GONE),
            RuleRow(2, "everyone", "a.test", Action.BLOCK, when="tue"),
            RuleRow(3, "everyone", "a.test", Action.BLOCK, when="mon", until=LATER),
        )
    )
    assert matched(visit("a.test"), snapshot) == [3]


def test_grants_that_lift_more_come_first(house: House, visit: MakeVisit) -> None:
    snapshot = house(
        profiles=(ProfileRow("mai", tier="plain"), ProfileRow("nam", tier="plain")),
        index={"games": ("a.test",)},
        grants=(
            GrantRow(1, "mai", "a.test", LATER),
            GrantRow(2, "mai", "category:games", LATER, confirmed_twice=True),
            GrantRow(3, "mai", "=a.test", LATER),
            GrantRow(4, "mai", "=a.test", GONE),
            GrantRow(5, "nam", "=a.test", LATER),
        ),
    )
    assert [g.id for g in case_of(visit("a.test"), snapshot).grants] == [2, 3, 1]
    assert case_of(visit("a.test", child=None), snapshot).grants == []


def test_a_url_rule_waits_for_the_path(house: House, visit: MakeVisit) -> None:
    snapshot = house(rules=rules(("everyone", "a.test/b", Action.BLOCK)))
    assert matched(visit("a.test/b", stage=Stage.HELLO), snapshot) == []
    assert matched(visit("a.test/b"), snapshot) == [1]


def test_an_address_rule_opens_only_when_all_addresses_lie_in_it(
    house: House, visit: MakeVisit
) -> None:
    snapshot = house(
        rules=rules(
            ("everyone", "192.0.2.0/24", Action.ALLOW),
            ("everyone", "192.0.2.0/24", Action.BLOCK),
            ("everyone", "192.0.2.0/24", Action.WATCH),
        )
    )
    mixed = Facts(addresses=("203.0.113.1", "192.0.2.7"))
    inside = Facts(addresses=("64:ff9b::c000:207", "192.0.2.7"))
    assert matched(visit("a.test", facts=mixed), snapshot) == [2, 3]
    assert matched(visit("a.test", facts=inside), snapshot) == [2, 1, 3]
    assert matched(visit("a.test"), snapshot) == []
    assert matched(visit("http://192.0.2.7"), snapshot) == [2, 1, 3]


def test_a_category_rule_matches_what_feeds_and_services_say(
    house: House, visit: MakeVisit
) -> None:
    snapshot = house(
        services=(ServiceRow("choi", hosts=("choi.test",), categories=("games",)),),
        index={"games": ("a.test",)},
        rules=rules(("everyone", "category:games", Action.BLOCK)),
    )
    assert matched(visit("a.test"), snapshot) == [1]
    assert matched(visit("www.choi.test"), snapshot) == [1]
    assert matched(visit("b.test"), snapshot) == []


def test_url_may_matter_when_a_rule_grant_or_service_names_a_path(
    house: House, visit: MakeVisit
) -> None:
    snapshot = house(
        profiles=(ProfileRow("mai", tier="plain"), ProfileRow("nam", tier="plain")),
        services=(ServiceRow("hoc", urls=("cong.test/hoc",)),),
        rules=(
            RuleRow(1, "child:mai", "a.test/b", Action.BLOCK),
            RuleRow(2, "child:mai", "old.test/b", Action.BLOCK, until=GONE),
        ),
        grants=(GrantRow(1, "mai", "g.test/b", LATER),),
    )

    def matters(url: str, child: str) -> bool:
        return url_may_matter(case_of(visit(url, child=child), snapshot))

    assert [matters(url, "mai") for url in ("a.test", "g.test", "cong.test")] == [True] * 3
    assert [matters(url, "nam") for url in ("a.test", "g.test", "cong.test")] == [
        False,
        False,
        True,
    ]
    assert not matters("old.test", "mai")
    assert not matters("www.a.test", "mai")


@pytest.mark.parametrize(
    ("pattern", "content_type", "expected"),
    [
        ("video/*", "video/mp4", True),
        ("video/mp4", "video/mp4", True),
        ("video/mp4", "video/mp4v", False),
        ("*/*", "text/html", True),
        ("*/json", "application/json", True),
        ("video/*", "audio/mp4", False),
        ("video/*", "", False),
        ("*/*", "", False),
    ],
)
def test_type_matches_by_its_halves(pattern: str, content_type: str, expected: bool) -> None:
    assert type_matches(pattern, content_type) is expected


@pytest.mark.parametrize(
    ("term", "said", "expected"),
    [
        ("cá độ", "cá độ", True),
        ("cá độ", "cách cá độ online", True),
        ("cá độ", "cá độc", False),
        ("cá độ", "con cá", False),
        ("lon", "lonely", False),
        ("porn", '"porn"', True),
        ("porn", "porn.", True),
        ("porn", "free-porn!", True),
        ("porn", "p.o.r.n", False),
        ("forbidden-phrase", "forbidden-phrase", True),
        ("forbidden-phrase", "a forbidden phrase", True),
        ("c++", "learn c++", True),
        ("c++", "vitamin c", False),
        ("b2b", "b2b", True),
        ("!", "wow !", True),
        ("!", "wow", False),
    ],
)
def test_term_matches_whole_words_whatever_signs_are_around(
    term: str, said: str, expected: bool
) -> None:
    assert term_matches(term, said) is expected
