from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kidgate.dashboard.acts import journal
from kidgate.dashboard.acts.journal import AllowWanted, LinesWanted, LineWanted
from kidgate.dashboard.faults import Forbidden, Invalid, NotThere
from kidgate.policies.model import Action
from kidgate.policies.rows import PauseRow, RuleRow
from tests.dashboard.conftest import NOW, Site, house_with
from tests.dashboard.happened import line, put_lines


@pytest.fixture(scope="module")
def happened(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A house with lines, for tests that only look."""
    with house_with(bare_home, tmp_path_factory.mktemp("happened") / "home") as site:
        put_lines(site)
        yield site


def hosts(site: Site, role: str = "owner", **wanted: Any) -> list[str]:
    found = journal.lines(site.desk, site.actor(role), LinesWanted(**wanted))
    return [one.host for one in found.lines]


def test_lines_are_filtered_by_each_of_their_fields(happened: Site) -> None:
    assert hosts(happened, child="nam", days=1) == ["games.example"]
    assert hosts(happened, device="tablet", reason="illegal_material") == ["bad.example"]
    assert hosts(happened, category="games") == ["games.example"]
    assert hosts(happened, reason="bedtime", days=1) == []
    assert hosts(happened, verdict="allow") == []
    assert hosts(happened, text="BAD.ex") == ["bad.example"]


def test_percent_sign_in_a_search_is_a_percent_sign(site: Site) -> None:
    put_lines(site, line("a", url="https://games.example/100%"), line("b", host="b.example"))
    assert hosts(site, text="100%") == ["games.example"]
    assert hosts(site, text="%") == ["games.example"]


def test_pages_follow_each_other_without_gap_or_repeat(site: Site) -> None:
    same = NOW - timedelta(hours=3)
    put_lines(site, *(line(f"n{n}", host=f"h{n}.example", at=same) for n in range(7)))
    seen: list[str] = []
    after = ""
    while True:
        found = journal.lines(site.desk, site.actor(), LinesWanted(after=after, limit=3))
        seen += [one.host for one in found.lines]
        if not found.next:
            break
        after = found.next
    assert sorted(seen) == [f"h{n}.example" for n in range(7)]


def test_key_that_is_none_is_refused(happened: Site) -> None:
    for after in ("x", "1", "9" * 40 + "-1"):
        with pytest.raises(Invalid):
            hosts(happened, after=after)


def test_teacher_sees_lines_of_the_own_classes_alone(happened: Site) -> None:
    found = journal.lines(happened.desk, happened.actor("teacher"), LinesWanted())
    assert {one.child for one in found.lines} == {"mai"}
    assert hosts(happened, "teacher", child="nam") == []
    for number in (2, 3):
        with pytest.raises(NotThere):
            journal.line(happened.desk, happened.actor("teacher"), LineWanted(number))


def test_line_is_decided_again_with_its_steps(site: Site) -> None:
    put_lines(site, line("a", version=site.desk.snapshot().id))
    why = journal.line(site.desk, site.actor(), LineWanted(1))
    assert why.now is not None
    assert why.now["url"] == "https://games.example/a?b=1"
    assert [step["check"] for step in why.now["trace"]][:2] == ["malformed", "destination"]
    assert why.differs  # no list names it any more
    assert not why.changed


def test_pause_of_now_says_nothing_of_then(site: Site) -> None:
    put_lines(site)
    pause = PauseRow(0, "child:mai", NOW + timedelta(hours=1))
    site.desk.change(site.actor(), lambda rows: replace(rows, pauses=(pause,)), "pause")
    why = journal.line(site.desk, site.actor(), LineWanted(1))
    assert why.changed
    assert why.now is not None
    assert why.now["reason"] != "paused"


def test_line_without_an_address_is_not_decided_again(site: Site) -> None:
    put_lines(site, line("a", host="", url=""))
    assert journal.line(site.desk, site.actor(), LineWanted(1)).now is None


def allow(site: Site, number: int, how: Any, role: str = "parent", **more: Any) -> Any:
    return journal.allow(site.desk, site.actor(role), AllowWanted(number, how, **more))


def test_today_opens_the_site_for_its_child_until_midnight(site: Site) -> None:
    put_lines(site)
    done = allow(site, 1, "today")
    (grant,) = site.desk.rows.grants
    assert (grant.child, grant.target, grant.author) == ("mai", "games.example", "the-parent")
    assert done.until == grant.until
    assert grant.until.astimezone(site.desk.zone).isoformat() == "2026-11-23T00:00:00+07:00"


def test_always_and_everyone_make_rules(site: Site) -> None:
    put_lines(site)
    allow(site, 1, "always")
    allow(site, 1, "everyone")
    assert {rule.scope for rule in site.desk.rows.rules} == {"child:mai", "everyone"}
    assert {rule.action for rule in site.desk.rows.rules} == {Action.ALLOW}


def test_it_says_when_another_rule_still_closes_the_site(site: Site) -> None:
    put_lines(site)
    rule = RuleRow(0, "child:mai", "games.example", Action.BLOCK)
    site.desk.change(site.actor(), lambda rows: replace(rows, rules=(rule,)), "block")
    assert allow(site, 1, "everyone").still == "rule"


def test_dangerous_site_opens_today_alone_and_only_confirmed(site: Site) -> None:
    put_lines(site)
    for how in ("always", "everyone"):
        with pytest.raises(Invalid):
            allow(site, 2, how, confirmed=True)
    with pytest.raises(Invalid):
        allow(site, 2, "today")
    allow(site, 2, "today", confirmed=True)
    (grant,) = site.desk.rows.grants
    assert grant.confirmed_twice


def test_what_no_adult_opens_is_not_offered_and_refused(happened: Site) -> None:
    for number in (3, 4, 5):
        assert journal.line(happened.desk, happened.actor(), LineWanted(number)).line.allow == ()
        with pytest.raises(Invalid):
            allow(happened, number, "today", confirmed=True)
    assert not happened.desk.rows.grants


def test_teacher_opens_for_own_pupils_and_never_for_everyone(site: Site) -> None:
    put_lines(site)
    allow(site, 1, "today", "teacher")
    with pytest.raises(Invalid):
        allow(site, 1, "everyone", "teacher")
    with pytest.raises(NotThere):
        allow(site, 2, "today", "teacher", confirmed=True)


def test_auditor_opens_nothing(happened: Site) -> None:
    with pytest.raises(Forbidden):
        allow(happened, 1, "today", "auditor")
    assert journal.line(happened.desk, happened.actor("auditor"), LineWanted(1)).line.allow == ()
