"""`service`, and what rules, checks and profiles tell of services."""

from __future__ import annotations

import pytest

from tests.console.runner import Kidgate


def verdict(kidgate: Kidgate, url: str, *, who: str = "mai") -> str:
    result = kidgate.run("check", f"https://{url}", "--as", who, "--at", "12:00", "--json")
    return str(result.stdout.partition('"verdict": "')[2].partition('"')[0])


def add(kidgate: Kidgate) -> None:
    kidgate(
        *("service", "add", "chat_vui", "--title", "Chat Vui", "--host", "*.ChatVui.example"),
        *("--payment-host", "pay.chatvui.example", "--url", "https://cong.example/vui"),
        *("--network", "198.51.100.0/24", "--category", "chat", "--min-age", 13),
        *("--companion", "fb", "--alias", "cv", "--dependency", "cdn.example"),
        *("--company-host", "vui.example"),
    )


# --- looking ---


def test_show_finds_a_service_by_any_name_and_tells_what_tiers_do(kidgate: Kidgate) -> None:
    found = kidgate.json("service", "show", "FB")
    assert (found["key"], found["made_by"]) == ("facebook", "kidgate")
    assert "facebook.com" in found["hosts"]
    assert found["tiers"] == {
        "0-5": "block",
        "6-8": "block",
        "9-12": "block",
        "13-15": "ask",
        "16-17": "allow",
        "adult": "allow",
    }
    shown = kidgate("service", "show", "zalo")
    assert "dependencies:   zadn.vn, zdn.vn" in shown
    assert "Messenger (messenger)" in kidgate("service", "show", "facebook")
    assert "did you mean `tiktok`?" in kidgate.fails(2, "service", "show", "tktok")


@pytest.mark.parametrize(
    ("options", "there", "not_there"),
    [
        ((), "tiktok", "nobody"),
        (("--category", "wallet"), "", ""),
        (("--category", "bank"), "momo", "zalo"),
        (("--category", "payment"), "momo", "zalo"),  # what lists call it
        (("--search", "lien quan"), "lien_quan", "zalo"),
        (("--search", "Liên Quân"), "lien_quan", "zalo"),
        (("--search", "twitter"), "x", "zalo"),
        (("--search", "zaloapp.com"), "zalo", "momo"),
        (("--own",), "", "zalo"),
        (("--search", "no-such-thing"), "", "zalo"),
    ],
)
def test_list_shows_those_that_are_asked_for(
    kidgate: Kidgate, options: tuple[str, ...], there: str, not_there: str
) -> None:
    if options == ("--category", "wallet"):
        assert "no category is called `wallet`" in kidgate.fails(2, "service", "list", *options)
        return
    keys = [row["key"] for row in kidgate.json("service", "list", *options)]
    assert (there in keys) is bool(there)
    assert not_there not in keys
    assert kidgate("service", "list", *options)


# --- changing ---


def test_a_service_of_the_house_s_own_is_judged_like_any(kidgate: Kidgate) -> None:
    add(kidgate)
    assert "cv" in kidgate.json("service", "show", "cv")["aliases"]
    kidgate("block", "service:CV", "--for", "everyone")
    assert kidgate.json("rule", "list")[0]["target"] == "service:chat_vui"
    assert verdict(kidgate, "www.chatvui.example") == "block"
    assert verdict(kidgate, "cong.example/vui/1") == "block"
    assert verdict(kidgate, "198.51.100.9") == "block"
    assert verdict(kidgate, "pay.chatvui.example") == "allow"
    assert verdict(kidgate, "vui.example") == "allow"
    assert verdict(kidgate, "cdn.example") == "allow"


def test_a_service_survives_export_and_apply(kidgate: Kidgate) -> None:
    add(kidgate)
    path = kidgate.home.parent / "policy.yaml"
    kidgate("policy", "export", "-o", path)
    before = kidgate.json("service", "show", "chat_vui")
    assert kidgate.json("policy", "apply", path)["changes"] == []
    path.write_text(path.read_text().replace("- cv", "- cv2"))
    assert "aliases: cv -> cv2" in kidgate("policy", "apply", path, "--dry-run")
    kidgate("policy", "apply", path)
    assert kidgate.json("service", "show", "chat_vui") == before | {"aliases": ["cv2"]}


def test_a_built_in_service_goes_back_when_its_change_is_removed(kidgate: Kidgate) -> None:
    before = kidgate.json("service", "show", "tiktok")
    kidgate("service", "change", "TikTok", "--host", "tt.example", "--drop", "muscdn.com")
    after = kidgate.json("service", "show", "tiktok")
    assert after["made_by"] == "kidgate, changed"
    assert after["hosts"] == [h for h in before["hosts"] if h != "muscdn.com"] + ["tt.example"]
    assert [row["key"] for row in kidgate.json("service", "list", "--own")] == ["tiktok"]
    kidgate("service", "remove", "tiktok")
    assert kidgate.json("service", "show", "tiktok") == before
    assert "built in and unchanged" in kidgate.fails(2, "service", "remove", "tiktok")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "tiktok", "--host", "a.example"), "is there already"),
        (("add", "Vui", "--host", "a.example"), "write `vui`"),
        (("add", "vui"), "needs a host, a URL or a network"),
        (("add", "vui", "--host", "com.vn"), "`com.vn` is a public suffix"),
        (("add", "vui", "--host", "a.example", "--category", "chta"), "did you mean `chat`?"),
        (("add", "vui", "--host", "a.example", "--companion", "tktok"), "did you mean `tiktok`?"),
        (
            ("add", "vui", "--host", "a.example", "--dependency", "b.a.example"),
            "`b.a.example` is blocked with it",
        ),
        (("change", "tiktok"), "name what to change"),
        (("change", "tiktok", "--drop", "x.example"), "has no `x.example`"),
        (("remove", "vui"), "no service is called `vui`"),
    ],
)
def test_nothing_changes_when_a_service_cannot_be(
    kidgate: Kidgate, arguments: tuple[str, ...], said: str
) -> None:
    version = kidgate.version
    assert said in kidgate.fails(2, "service", *arguments)
    assert kidgate.version == version


def test_a_service_that_a_rule_names_cannot_be_removed(kidgate: Kidgate) -> None:
    add(kidgate)
    kidgate("block", "service:chat_vui", "--for", "mai")
    said = kidgate.fails(2, "service", "remove", "chat_vui")
    assert "rule 1: target: no service is called `chat_vui`" in said


# --- beside rules, checks and profiles ---


def test_block_tells_what_of_the_same_habit_goes_on(kidgate: Kidgate) -> None:
    said = kidgate.run("block", "service:fb", "--for", "everyone").stderr
    assert "Messenger goes on working in part; block service:messenger too" in said
    assert "Instagram goes on working; block service:instagram too" in said
    said = kidgate.run("block", "service:messenger", "--for", "everyone").stderr
    assert "Facebook" not in said
    # Mai's tier stops all of them already.
    assert "Note" not in kidgate.run("block", "service:fb", "--for", "mai").stderr


def test_allow_tells_what_a_service_needs_besides(kidgate: Kidgate) -> None:
    said = kidgate.run("allow", "service:zalo", "--for", "mai").stderr
    assert "also needs zadn.vn, zdn.vn" in said


def test_profile_and_check_tell_what_is_open_too_early(kidgate: Kidgate) -> None:
    kidgate("allow", "service:tiktok", "--for", "mai")
    found = kidgate.json("profile", "show", "mai")["too_young_for"]
    by_key = {one["service"]: one for one in found}
    assert by_key["tiktok"]["opened_by"] == "rule 1"
    assert (by_key["youtube"]["min_age"], by_key["youtube"]["opened_by"]) == (13, None)
    assert "facebook" not in by_key
    assert "TikTok (rule 1)" in kidgate("profile", "show", "mai")
    assert kidgate.json("profile", "show", "nam")["too_young_for"] == []
    check = kidgate.json("check", "https://www.youtube.com/", "--as", "mai", "--at", "12:00")
    assert check["too_young_for"] == {"youtube": 13}
    assert "YouTube is from 13" in kidgate(
        "check", "https://www.youtube.com/", "--as", "mai", "--at", "12:00"
    )
    lint = kidgate.json("policy", "lint")["odd"]
    assert [line for line in lint if "opens TikTok (service:tiktok) to mai" in line]
