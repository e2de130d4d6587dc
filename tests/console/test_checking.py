"""`check`: the contract of its JSON, its exit status, and that it asks what a worker asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.console.runner import Kidgate

CONTRACT = {"verdict", "reason", "rule", "source", "trace"}
MORE = {"category", "tier", "until", "rewrite", "decrypt", "snapshot"}


def test_check_has_the_contracts_fields_when_json(kidgate: Kidgate) -> None:
    found = kidgate.json("check", "https://news.example/", "--as", "mai")
    assert set(found) >= CONTRACT | MORE
    assert [set(step) for step in found["trace"]] == [{"order", "check", "said", "why"}] * len(
        found["trace"]
    )
    assert (found["verdict"], found["reason"]) == ("allow", "tier_default")
    assert found["snapshot"] == str(kidgate.version)


def test_check_names_feed_and_line_when_a_list_stops_it(kidgate: Kidgate, gambling: Path) -> None:
    kidgate("feed", "import", gambling, "--category", "gambling")
    found = kidgate.json("check", "http://www.casino.example/x", "--as", "mai", status=1)
    assert (found["verdict"], found["reason"], found["category"]) == (
        "block",
        "category",
        "gambling",
    )
    assert found["source"] == "feed gambling: casino.example (line 3)"
    assert found["source_detail"]["line"] == 3
    text = kidgate.run("check", "http://www.casino.example/x", "--as", "mai").stdout
    assert text.startswith("BLOCK  http://www.casino.example/x\n")
    assert "feed gambling: casino.example (line 3)" in text


def test_check_is_of_the_time_given_when_at_is(kidgate: Kidgate) -> None:
    at = "2026-11-23T21:30+07:00"
    found = kidgate.json("check", "https://news.example/", "--as", "mai", "--at", at, status=1)
    assert found["reason"] == "bedtime"
    assert found["at"] == "2026-11-23T21:30:00+07:00"
    assert found["until"] == "2026-11-24T05:30:00+07:00"
    assert kidgate.run("check", "news.example", "--as", "mai", "--at", "21:29").exit_code == 0
    assert kidgate.run("check", "news.example", "--as", "mai", "--at", "21:30").exit_code == 1


@pytest.mark.parametrize("at", ["2026-11-23T21:30", "yesterday", "99:99"])
def test_check_is_a_usage_fault_when_the_time_cannot_be_read(kidgate: Kidgate, at: str) -> None:
    assert "Error:" in kidgate.fails(2, "check", "news.example", "--as", "mai", "--at", at)


def test_check_is_a_usage_fault_when_nobody_is_called_so(kidgate: Kidgate) -> None:
    assert "there are mai, nam, tablet" in kidgate.fails(2, "check", "a.example", "--as", "mia")
    on = ("check", "a.example", "--as", "mai", "--on", "phone")
    assert "no device is called `phone`" in kidgate.fails(2, *on)


def test_check_judges_a_device_with_its_own_rules_when_named(kidgate: Kidgate) -> None:
    kidgate("block", "news.example", "--for", "device:tablet")
    url = "https://news.example/"
    assert kidgate.json("check", url, "--as", "mai")["device"] is None
    for who in (("--as", "tablet"), ("--as", "device:tablet"), ("--as", "mai", "--on", "tablet")):
        found = kidgate.json("check", url, *who, status=1)
        assert (found["child"], found["device"], found["rule"]) == ("mai", "tablet", 1)
    found = kidgate.json("check", url, "--as", "unknown", status=1)
    assert (found["child"], found["tier"]) == (None, "0-5")


@pytest.mark.parametrize("url", ["http://[", "ftp://files.example/", "http://a b/", ""])
def test_check_is_malformed_when_the_address_cannot_be_read(kidgate: Kidgate, url: str) -> None:
    found = kidgate.json("check", url, "--as", "mai", status=1)
    assert (found["verdict"], found["reason"], found["url"]) == ("block", "malformed", url)


def test_check_judges_addresses_when_it_knows_them(kidgate: Kidgate) -> None:
    url = "https://rebinding.example/"
    assert kidgate.run("check", url, "--as", "mai").exit_code == 0
    found = kidgate.json("check", url, "--as", "mai", "--address", "192.168.1.1", status=1)
    assert found["reason"] == "private_destination"
    literal = kidgate.json("check", "http://192.168.1.1/", "--as", "mai", status=1)
    assert literal["reason"] == "private_destination"
    (kidgate.home / "config.yaml").write_text(
        'resolver: {hosts: {rebinding.example: "10.0.0.1"}}\n'
    )
    found = kidgate.json("check", url, "--as", "mai", status=1)
    assert found["reason"] == "private_destination"
    assert kidgate.run("check", url, "--as", "mai", "--resolve").exit_code == 1
    public = ("--address", "93.184.216.34")
    assert kidgate.run("check", url, "--as", "mai", *public).exit_code == 0
    assert "--address" in kidgate.fails(2, "check", url, "--as", "mai", "--address", "x")


def test_check_knows_a_tunnel_by_its_path_when_it_asks_for_dns(kidgate: Kidgate) -> None:
    url = "https://dns.example/dns-query?dns=AAAA"
    found = kidgate.json("check", url, "--as", "mai", status=1)
    assert (found["reason"], found["category"]) == ("way_around", "doh")


def test_check_tells_the_rewrite_when_a_search_is_made_safe(kidgate: Kidgate) -> None:
    found = kidgate.json("check", "https://www.google.com/search?q=meo", "--as", "mai")
    assert found["rewrite"]["query"]["safe"] == "active"
    assert "safe=active" in kidgate("check", "https://www.google.com/search?q=meo", "--as", "mai")


def test_check_names_the_true_site_of_a_look_alike(kidgate: Kidgate) -> None:
    url = "https://vietcombank-vn.com/login"
    found = kidgate.json("check", url, "--as", "mai", status=1)
    assert (found["verdict"], found["category"]) == ("block", "impersonation")
    likeness = found["likeness"]
    assert (likeness["brand"], likeness["site"]) == ("vietcombank", "www.vietcombank.com.vn")
    assert {"feature": "word", "said": "vietcombank", "weight": 40.0} in likeness["evidence"]
    shown = kidgate.run("check", url, "--as", "mai").stdout
    assert "looks like" in shown and "www.vietcombank.com.vn" in shown
    kidgate("policy", "set", "genuine", "vietcombank-vn.com")
    lifted = kidgate.json("check", url, "--as", "mai")
    assert (lifted["verdict"], lifted["likeness"]) == ("allow", None)


def test_check_ends_at_the_name_when_the_connection_is_never_opened(kidgate: Kidgate) -> None:
    kidgate("device", "add", "console", "--of", "mai", "--no-ca")
    kidgate("block", "news.example/games", "--for", "mai")
    page = "https://news.example/games/1"
    opened = kidgate.json("check", page, "--as", "tablet", status=1)
    assert (opened["stage"], opened["reason"]) == ("request", "rule")
    closed = kidgate.json("check", page, "--as", "console", status=1)
    assert (closed["stage"], closed["verdict"]) == ("hello", "block")
    kidgate("rule", "add", "bank.example", "--for", "mai", "--action", "pass")
    relayed = kidgate.json("check", "https://bank.example/login", "--as", "tablet")
    assert (relayed["stage"], relayed["decrypt"]) == ("hello", False)


def test_check_blocks_and_says_so_when_the_index_is_lost(kidgate: Kidgate) -> None:
    (kidgate.home / "index.kgx").write_bytes(b"torn")
    result = kidgate.run("check", "https://news.example/", "--as", "mai")
    assert result.exit_code == 1
    assert "BLOCK" in result.stdout and "index: missing" in result.stdout
    assert "feed rebuild" in result.stderr
    kidgate("feed", "rebuild")
    assert kidgate.run("check", "https://news.example/", "--as", "mai").exit_code == 0


def test_check_cannot_answer_when_there_is_no_policy(kidgate: Kidgate) -> None:
    snapshot = kidgate.home / "snapshot.json"
    snapshot.write_bytes(snapshot.read_bytes()[:-7])
    assert "damaged" in kidgate.fails(3, "check", "news.example", "--as", "mai")
    snapshot.unlink()
    assert "run kidgate setup" in kidgate.fails(3, "check", "news.example", "--as", "mai")


def test_check_escapes_what_could_steer_the_terminal(kidgate: Kidgate) -> None:
    text = kidgate.run("check", "http://a.example/\x1b[2J\u202e", "--as", "mai").stdout
    assert "\x1b" not in text and "\u202e" not in text


def test_check_asks_as_the_page_does_when_from_and_resource_are(
    kidgate: Kidgate, tmp_path: Path
) -> None:
    path = tmp_path / "rules.txt"
    path.write_text("||tracker.example^$third-party,script\n||bet.example^\n||dice.example^\n")
    kidgate("feed", "import", str(path), "--category", "gambling")
    check = ("check", "https://tracker.example/t.js", "--as", "mai")
    assert kidgate.json(*check)["verdict"] == "allow"
    loaded = (*check, "--from", "https://news.example/", "--resource", "script")
    found = kidgate.json(*loaded, status=1)
    assert found["source"] == "feed rules: ||tracker.example^$3p,script (line 1)"
    own = (*check, "--from", "https://www.tracker.example/", "--resource", "script")
    assert kidgate.json(*own)["verdict"] == "allow"
    assert "--from" in kidgate.fails(2, *check, "--from", "ftp://news.example/")
