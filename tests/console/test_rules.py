"""`allow`, `block`, `rule`, `pause`, `resume`, `grant`: what holds, for whom, until when."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.console.runner import Kidgate


def verdict(kidgate: Kidgate, url: str, *, who: str = "mai", now: str = "12:00") -> str:
    result = kidgate.run("check", url, "--as", who, "--at", now, "--json")
    return "allow" if result.exit_code == 0 else "stopped"


def test_block_holds_at_once_when_written(kidgate: Kidgate) -> None:
    assert verdict(kidgate, "https://news.example/") == "allow"
    text = kidgate("block", "news.example", "--for", "mai", "--reason", "bài tập trước")
    assert "+ rule 1: block news.example for child:mai" in text
    assert verdict(kidgate, "https://www.news.example/a") == "stopped"
    (rule,) = kidgate.json("rule", "list")
    assert rule["reason"] == "bài tập trước"


def test_allow_takes_the_place_of_a_block_when_about_the_same(kidgate: Kidgate) -> None:
    kidgate("block", "NEWS.example.", "--for", "mai")
    changes = kidgate.json("allow", "https://news.example/", "--for", "child:mai")["changes"]
    kinds = {(c["key"], c["after"] is None) for c in changes}
    assert kinds == {("1", True), ("2", False)}
    assert verdict(kidgate, "https://news.example/") == "allow"


def test_rules_stay_side_by_side_when_schedule_or_scope_differ(kidgate: Kidgate) -> None:
    kidgate("block", "news.example", "--for", "mai", "--when", "mon-fri 07:00-11:00")
    kidgate("block", "news.example", "--for", "group:8A")
    kidgate("allow", "news.example", "--for", "mai")
    assert [r["id"] for r in kidgate.json("rule", "list")] == [1, 2, 3]
    assert [r["id"] for r in kidgate.json("rule", "list", "--for", "group:8A")] == [2]


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("mia", "did you mean `mai`?"),
        ("8A", "`8A` is no child but a group; write `group:8A`"),
        ("tablet", "write `device:tablet`"),
        ("tier:9-13", "did you mean `9-12`?"),
        ("class:8A", "child's key, child:KEY, group:KEY, tier:KEY, device:KEY or everyone"),
        ("", "no child is called ``"),
    ],
)
def test_scope_is_explained_when_nobody_is_called_so(
    kidgate: Kidgate, scope: str, said: str
) -> None:
    version = kidgate.version
    assert said in kidgate.fails(2, "block", "a.example", "--for", scope)
    assert kidgate.version == version


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("http://[", "write a host, a URL"),
        ("category:gmaes", "did you mean `games`?"),
        ("service:tktok", "did you mean `tiktok`?"),
        ("category:", "lacks its name"),
        ("a b", "write a host, a URL"),
    ],
)
def test_target_is_refused_when_nothing_could_match(
    kidgate: Kidgate, target: str, said: str
) -> None:
    assert said in kidgate.fails(2, "block", target, "--for", "everyone")


def test_category_is_known_by_the_name_lists_use_when_blocked(kidgate: Kidgate) -> None:
    kidgate("block", "category:Porn", "--for", "everyone")
    assert kidgate.json("rule", "list")[0]["target"] == "category:adult"


def test_rule_ends_when_its_time_comes(kidgate: Kidgate) -> None:
    kidgate("block", "news.example", "--for", "mai", "--until", "21:30")
    assert verdict(kidgate, "https://news.example/", now="21:29") == "stopped"
    assert verdict(kidgate, "https://news.example/", now="2026-11-24T12:00+07:00") == "allow"
    assert "(over)" in kidgate("rule", "list", now="2026-11-24T12:00+07:00")
    assert "second list of days" in kidgate.fails(
        2, "block", "a.example", "--for", "mai", "--when", "x y z"
    )


def test_rule_add_takes_every_action_when_named(kidgate: Kidgate) -> None:
    for number, action in enumerate(("warn", "ask", "pass", "watch"), 1):
        kidgate("rule", "add", f"{action}.example", "--for", "mai", "--action", action)
        assert kidgate.json("rule", "show", number)["action"] == action
    found = kidgate.json("check", "https://warn.example", "--as", "mai", status=1)
    assert (found["verdict"], found["rule"]) == ("warn", 1)
    assert kidgate.json("check", "https://pass.example", "--as", "mai")["decrypt"] is False
    assert kidgate.json("check", "https://watch.example", "--as", "mai")["watch"] is True
    assert "ask.example" in kidgate("rule", "show", 2)


def test_rule_remove_takes_several_or_none_when_one_is_not_there(kidgate: Kidgate) -> None:
    kidgate("block", "a.example", "--for", "mai")
    kidgate("block", "b.example", "--for", "mai")
    assert "there are 2" in kidgate.fails(2, "rule", "remove", 1, 9)
    assert len(kidgate.json("rule", "list")) == 2
    kidgate("rule", "remove", 1, 2)
    assert kidgate("rule", "list").startswith("No rules")


def test_number_of_a_removed_rule_is_never_used_again(kidgate: Kidgate) -> None:
    kidgate("block", "a.example", "--for", "mai")
    kidgate("rule", "remove", 1)
    kidgate("block", "b.example", "--for", "mai")
    assert kidgate.json("rule", "list")[0]["id"] == 2


def test_pause_holds_until_it_is_resumed(kidgate: Kidgate) -> None:
    kidgate("pause", "--for", "mai", "--minutes", "30", "--reason", "ăn cơm")
    kidgate("pause", "--for", "mai", "--until", "18:00")  # takes the place of the first
    found = kidgate.json("check", "https://news.example", "--as", "mai", status=1)
    assert (found["reason"], found["until"][:16]) == ("paused", "2026-11-23T11:00")
    kidgate("resume", "--for", "mai")
    assert verdict(kidgate, "https://news.example") == "allow"
    assert "nothing is paused" in kidgate.fails(2, "resume", "--for", "mai")


@pytest.mark.parametrize(
    ("scope", "who", "others"),
    [
        ("group:8A", ("nam",), ("mai", "tablet")),
        ("device:tablet", ("tablet",), ("mai", "nam")),
        ("everyone", ("mai", "nam", "tablet"), ()),
        ("tier:0-5", ("nam",), ("mai", "tablet")),
    ],
)
def test_pause_is_of_a_class_a_device_or_everyone(
    kidgate: Kidgate, scope: str, who: tuple[str, ...], others: tuple[str, ...]
) -> None:
    kidgate("allow", "news.example", "--for", "everyone")
    text = kidgate("pause", "--for", scope, "--until", "18:00", "--reason", "họp")

    assert f"pause 1: {scope} until 2026-11-23 18:00 by " in text
    for name in who:
        found = kidgate.json("check", "https://news.example", "--as", name, status=1)
        assert (found["reason"], found["source"]) == ("paused", f"pause 1: {scope}")
    for name in others:
        found = kidgate.json("check", "https://news.example", "--as", name)
        assert found["verdict"] == "allow"
    now = kidgate.run("status").stdout
    assert f"pause for {scope} until 2026-11-23 18:00, by " in now
    assert "họp" in now
    kidgate("resume", "--for", scope)
    for name in who:
        assert kidgate.json("check", "https://news.example", "--as", name)["verdict"] == "allow"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "either --minutes 30 or --until 21:30"),
        (("--minutes", "5", "--until", "21:30"), "either"),
        (("--minutes", "0"), "0 is not in the range"),
        (("--until", "forever"), "this must end"),
        (("--until", "07:00"), "has passed"),
    ],
)
def test_pause_is_refused_when_it_has_no_end_to_come(
    kidgate: Kidgate, arguments: tuple[str, ...], said: str
) -> None:
    assert said in kidgate.fails(2, "pause", "--for", "mai", *arguments)


def test_grant_opens_a_blocked_site_until_it_is_over_or_revoked(kidgate: Kidgate) -> None:
    kidgate("block", "games.example", "--for", "everyone")
    kidgate("grant", "add", "mai", "games.example", "--minutes", "30")
    found = kidgate.json("check", "https://games.example", "--as", "mai", "--at", "16:10")
    assert (found["reason"], found["exception_rule"]) == ("grant", 1)
    assert verdict(kidgate, "https://games.example", now="16:31") == "stopped"
    assert "games.example" in kidgate("grant", "list")
    assert kidgate.json("grant", "list", now="2026-11-24T12:00+07:00") == []
    later = kidgate.json("grant", "list", "--all", now="2026-11-24T12:00+07:00")
    assert [g["id"] for g in later] == [1]
    kidgate("grant", "revoke", 1)
    assert kidgate("grant", "list") == "No grants in force.\n"
    assert "no grant is called `1`" in kidgate.fails(2, "grant", "revoke", 1)


def test_grant_lifts_security_only_when_confirmed_twice(kidgate: Kidgate, tmp_path: Path) -> None:
    path = tmp_path / "phish.txt"
    path.write_text("phish.example\nother.example\n")
    kidgate("feed", "import", path, "--category", "phishing")
    once = ("grant", "add", "mai", "phish.example", "--minutes", "30")
    assert "twice" in kidgate.fails(2, *once, "--confirm")
    result = kidgate.run(*once)
    assert "phish.example does not go through for mai now: security" in result.stderr
    assert "--confirm --confirm" in result.stderr
    assert kidgate.run(*once, "--confirm", "--confirm").stderr == ""
    assert verdict(kidgate, "https://phish.example", now="16:10") == "allow"


def test_allow_says_why_it_does_not_help_when_bedtime_holds(kidgate: Kidgate) -> None:
    result = kidgate.run("allow", "news.example", "--for", "mai", now="2026-11-23T23:00+07:00")
    assert result.exit_code == 0
    assert "news.example does not go through for mai now: bedtime" in result.stderr
