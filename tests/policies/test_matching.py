"""Which rules and grants match a visit, and which of them wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kidgate.policies.decide import decide
from kidgate.policies.matching import term_matches, type_matches
from kidgate.policies.model import Action, Facts, Stage, Verdict, Visit
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


def rules(*rows: tuple[str, str, Action]) -> tuple[RuleRow, ...]:
    """Rules numbered from 1."""
    return tuple(RuleRow(number, *row) for number, row in enumerate(rows, 1))


def ranking(visit: Visit, house: House, rows: tuple[RuleRow, ...], **more: object) -> list[int]:
    """The rules in the order in which they win: the winner is taken away until none is left."""
    found = []
    while True:
        winner = decide(visit, house(rules=rows, **more)).rule_id
        if winner is None:
            return found
        found.append(winner)
        rows = tuple(row for row in rows if row.id != winner)


def test_rules_win_by_level_then_target_then_action_then_number(
    house: House, visit: MakeVisit
) -> None:
    rows = rules(
        ("everyone", "a.test/b", Action.BLOCK),
        ("everyone", "a.test", Action.ALLOW),
        ("everyone", "a.test", Action.BLOCK),
        ("tier:plain", "category:games", Action.ALLOW),
        ("group:5A", "a.test", Action.PASS),
        ("child:mai", "192.0.2.0/24", Action.WARN),
        ("child:mai", "192.0.2.0/24", Action.WARN),
        ("child:mai", "192.0.2.0/24", Action.WATCH),
        ("device:tablet", "a.test", Action.ASK),
        ("child:mai", "b.test", Action.BLOCK),
        ("device:phone", "a.test", Action.BLOCK),
    )
    asked = visit("a.test/b/c", device="tablet", facts=Facts(addresses=("192.0.2.7",)))
    order = ranking(
        asked,
        house,
        rows,
        groups=(GroupRow("5A"),),
        profiles=(ProfileRow("mai", tier="plain", groups=("5A",)),),
        devices=(DeviceRow("tablet", of="mai"), DeviceRow("phone", of="mai")),
        index={"games": ("a.test",)},
    )
    assert order == [9, 6, 7, 5, 4, 1, 3, 2]


def test_rules_out_of_force_do_not_match(house: House, visit: MakeVisit) -> None:
    rows = (
        RuleRow(1, "everyone", "a.test", Action.BLOCK, until=GONE),
        RuleRow(2, "everyone", "a.test", Action.BLOCK, when="tue"),
        RuleRow(3, "everyone", "a.test", Action.BLOCK, when="mon", until=LATER),
    )
    assert ranking(visit("a.test"), house, rows) == [3]


def test_grants_that_lift_more_come_first(house: House, visit: MakeVisit) -> None:
    rows = (
        GrantRow(1, "mai", "a.test", LATER),
        GrantRow(2, "mai", "category:games", LATER, confirmed_twice=True),
        GrantRow(3, "mai", "=a.test", LATER),
        GrantRow(4, "mai", "=a.test", GONE),
        GrantRow(5, "nam", "=a.test", LATER),
    )
    profiles = (ProfileRow("mai", tier="plain"), ProfileRow("nam", tier="plain"))

    def winner(grants: tuple[GrantRow, ...], asked: Visit) -> int | None:
        snapshot = house(grants=grants, profiles=profiles, index={"games": ("a.test",)})
        return decide(asked, snapshot).rule_id

    assert winner(rows, visit("a.test")) == 2
    assert winner((rows[0], *rows[2:]), visit("a.test")) == 3
    assert winner((rows[0], *rows[3:]), visit("a.test")) == 1
    assert winner(rows[3:], visit("a.test")) is None
    assert winner(rows, visit("a.test", child=None)) is None


def test_a_url_rule_waits_for_the_path(house: House, visit: MakeVisit) -> None:
    snapshot = house(rules=rules(("everyone", "a.test/b", Action.BLOCK)))
    assert decide(visit("a.test/b", stage=Stage.HELLO), snapshot).verdict is Verdict.UNDECIDED
    assert decide(visit("a.test/b"), snapshot).verdict is Verdict.BLOCK


@pytest.mark.parametrize(
    ("url", "addresses", "action", "matches"),
    [
        ("a.test", ("203.0.113.1", "192.0.2.7"), Action.BLOCK, True),
        ("a.test", ("203.0.113.1", "192.0.2.7"), Action.ASK, True),
        ("a.test", ("203.0.113.1", "192.0.2.7"), Action.ALLOW, False),
        ("a.test", ("203.0.113.1", "192.0.2.7"), Action.PASS, False),
        ("a.test", ("64:ff9b::c000:207", "192.0.2.7"), Action.ALLOW, True),
        ("a.test", ("64:ff9b::c000:207",), Action.BLOCK, True),
        ("a.test", (), Action.BLOCK, False),
        ("a.test", (), Action.ALLOW, False),
        ("http://192.0.2.7", (), Action.BLOCK, True),
        ("http://192.0.2.7", ("192.0.2.7",), Action.ALLOW, True),
    ],
)
def test_an_address_rule_opens_only_when_all_addresses_lie_in_it(
    house: House,
    visit: MakeVisit,
    url: str,
    addresses: tuple[str, ...],
    action: Action,
    *,
    matches: bool,
) -> None:
    snapshot = house(rules=rules(("everyone", "192.0.2.0/24", action)))
    decision = decide(visit(url, facts=Facts(addresses=addresses)), snapshot)
    assert (decision.rule_id == 1) is matches


def test_a_category_rule_matches_what_feeds_and_services_say(
    house: House, visit: MakeVisit
) -> None:
    snapshot = house(
        services=(ServiceRow("choi", hosts=("choi.test",), categories=("games",)),),
        index={"games": ("a.test",)},
        rules=rules(("everyone", "category:games", Action.BLOCK)),
    )
    stops = [decide(visit(url), snapshot).stops for url in ("a.test", "www.choi.test", "b.test")]
    assert stops == [True, True, False]


def test_a_name_is_undecided_when_a_rule_grant_or_service_in_force_names_a_path(
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

    def undecided(url: str, child: str) -> bool:
        asked = visit(url, child=child, stage=Stage.HELLO)
        later = decide(replace(asked, stage=Stage.REQUEST), snapshot)
        assert later.verdict is Verdict.ALLOW
        return decide(asked, snapshot).verdict is Verdict.UNDECIDED

    hosts = ("a.test", "g.test", "cong.test", "old.test", "www.a.test")
    assert [undecided(host, "mai") for host in hosts] == [True, True, True, False, False]
    assert [undecided(host, "nam") for host in hosts] == [False, False, True, False, False]


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
