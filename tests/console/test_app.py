"""What every command works with: options, the clock, one way to change the policy."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest

from kidgate.cli import cli
from kidgate.console.app import App
from kidgate.policies import edits
from kidgate.policies.rows import GroupRow, PolicyRows
from kidgate.store.changing import TRIES, Conflict
from tests.console.runner import Kidgate


@pytest.fixture
def app(kidgate: Kidgate) -> Any:
    with click.Context(cli):
        yield App(home_option=kidgate.home)


def add(key: str) -> Any:
    return lambda rows: edits.add(rows, GroupRow(key))


def test_shared_options_count_when_before_or_after_the_command(kidgate: Kidgate) -> None:
    home, kidgate.home = kidgate.home, Path("/nowhere")
    before = kidgate("--json", "--home", home, "group", "list")
    after = kidgate("group", "list", "--home", home, "--json")
    assert json.loads(before) == json.loads(after) != []


def test_change_numbers_rows_and_tells_what_differs_when_made(app: App) -> None:
    changed = app.change(add("9B"), "test")
    assert [(edit.kind, edit.key) for edit in changed.edits] == [("group", "9B")]
    assert changed.version == app.read(again=True)[1]


def test_change_is_made_again_when_another_came_first(
    app: App, kidgate: Kidgate, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.read()
    kidgate("group", "add", "7C")
    asked: list[PolicyRows] = []

    def edit(rows: PolicyRows) -> PolicyRows:
        asked.append(rows)
        return edits.add(rows, GroupRow("9B"))

    changed = app.change(edit, "test")
    assert len(asked) == 2
    assert {row.key for row in changed.rows.groups} == {"8A", "7C", "9B"}


def test_change_gives_up_when_others_always_come_first(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def conflict(self: App, op: str, **args: Any) -> None:
        tries.append(op)
        raise Conflict("the policy is at version 9, the change was made to 8")

    monkeypatch.setattr(App, "do", conflict)
    with pytest.raises(Conflict):
        app.change(add("9B"), "test")
    assert len(tries) == TRIES


def test_change_writes_no_version_when_nothing_differs(app: App) -> None:
    before = app.read()[1]
    assert app.change(lambda rows: replace(rows), "test").version == before


def test_clock_is_refused_when_it_has_no_zone(kidgate: Kidgate) -> None:
    said = kidgate.fails(2, "grant", "list", now="2026-11-23T16:00")
    assert "KIDGATE_CLOCK" in said and "+07:00" in said


def test_author_is_the_person_behind_sudo_when_there_is_one(kidgate: Kidgate) -> None:
    kidgate.env["SUDO_USER"] = "co-lan"
    kidgate("group", "add", "9B")
    assert kidgate.json("policy", "history")[0]["author"] == "co-lan"
