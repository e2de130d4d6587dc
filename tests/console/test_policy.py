"""`policy`: one file, all of it or nothing; versions; settings; conformance cases."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kidgate.console import policy_tests
from tests.console.runner import Kidgate


def test_export_applies_to_the_same_policy_when_nothing_was_edited(
    kidgate: Kidgate, tmp_path: Path
) -> None:
    kidgate("block", "news.example", "--for", "mai", "--until", "+2h")
    file = tmp_path / "policy.yaml"
    kidgate("policy", "export", "-o", file)
    assert file.read_text() == kidgate("policy", "export")
    version = kidgate.version
    assert "Nothing to change" in kidgate("policy", "apply", file)
    assert kidgate.version == version


def test_apply_dry_run_shows_what_apply_then_does(kidgate: Kidgate, tmp_path: Path) -> None:
    kidgate("block", "old.example", "--for", "mai")
    file = tmp_path / "policy.yaml"
    kidgate("policy", "export", "-o", file)
    document = yaml.safe_load(file.read_text())
    document["profiles"]["mai"]["tier"] = "13-15"
    document["rules"] = [
        {"scope": "child:mai", "target": "a.example", "action": "block"},
        {"scope": "child:mai", "target": "b.example", "action": "allow"},
    ]
    file.write_text(yaml.safe_dump(document))
    before = kidgate.files()
    dry = kidgate.json("policy", "apply", file, "--dry-run")
    assert kidgate.files() == before
    assert "~ profile mai: tier: none -> 13-15" in kidgate("policy", "apply", file, "--dry-run")
    done = kidgate.json("policy", "apply", file)
    assert dry["changes"] == done["changes"]
    keys = {(c["kind"], c["key"]) for c in done["changes"]}
    assert keys == {("profile", "mai"), ("rule", "1"), ("rule", "2"), ("rule", "3")}


def test_apply_twice_changes_nothing_when_rules_have_no_numbers(
    kidgate: Kidgate, tmp_path: Path
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text("rules:\n- {scope: everyone, target: a.example, action: block}\n")
    kidgate("policy", "apply", file)
    version = kidgate.version
    assert kidgate.json("policy", "apply", file, "--dry-run")["changes"] == []
    kidgate("policy", "apply", file)
    assert kidgate.version == version


BAD = {
    "unknown keys": (
        "profiles:\n  mai: {bron: 2016-05-01}\nrulez: []\n",
        ("policy.yaml:2: `profiles.mai`: unknown key `bron`; did you mean `born`?", ":3: "),
    ),
    "dangling": (
        "profiles:\n  mai: {tier: nope}\nrules:\n- {scope: 'child:x', target: a, action: block}\n",
        (":2: profile mai: tier: no tier is called `nope`", ":4: rule 1: scope: "),
    ),
    "not yaml": ("profiles: [\n", (":2: not valid YAML",)),
    "binary": ("\x00", ("is this a text file?",)),
}


@pytest.mark.parametrize("kind", BAD)
def test_apply_tells_every_fault_and_changes_nothing_when_the_file_is_bad(
    kidgate: Kidgate, tmp_path: Path, kind: str
) -> None:
    text, said = BAD[kind]
    file = tmp_path / "policy.yaml"
    file.write_text(text)
    before = kidgate.files()
    message = kidgate.fails(2, "policy", "apply", file)
    assert all(part in message for part in said), message
    assert kidgate.files() == before
    assert kidgate.run("policy", "lint", file).exit_code == 1


def test_apply_is_refused_when_the_file_is_not_utf8(kidgate: Kidgate, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_bytes("profiles: {mai: {name: Nguyễn}}".encode("utf-16"))
    assert "save it as UTF-8" in kidgate.fails(2, "policy", "apply", file)


def test_lint_tells_what_is_odd_when_it_compiles(kidgate: Kidgate) -> None:
    kidgate("profile", "add", "an")
    kidgate("block", "a.example", "--for", "mai", "--until", "+1h")
    found = kidgate.json("policy", "lint", now="2026-11-24T16:00+07:00")
    assert found["faults"] == []
    assert any(line.startswith("profile an has neither") for line in found["odd"])
    assert any(line.startswith("rule 1 is over") for line in found["odd"])
    assert "odd: profile an" in kidgate("policy", "lint")


def test_lint_says_so_when_nothing_is_odd(house: Kidgate) -> None:
    assert house("policy", "lint") == "Nothing is wrong, nothing is odd.\n"


def test_history_diff_and_rollback_go_back_when_asked(kidgate: Kidgate) -> None:
    first = kidgate.version
    kidgate("block", "a.example", "--for", "mai")
    kidgate("policy", "set", "retention_days", "30")
    (newest, older, *_) = kidgate.json("policy", "history")
    assert (newest["comment"], older["comment"]) == (
        "set retention_days",
        "block a.example for child:mai",
    )
    assert "block a.example for child:mai" in kidgate("policy", "history", "--limit", 2)
    diff = kidgate.json("policy", "diff", first)
    assert {(c["kind"], c["key"]) for c in diff["changes"]} == {
        ("rule", "1"),
        ("setting", "retention_days"),
    }
    assert "- rule 1" in kidgate("policy", "diff", first + 1, first)
    assert kidgate("policy", "diff", first, first) == "They are the same.\n"
    answer = kidgate.json("policy", "rollback", first)
    assert answer == {"version": first + 3, "from": first}
    assert kidgate.json("rule", "list") == []
    assert kidgate.run("check", "http://a.example", "--as", "mai").exit_code == 0
    assert "version" in kidgate("policy", "rollback", first)


@pytest.mark.parametrize("arguments", [("diff", 99), ("diff", 0, 99), ("rollback", 99)])
def test_versions_that_are_not_there_are_refused(
    kidgate: Kidgate, arguments: tuple[object, ...]
) -> None:
    assert "there is no version 99" in kidgate.fails(2, "policy", *arguments)


def test_settings_are_read_and_set_by_name(kidgate: Kidgate) -> None:
    assert kidgate("policy", "get", "zone") == "Asia/Ho_Chi_Minh\n"
    kidgate("policy", "set", "ports", "80,443,8443")
    assert kidgate("policy", "get", "ports") == "80, 443, 8443\n"
    assert kidgate.json("policy", "get")["ports"] == [80, 443, 8443]
    assert kidgate.json("policy", "get", "zone") == {"zone": "Asia/Ho_Chi_Minh"}
    assert "ports:" in kidgate("policy", "get")
    assert kidgate.run("check", "https://news.example:8443", "--as", "mai").exit_code == 0
    kidgate("policy", "set", "safe_harbour", "help.example")
    found = kidgate.json("check", "https://help.example", "--as", "mai")
    assert found["reason"] == "safe_harbour"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("zone", "Hanoi", "no time zone is called `Hanoi`"),
        ("retention_days", "0", "from 1 to 3650"),
        ("ports", "80,http", "needs a number"),
        ("ports", "0", "from 1 to 65535"),
        ("unknown_tier", "x", "no tier is called `x`"),
        ("language", "fr", "`vi`, `en`"),
        ("holidays", "Tết", "needs a date"),
        ("zon", "x", "did you mean `zone`?"),
        ("private_allowed", "192.168.1.1/24", "host bits"),
    ],
)
def test_set_changes_nothing_when_the_value_cannot_be(
    kidgate: Kidgate, key: str, value: str, said: str
) -> None:
    version = kidgate.version
    assert said in kidgate.fails(2, "policy", "set", key, value)
    assert kidgate.version == version
    assert "no setting is called `zon`" in kidgate.fails(2, "policy", "get", "zon")


CASES = """
cases:
  - case: games wait
    policy: {profiles: {mai: {born: 2016-05-01}}}
    index: {gambling: [bet.example]}
    visits:
      - {who: mai, url: bet.example, at: 2026-11-23T16:00+07:00, expect: {verdict: VERDICT}}
"""


def test_cases_pass_or_fail_with_what_was_missed(kidgate: Kidgate, tmp_path: Path) -> None:
    file = tmp_path / "cases" / "a.yaml"
    file.parent.mkdir()
    file.write_text(CASES.replace("VERDICT", "block"))
    assert kidgate("policy", "test", file) == "1 visits passed, 0 failed.\n"
    file.write_text(CASES.replace("VERDICT", "allow"))
    result = kidgate.run("policy", "test", file.parent, "--trace")
    assert result.exit_code == 1
    assert "a.yaml:3  games wait: https://bet.example/" in result.stdout
    assert "verdict: expected `allow`, got `block`" in result.stdout
    assert "10 category: block" in result.stdout
    assert kidgate.json("policy", "test", file, status=1)["passed"] == 0


def test_cases_are_a_usage_fault_when_the_file_is_faulty(kidgate: Kidgate, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("cases:\n- {case: x, polcy: {}}\n")
    assert f"{file}:2: " in kidgate.fails(2, "policy", "test", file)
    file.write_text("cases: []\n")
    assert "there are no cases" in kidgate.fails(2, "policy", "test", file)
    bad = "{profiles: {mai: {tier: x}}}"
    file.write_text(f"cases:\n- {{case: x, policy: {bad}, visits: []}}\n")
    assert "no tier is called `x`" in kidgate.fails(2, "policy", "test", file)


def test_cases_of_the_program_are_found_when_none_are_named() -> None:
    assert all(file.suffix == ".yaml" for file in policy_tests._files(None))
    assert list(policy_tests._files(None))
