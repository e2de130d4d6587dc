from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from kidgate.dashboard.acts import tester
from kidgate.dashboard.acts.tester import TryWanted
from kidgate.dashboard.faults import Invalid, NotThere
from kidgate.policies.model import Action
from kidgate.policies.rows import RuleRow
from tests.console.runner import Kidgate
from tests.dashboard.conftest import NOW, Site

URLS = ("https://blocked.example/x", "https://open.example/", "https://10.0.0.1/", "http://%")


def test_answer_is_that_of_the_command_line(site: Site) -> None:
    rule = RuleRow(0, "child:mai", "blocked.example", Action.BLOCK)
    site.desk.change(site.actor(), lambda rows: replace(rows, rules=(rule,)), "block")
    site.do("index.rebuild")
    kidgate = Kidgate(site.home.root)
    for url in URLS:
        said = kidgate.run("check", url, "--as", "mai", "--at", NOW.isoformat(), "--json")
        found = tester.try_(site.desk, site.actor(), TryWanted(url, child="mai", at=NOW))
        assert found.answer == json.loads(said.output)


def test_device_brings_its_child_and_time_is_of_the_house(site: Site) -> None:
    at = NOW.replace(tzinfo=None)
    found = tester.try_(site.desk, site.actor(), TryWanted("a.example", device="tablet", at=at))
    assert (found.answer["child"], found.answer["device"]) == ("mai", "tablet")
    assert found.answer["at"] == "2026-11-22T12:00:00+07:00"
    assert found.answer["url"] == "https://a.example/"


def test_teacher_tries_own_pupils_alone(site: Site) -> None:
    for wanted in (TryWanted("a.example", child="nam"), TryWanted("a.example", device="phone")):
        with pytest.raises(NotThere):
            tester.try_(site.desk, site.actor("teacher"), wanted)


def test_nothing_and_too_much_are_refused(site: Site) -> None:
    for url in (" ", "a" * 5000):
        with pytest.raises(Invalid):
            tester.try_(site.desk, site.actor(), TryWanted(url))


def test_times_of_day_count(site: Site) -> None:
    site.do("index.rebuild")
    night = NOW + timedelta(hours=8)  # three in the morning
    found = tester.try_(site.desk, site.actor(), TryWanted("a.example", child="mai", at=night))
    assert found.answer["reason"] == "bedtime"
