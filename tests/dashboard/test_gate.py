from __future__ import annotations

import json
from dataclasses import replace

import msgspec
import pytest

from kidgate.dashboard import acts
from kidgate.dashboard.api.openapi import describe
from kidgate.dashboard.faults import Forbidden, Invalid
from kidgate.dashboard.gate import ACTS, Act, act
from kidgate.policies.people import Need, Role, may
from kidgate.store.audit import query
from tests.dashboard.conftest import Site

acts.load()
EVERY = sorted(ACTS.values(), key=lambda found: found.name)


class Asked(msgspec.Struct, frozen=True):
    number: int
    word: str = ""


def _act(need: Need, *, changes: bool) -> Act[Asked, Asked]:
    return Act("test.echo", need, changes, lambda desk, actor, asked: asked, Asked, Asked)


def test_act_is_refused_to_every_role_without_its_need(site: Site) -> None:
    """Before what was asked is even looked at: `None` would make any act fail otherwise."""
    closed = [(found, role) for found in EVERY for role in Role if not may(role, found.need)]
    assert closed
    for found, role in closed:
        with pytest.raises(Forbidden):
            found(site.desk, site.actor(role), None)


def test_act_that_changes_is_refused_to_a_key_that_only_reads(site: Site) -> None:
    reader = site.actor()
    found = _act(Need.LOOK, changes=True)
    with pytest.raises(Forbidden):
        found(site.desk, replace(reader, writes=False), Asked(1))
    assert found(site.desk, reader, Asked(1)) == Asked(1)


def test_text_of_a_form_becomes_what_is_asked_or_is_refused() -> None:
    found = _act(Need.LOOK, changes=False)
    assert found.from_text({"number": "7", "word": ""}) == Asked(7)
    with pytest.raises(Invalid, match="number"):
        found.from_text({"number": "seven"})
    with pytest.raises(Invalid):
        found.from_json(b'{"number": 1')


def test_two_acts_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two acts"):
        act(EVERY[0].name, Need.LOOK)(EVERY[0].run)


def test_description_is_json_and_names_every_act() -> None:
    told = json.loads(msgspec.json.encode(describe(EVERY, "1")))
    names = {one["operationId"] for path in told["paths"].values() for one in path.values()}
    assert names == {found.name for found in EVERY}
    assert all(
        one["summary"].endswith(".") for path in told["paths"].values() for one in path.values()
    )


def test_look_of_an_auditor_is_recorded(site: Site) -> None:
    found = _act(Need.LOOK, changes=False)
    found(site.desk, site.actor("auditor"), Asked(3, "x"))
    with site.desk.database.reading() as session:
        (line,) = query(session, act="look")
    assert (line.user, line.object) == ("the-auditor", "test.echo")
