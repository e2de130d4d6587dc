from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kidgate.policies.alerts import (
    HOSTS,
    KINDS,
    TRIES,
    Plan,
    Severity,
    alert_of,
    at_least,
    key_of,
    merged,
    next_try,
    plan,
    same_since,
    severity_of,
)
from kidgate.policies.journal import Entry

AT = datetime(2026, 11, 23, 5, tzinfo=UTC)
BLOCKED = Entry(
    "e1", AT, "mai", "tablet", "9-12", "block", "category", "games", "g.example", "", "", None, "1"
)
NOTIFY = ("security", "way_around", "self_harm", "personal_data", "message")


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({}, None),
        ({"category": "ads"}, None),
        ({"reason": "security", "category": "phishing"}, "security"),
        ({"reason": "way_around", "category": "vpn"}, "way_around"),
        ({"reason": "personal_data", "verdict": "allow"}, "personal_data"),
        ({"reason": "message", "category": "grooming"}, "message"),
        ({"reason": "message", "category": "self_harm", "verdict": "warn"}, "self_harm"),
        ({"reason": "page_text", "category": "self_harm", "verdict": "allow"}, "self_harm"),
        ({"reason": "search_term", "category": "", "verdict": "block"}, None),
        ({"reason": "illegal_material"}, "illegal_material"),
        ({"reason": "security", "kind": "request", "verdict": "ask"}, None),
        ({"reason": "the clock is wrong", "kind": "alert"}, "gateway"),
    ],
)
def test_entry_is_an_alert_when_an_adult_should_know(
    changed: dict[str, str], kind: str | None
) -> None:
    found = alert_of(replace(BLOCKED, **changed), NOTIFY)  # type: ignore[arg-type]
    assert (found[0] if found else None) == kind


def test_search_that_is_told_names_the_words() -> None:
    told = {
        "reason": "search_term",
        "verdict": "allow",
        "category": "",
        "source": "tier 9-12: alert:vape",
    }
    found = alert_of(replace(BLOCKED, **told), ())  # type: ignore[arg-type]
    assert found is not None
    assert (found[0], found[1]["words"]) == ("search", "vape")


def test_tier_that_tells_of_nothing_tells_of_the_law_alone() -> None:
    assert alert_of(replace(BLOCKED, reason="security"), ()) is None
    assert alert_of(replace(BLOCKED, reason="illegal_material"), ()) is not None


def test_severity_is_that_of_the_kind_and_of_what_was_said() -> None:
    assert severity_of("message", {"category": "grooming"}) is Severity.URGENT
    assert severity_of("message", {"category": "bullying"}) is Severity.WARNING
    assert severity_of("unheard_of", {}) is Severity.WARNING
    assert at_least("urgent", "warning") and not at_least("info", "warning")


@pytest.mark.parametrize("kind", KINDS)
def test_key_tells_two_alerts_apart_by_what_matters(kind: str) -> None:
    facts: dict[str, object] = dict.fromkeys(KINDS[kind].key, "a")
    other = facts | {KINDS[kind].key[0]: "b"}
    assert key_of(kind, facts) != key_of(kind, other)
    assert key_of(kind, facts) == key_of(kind, facts | {"entry": "e9"})


def test_repeat_is_the_same_within_its_window_or_for_ever() -> None:
    assert same_since("security", AT) == AT - timedelta(hours=6)
    assert same_since("feed", AT) is None


def test_repeats_gather_the_first_few_hosts() -> None:
    facts: dict[str, object] = {"hosts": ["h0"], "entry": "e0"}
    for number in range(10):
        facts = merged(facts, {"hosts": [f"h{number}"], "entry": f"e{number}"})
    assert facts == {"hosts": [f"h{n}" for n in range(HOSTS)], "entry": "e9"}
    assert merged({"child": "mai"}, {}) == {"child": "mai"}


DUE = [(1, "info"), (2, "warning"), (3, "urgent"), (4, "info")]


@pytest.mark.parametrize(
    ("sent", "hourly", "wanted"),
    [
        (0, 4, Plan((1, 2, 3, 4))),
        (0, 3, Plan((3, 1), (2, 4))),
        (2, 3, Plan((), (1, 2, 3, 4))),
        (3, 3, Plan()),
        (9, 3, Plan()),
    ],
)
def test_full_hour_is_summed_up(sent: int, hourly: int, wanted: Plan) -> None:
    assert plan(DUE, sent, hourly) == wanted


def test_tries_come_later_and_later_and_end() -> None:
    times = [next_try(tries, AT) for tries in range(1, TRIES + 1)]
    waits = [at - AT for at in times[:-1] if at is not None]
    assert times[-1] is None and len(waits) == TRIES - 1
    assert waits == sorted(waits)
