"""Running conformance cases: what passed, what missed and why, and policies that do not compile."""

from __future__ import annotations

import pytest

from kidgate.content.lookalike import with_lookalikes
from kidgate.documents.cases import load_cases, run_cases
from kidgate.documents.faults import Faults

TEXT = """
policies:
  home:
    tiers: {t: {categories: {games: block}}}
    profiles: {mai: {tier: t}}
index: {games: [choi.test]}
cases:
  - case: games are blocked
    uses: home
    visits:
      - {who: mai, url: choi.test, at: 2026-11-23T16:00+07:00, expect: {verdict: block}}
      - {who: mai, url: tin.test, at: 2026-11-23T16:00+07:00, expect: {verdict: allow}}
  - case: games are allowed
    uses: home
    visits:
      - {who: mai, url: choi.test, at: 2026-11-23T16:00+07:00,
         expect: {verdict: allow, reason: tier_default}}
  - case: with other feeds
    uses: home
    index: {}
    visits:
      - {who: mai, url: choi.test, at: 2026-11-23T16:00+07:00, expect: {verdict: allow}}
"""


def test_run_cases_decides_every_visit_in_order() -> None:
    results = list(run_cases(load_cases(TEXT, "c.yaml"), with_lookalikes))
    assert [result.passed for result in results] == [True, True, False, True]
    assert [str(result.visit.url.host) for result in results[:2]] == ["choi.test", "tin.test"]


def test_a_failed_visit_tells_where_what_and_its_trace() -> None:
    failed = list(run_cases(load_cases(TEXT, "c.yaml"), with_lookalikes))[2]
    lines = str(failed).splitlines()
    assert lines[0].startswith(
        "c.yaml:13: games are allowed: mai, https://choi.test/ at 2026-11-23"
    )
    assert lines[1:3] == [
        "  verdict: expected `allow`, got `block`",
        "  reason: expected `tier_default`, got `category`",
    ]
    assert lines[-1] == "  10 category: block feed games: choi.test"


def test_a_passed_visit_is_one_line() -> None:
    passed = next(iter(run_cases(load_cases(TEXT, "c.yaml"), with_lookalikes)))
    assert len(str(passed).splitlines()) == 1


def test_run_cases_names_every_fault_of_every_policy_before_it_decides() -> None:
    text = TEXT.replace("tier: t}", "tier: x}") + (
        "  - case: a house of its own\n    policy: {settings: {zone: Mars}}\n    visits: []\n"
    )
    with pytest.raises(Faults) as caught:
        next(run_cases(load_cases(text, "c.yaml"), with_lookalikes))
    assert str(caught.value).splitlines() == [
        "c.yaml:8: games are blocked: profile mai: tier: no tier is called `x`",
        "c.yaml:23: a house of its own: settings: zone: no time zone is called `Mars`; "
        "write one like Asia/Ho_Chi_Minh",
    ]
