"""What is odd in a policy that compiles."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kidgate.policies.lint import findings, service_findings
from kidgate.policies.model import Action
from kidgate.policies.opened import still_house
from kidgate.policies.rows import (
    Builtin,
    DeviceRow,
    GrantRow,
    GroupRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    ServiceRow,
    Settings,
    TierRow,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_nothing_is_odd_when_everybody_has_what_they_need() -> None:
    rows = PolicyRows(
        groups=(GroupRow("8A"),),
        profiles=(ProfileRow("mai", tier="9-12", groups=("8A",)),),
        devices=(DeviceRow("tablet", of="mai", addresses=("127.0.0.5",)),),
        rules=(
            RuleRow(1, "everyone", "a.example", Action.BLOCK),
            RuleRow(2, "everyone", "a.example", Action.ALLOW, when="daily 08:00-09:00"),
        ),
    )
    assert findings(rows, NOW) == []


def test_each_oddity_is_told_when_there_is_one() -> None:
    rows = PolicyRows(
        groups=(GroupRow("8A"),),
        profiles=(ProfileRow("mai"),),
        devices=(DeviceRow("tablet"), DeviceRow("phone", of="mai", login="phone")),
        rules=(
            RuleRow(1, "everyone", "a.example", Action.BLOCK, until=NOW),
            RuleRow(2, "everyone", "a.example", Action.BLOCK),
            RuleRow(3, "everyone", "https://A.example/", Action.ALLOW),
        ),
    )
    assert [line.partition(";")[0] for line in findings(rows, NOW)] == [
        "rule 1 is over since 2026-11-23T09:00:00+00:00",
        "rules 2 and 3 are both about a.example for everyone",
        "profile mai has neither birth date nor tier",
        "device tablet has no address and no log-in",
        "device tablet is nobody's",
        "device phone has a log-in without a password",
        "group 8A is empty",
    ]


# --- services ---

CHAT = ServiceRow("chat", "Chat", hosts=("chat.example",), categories=("chat",), min_age=13)
TIERS = (
    TierRow("plain", age_tier=True, categories={"chat": Action.BLOCK}),
    TierRow("bold", services={"chat": Action.ALLOW}),
)
MAI = ProfileRow("mai", born=date(2016, 5, 1))


def odd(rows: PolicyRows) -> list[str]:
    services = {row.key: row for row in (CHAT, *rows.services)}
    return service_findings(
        rows, still_house(rows, Builtin(suffixes=("example",)), TIERS, services, NOW)
    )


@pytest.mark.parametrize(
    ("profile", "rules", "said"),
    [
        (MAI, (), []),
        (MAI, (RuleRow(4, "child:mai", "service:chat", Action.ALLOW),), ["rule 4 opens Chat"]),
        (MAI, (RuleRow(4, "everyone", "category:chat", Action.ALLOW),), ["rule 4 opens Chat"]),
        (MAI, (RuleRow(4, "everyone", "chat.example", Action.ALLOW),), ["rule 4 opens Chat"]),
        (MAI, (RuleRow(4, "child:mai", "service:chat", Action.ASK),), []),
        (ProfileRow("mai", born=date(2016, 5, 1), tier="bold"), (), ["tier bold opens Chat"]),
        (ProfileRow("mai", tier="bold"), (), []),
        (ProfileRow("mai", born=date(2013, 11, 23), tier="bold"), (), []),
        (ProfileRow("mai", born=date(2013, 11, 24), tier="bold"), (), ["tier bold opens Chat"]),
    ],
)
def test_a_service_is_odd_when_an_adult_s_word_opens_it_below_its_own_age(
    profile: ProfileRow, rules: tuple[RuleRow, ...], said: list[str]
) -> None:
    rows = PolicyRows(settings=Settings(unknown_tier="plain"), profiles=(profile,), rules=rules)
    found = odd(rows)
    assert [line.partition(" (")[0] for line in found] == said
    for line in found:
        assert line.endswith("; by its own terms it is from 13")


def test_a_grant_is_odd_too_while_it_lasts() -> None:
    later = datetime(2026, 11, 24, tzinfo=UTC)
    grants = (GrantRow(2, "mai", "service:chat", later),)
    rows = PolicyRows(settings=Settings(unknown_tier="plain"), profiles=(MAI,), grants=grants)
    assert [line.partition(" (")[0] for line in odd(rows)] == ["grant 2 opens Chat"]


def test_services_are_odd_when_they_cannot_be_what_their_author_thinks() -> None:
    services = (ServiceRow("all", hosts=("example",)), ServiceRow("mine", aliases=("Chat!",)))
    assert odd(PolicyRows(settings=Settings(unknown_tier="plain"), services=services)) == [
        "service all is every site below example; name the site's own host",
        "service mine is never found as Chat!: that is service chat",
    ]
