"""What a visit asks of the feeds, and how far an entry speaks for a site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from kidgate.policies.decide import decide
from kidgate.policies.model import (
    ASKED,
    Action,
    Asked,
    Facts,
    Hit,
    Stage,
    Verdict,
    Visit,
)
from kidgate.policies.names import parse_url
from kidgate.policies.rows import DeviceRow, TierRow
from kidgate.policies.snapshot import PolicySnapshot

House = Callable[..., PolicySnapshot]
MakeVisit = Callable[..., Visit]


@dataclass(slots=True)
class Index:
    """Says the same of every host, and keeps what it was asked."""

    hits: tuple[Hit, ...] = ()
    waits: bool = False
    asked: list[tuple[str, str, Asked]] = field(default_factory=list)

    def find(self, host: str, target: str = "", asked: Asked = ASKED) -> tuple[Hit, ...]:
        self.asked.append((host, target, asked))
        return self.hits

    def may_depend_on_url(self, host: str) -> bool:
        return self.waits


def test_feeds_are_asked_with_all_that_is_known(house: House, visit: MakeVisit) -> None:
    index = Index()
    facts = Facts(addresses=("192.0.2.1",), initiator="page.test", resource="script")
    asked = visit("http://a.test:8080/b?c", facts=facts)
    decide(asked, house().with_index(index))
    decide(replace(asked, stage=Stage.HELLO), house().with_index(index))
    known = Asked("http", 8080, "page.test", "script", ("192.0.2.1",))
    assert index.asked == [("a.test", "/b?c", known), ("a.test", "", known)]


@pytest.mark.parametrize(
    ("entry", "allowed"),
    [
        ("www.a.test", True),
        ("a.test", True),
        ("a.test/b", True),
        ("192.0.2.0/24", False),  # whoever owns a name chooses where it leads
        ("||*.test^", False),
        ("/kids/", False),
        ("st", False),
    ],
)
def test_an_allow_list_opens_what_its_entry_names(
    house: House, visit: MakeVisit, entry: str, allowed: bool
) -> None:
    tier = TierRow("young", mode="allow_list", categories={"kids": Action.ALLOW})
    snapshot = house(tier=tier).with_index(Index((Hit("kids", "list", entry),)))
    assert (decide(visit("www.a.test/b"), snapshot).verdict is Verdict.ALLOW) is allowed


@pytest.mark.parametrize("stage", [Stage.DNS, Stage.HELLO])
def test_a_page_of_a_feed_keeps_an_allowed_site_undecided(
    house: House, visit: MakeVisit, stage: Stage
) -> None:
    asked = visit("a.test/b", stage=stage)
    assert decide(asked, house().with_index(Index())).verdict is Verdict.ALLOW
    assert decide(asked, house().with_index(Index(waits=True))).verdict is Verdict.UNDECIDED
    assert decide(asked, house().with_index(None)).verdict is Verdict.BLOCK


def test_a_page_of_a_feed_leaves_a_blocked_site_blocked(house: House, visit: MakeVisit) -> None:
    tier = TierRow("young", categories={"games": Action.BLOCK})
    snapshot = house(tier=tier).with_index(Index((Hit("games", "list", "a.test"),), waits=True))
    assert decide(visit("a.test", stage=Stage.DNS), snapshot).verdict is Verdict.BLOCK


def test_a_page_of_a_feed_opens_no_connection_that_stays_closed(
    house: House, visit: MakeVisit
) -> None:
    snapshot = house(devices=(DeviceRow("tv", of="mai", trusts_ca=False),))
    snapshot = snapshot.with_index(Index(waits=True))
    for asked in (
        visit("a.test", stage=Stage.HELLO, device="tv"),
        visit("www.bank.test", stage=Stage.HELLO),
    ):
        decision = decide(asked, snapshot)
        assert (decision.verdict, decision.decrypt) == (Verdict.ALLOW, False)
    plain = replace(visit("a.test"), url=parse_url("http://a.test/"), stage=Stage.DNS)
    assert decide(plain, snapshot).verdict is Verdict.UNDECIDED
