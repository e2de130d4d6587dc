"""What becomes of a likeness: when it counts, for which hosts it is asked, what a decision tells.

What looks like what is `kidgate.content.lookalike`'s; here a likener says it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from kidgate.policies.decide import decide
from kidgate.policies.likeness import Evidence, Likeness
from kidgate.policies.model import Facts, Reason, Stage, Verdict, Visit
from kidgate.policies.rows import Builtin, GrantRow, ServiceRow, Settings
from kidgate.policies.snapshot import PolicySnapshot
from tests.policies.conftest import NOON, SMALL

House = Callable[..., PolicySnapshot]
MakeVisit = Callable[..., Visit]


class Asked:
    """A likener that says the same of every host, and remembers which it was asked for."""

    def __init__(self, score: float) -> None:
        self.hosts: list[str] = []
        self.likeness = Likeness(
            "bank", "Ngân hàng", "Bank", "bank", "www.bank.test", score, (Evidence("x", "", score),)
        )

    def __call__(self, host: str) -> Likeness | None:
        self.hosts.append(host)
        return self.likeness


@pytest.mark.parametrize(
    ("score", "verdict"),
    [
        (0, Verdict.ALLOW),
        (49.9, Verdict.ALLOW),
        (50, Verdict.WARN),
        (79.9, Verdict.WARN),
        (80, Verdict.BLOCK),
        (100, Verdict.BLOCK),
    ],
)
def test_likeness_warns_and_blocks_by_its_score(
    house: House, visit: MakeVisit, score: float, verdict: Verdict
) -> None:
    decision = decide(visit("a.test"), house().with_likeness(Asked(score)))
    assert decision.verdict is verdict
    if verdict is not Verdict.ALLOW:
        assert (decision.reason, decision.category) == (Reason.SECURITY, "impersonation")
        assert str(decision.source) == f"analyser impersonation: www.bank.test {score:.0f}"
        assert decision.likeness is not None and decision.likeness.site == "www.bank.test"
    else:
        assert decision.likeness is None


def test_warning_is_passed_once_it_was_read(house: House, visit: MakeVisit) -> None:
    snapshot = house().with_likeness(Asked(60))
    decision = decide(visit("a.test", facts=Facts(warned=True)), snapshot)
    assert decision.verdict is Verdict.ALLOW
    assert decision.watch


def test_the_worse_of_likeness_and_other_threats_counts(house: House, visit: MakeVisit) -> None:
    snapshot = house().with_likeness(Asked(60))
    facts = Facts(threats={"deepfake": 90.0})
    worse = decide(visit("a.test", facts=facts), snapshot)
    assert (worse.verdict, str(worse.source)) == (Verdict.BLOCK, "analyser deepfake: 90")
    milder = decide(visit("a.test", facts=Facts(threats={"deepfake": 55.0})), snapshot)
    assert (milder.verdict, milder.category) == (Verdict.WARN, "impersonation")


@pytest.mark.parametrize(("score", "told"), [(80, True), (40, False)])
def test_a_list_that_names_the_site_comes_first_and_the_true_site_is_told(
    house: House, visit: MakeVisit, score: float, told: bool
) -> None:
    snapshot = house(index={"phishing": ("a.test",)}).with_likeness(Asked(score))
    decision = decide(visit("a.test"), snapshot)
    assert str(decision.source) == "feed phishing: a.test"
    assert (decision.likeness is not None) == told


def test_host_is_asked_for_once(house: House, visit: MakeVisit) -> None:
    asked = Asked(0)
    snapshot = house().with_likeness(asked)
    for path in ("", "/x", "/y?z"):
        decide(visit(f"a.test{path}"), snapshot)
        decide(visit(f"a.test{path}", stage=Stage.HELLO), snapshot)
    assert asked.hosts == ["a.test"]


KNOWN = Builtin(
    safe_harbour=("giup.test",),
    never_decrypt=("bank.test",),
    safe_search=SMALL.safe_search,
    front_ends=SMALL.front_ends,
    suffixes=("test", "pages.test"),
    shared_hosting=("blog.test",),
)


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("giup.test", True),
        ("chat.giup.test", True),
        ("www.bank.test", True),
        ("tim.test", True),
        ("dich.test", True),
        ("that.test", True),
        ("www.that.test", True),
        ("quan.test", True),
        ("tra.test", True),
        ("kidgate.home.arpa", True),
        ("la.test", False),
        ("nothat.test", False),
        # A service's or hosting's name vouches for none of the strangers below it.
        ("bank.blog.test", False),
        ("bank.pages.test", False),
    ],
)
def test_known_hosts_are_not_asked_for(
    house: House, visit: MakeVisit, host: str, known: bool
) -> None:
    asked = Asked(100)
    service = ServiceRow("quan", hosts=("quan.test", "blog.test"), payment_hosts=("tra.test",))
    snapshot = house(
        builtin=KNOWN,
        services=(service,),
        settings=Settings(unknown_tier="plain", genuine=("that.test", "pages.test")),
    ).with_likeness(asked)
    decide(visit(host), snapshot)
    assert (asked.hosts == []) == known


def test_a_page_inside_a_front_end_is_judged_by_its_own_likeness(
    house: House, visit: MakeVisit
) -> None:
    asked = Asked(100)
    decision = decide(visit("dich.test/trang?u=http://la.test/"), house().with_likeness(asked))
    assert (decision.verdict, decision.reason) == (Verdict.BLOCK, Reason.SECURITY)
    assert decision.likeness == asked.likeness
    assert asked.hosts == ["la.test"]


@pytest.mark.parametrize(("twice", "verdict"), [(True, Verdict.ALLOW), (False, Verdict.BLOCK)])
def test_grant_lifts_a_likeness_when_it_was_confirmed_twice(
    house: House, visit: MakeVisit, twice: bool, verdict: Verdict
) -> None:
    until = NOON + timedelta(days=1)
    grant = GrantRow(1, "mai", "a.test", until, confirmed_twice=twice)
    snapshot = house(grants=(grant,)).with_likeness(Asked(90))
    assert decide(visit("a.test"), snapshot).verdict is verdict


def test_with_likeness_leaves_the_old_snapshot_as_it_was(house: House, visit: MakeVisit) -> None:
    old = house()
    assert decide(visit("a.test"), old.with_likeness(Asked(90))).verdict is Verdict.BLOCK
    assert decide(visit("a.test"), old).verdict is Verdict.ALLOW
    assert replace(old) == old.with_likeness(Asked(90))
