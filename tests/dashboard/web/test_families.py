"""Children, devices, classes, rules, lists, ages, weeks and settings as forms send them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from kidgate.documents.config import parse_listener
from kidgate.policies.model import Action
from kidgate.policies.rows import GroupRow, LessonRow, ProfileRow, RuleRow
from tests.dashboard.conftest import NOW, ROWS, Browser, Site

EVIL = "<b>x</b>\u202egnp\x07{{ 7*7 }}"


def went(answer: object) -> str:
    """Where a form leads."""
    assert answer.status_code == 302, answer.text  # type: ignore[attr-defined]
    return str(answer.location)  # type: ignore[attr-defined]


def test_child_is_added_and_changed_by_forms(site: Site) -> None:
    parent = site.as_role("parent")
    new = {"name": "Lan", "born": "2018-01-09", "groups": ["8A"], "language": "", "tier": ""}
    assert went(parent.post("/children/new", new)) == "/children/lan?said=child_added"
    page = parent.get("/children/lan").text
    assert "Ages 6-8" in page and "Moves to Ages 9-12 on" in page
    change = {"name": "Lan", "born": "", "language": "vi", "tier": "", "zone": ""}
    went(parent.post("/children/lan", change))
    row = next(row for row in site.desk.rows.profiles if row.key == "lan")
    assert (row.born, row.language, row.groups) == (None, "vi", ())
    quotas = {"about": ["all", "service:YouTube", ""], "minutes": ["90", "30", "5"]}
    went(parent.post("/children/lan/quotas", quotas))
    for wrong in ("x", "²", "9" * 5000):
        form = {"about": "all", "minutes": wrong}
        assert parent.post("/children/lan/quotas", form).status_code == 400
    went(parent.post("/children/lan/pause", {"minutes": "30", "reason": "ăn cơm"}))
    assert "ăn cơm" in parent.get("/children/lan").text
    went(parent.post("/children/lan/resume"))
    went(parent.post("/children/lan/pin", {"pin": "4071"}))
    went(parent.post("/children/lan/bonus", {"minutes": "15", "about": "all", "reason": "giỏi"}))
    assert "giỏi" in parent.get("/children/lan").text
    went(parent.post("/children/lan/free", {"lifts": "bedtime", "minutes": "60"}))
    assert site.desk.rows.exceptions[0].lifts == ("bedtime",)
    assert "its rules" not in parent.get("/children/lan/remove").text
    assert went(parent.post("/children/lan/remove")) == "/children?said=removed"
    assert parent.get("/children/lan").status_code == 404


def test_names_made_to_do_harm_are_text_everywhere(make_site: Callable[..., Site]) -> None:
    rows = replace(
        ROWS,
        groups=(GroupRow("8A", EVIL, "class"),),
        profiles=(ProfileRow("mai", EVIL, groups=("8A",)),),
        devices=(),
        rules=(RuleRow(1, "child:mai", "example.com", Action.BLOCK, author=EVIL, reason=EVIL),),
        lessons=(LessonRow(1, "group:8A", NOW + timedelta(hours=1), ("olm.vn",), EVIL, EVIL),),
    )
    site = make_site(rows)
    site.do("inbox.report", mac="3c:22:fb:00:00:02", address="10.9.0.50", name=EVIL, way="dns")
    pages = (
        "/children", "/children/mai", "/children/mai/remove", "/children/mai/week", "/devices",
        "/classes", "/classes/8A", "/rules", "/rules/new", "/rules/history", "/rules/history/1",
    )  # fmt: skip
    owner = site.as_role()
    for page in pages:
        text = owner.get(page).text
        assert "<b>x" not in text and "\u202e" not in text and "\x07" not in text, page
        assert "{{ 7*7 }}" in text or page in ("/rules/history",), page


def test_stranger_is_assigned_with_one_tap(site: Site) -> None:
    site.do("inbox.report", mac="02:ab:00:00:00:01", address="10.9.0.50", name="", way="dns")
    owner = site.as_role()
    page = owner.get("/devices").text
    assert 'value="child:mai"' in page and "Private Wi-Fi Address" in page
    went(owner.post("/devices/assign", {"place": "02:ab:00:00:00:01", "whose": "device:tablet"}))
    tablet = next(row for row in site.desk.rows.devices if row.key == "tablet")
    assert (tablet.of, tablet.macs) == ("mai", ("02:ab:00:00:00:01",))


def test_log_in_and_peer_are_in_the_answer_alone(site: Site) -> None:
    site.desk.listen = (parse_listener("wireguard://10.9.0.1:51820"),)
    owner = site.as_role()
    answer = owner.post("/devices/tablet/login")
    password = re.findall(r"<code>([^<]{16})</code>", answer.text)[-1]
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    peer = owner.post("/devices/tablet/wireguard", {"endpoint": ""})
    assert "PrivateKey" in peer.text and "<svg" in peer.text
    again = owner.get("/devices/tablet").text
    assert password not in again and "PrivateKey" not in again
    change = {"of": "nam", "places": "10.9.0.5\n3C:22:FB:00:00:02"}  # the box is not ticked
    went(owner.post("/devices/tablet", change))
    row = next(row for row in site.desk.rows.devices if row.key == "tablet")
    assert (row.of, row.macs, row.trusts_ca) == ("nam", ("3c:22:fb:00:00:02",), False)


def test_teacher_runs_a_lesson(site: Site) -> None:
    teacher = site.as_role("teacher")
    begin = {"targets": "olm.vn\nservice:youtube", "minutes": "45", "title": "Toán"}
    assert went(teacher.post("/classes/8A/lesson", begin)) == "/classes/8A?said=lesson_started"
    page = teacher.get("/classes").text
    assert "Toán" in page and "45 min left" in page and "9B" not in page
    went(teacher.post("/lessons/extend", {"scope": "group:8A", "minutes": "10"}))
    assert "55 min left" in teacher.get("/live/lessons").text
    went(teacher.post("/lessons/end", {"scope": "group:8A", "back": "//elsewhere.example"}))
    assert teacher.get("/classes/9B").status_code == 404
    assert teacher.post("/classes/9B/pause", {"minutes": "15"}).status_code == 403
    assert teacher.post("/classes/8A/join", {"children": "nam"}).status_code == 403


def test_rule_is_checked_in_words_then_added_and_rolled_back(site: Site) -> None:
    parent = site.as_role("parent")
    rule = {"target": "service:TikTok", "scope": "child:mai", "action": "block", "until": "today"}
    assert "the app <bdi>TikTok</bdi>" in parent.post("/rules/check", rule).text
    assert not site.desk.rows.rules
    broken = parent.post("/rules/new", rule | {"target": "exa mple"})
    assert broken.status_code == 400 and "exa mple" in broken.text
    parent.post("/rules/new", rule)
    (row,) = site.desk.rows.rules
    assert (row.target, row.until) == ("service:tiktok", NOW + timedelta(hours=5))
    assert "TikTok" in parent.get("/rules?action=block&scope=child:mai").text
    assert "Rule: Block" in parent.get("/rules/history/2").text
    page = parent.get("/rules/history/1").text
    assert "removed" in page and "Go back to version 1" in page
    went(parent.post("/rules/history/rollback", {"version": "1"}))
    assert not site.desk.rows.rules


def test_week_is_painted_without_a_script(site: Site) -> None:
    parent = site.as_role("parent")
    page = parent.get("/children/mai/week").text
    assert page.count('type="checkbox"') == 7 * 48
    cells = [f"{day}-{slot}" for day in range(7) for slot in (*range(12), *range(42, 48))]
    went(parent.post("/children/mai/week", {"what": "bedtime", "cell": cells}))
    assert site.desk.rows.profiles[0].bedtime == "daily 21:00-06:00"
    typed = {"what": "bedtime", "how": "text", "text": "daily except holidays 21:15-06:00"}
    went(parent.post("/children/mai/week", typed))
    page = parent.get("/children/mai/week").text
    assert "by holidays" in page or ("holidays" in page and "would lose it" in page)
    went(parent.post("/children/mai/week", {"what": "bedtime", "how": "tier"}))
    assert site.desk.rows.profiles[0].bedtime == ""
    seen = site.as_role("teacher").get("/children/mai/week").text
    assert seen.count(" disabled") == 7 * 48 and "data-paint" in seen


def test_house_tiers_and_lists_take_their_forms(site: Site) -> None:
    owner = site.as_role()
    tier = {"category:games": "block", "safe_search": "true", "new_service": "roblox"}
    went(owner.post("/tiers/9-12", tier | {"new_action": "ask", "about": "all", "minutes": "120"}))
    row = site.desk.tiers["9-12"]
    assert (row.categories["games"], row.services["roblox"]) == (Action.BLOCK, Action.ASK)
    assert row.quotas == {"all": 120}
    house = {
        "language": "en",
        "zone": "Asia/Ho_Chi_Minh",
        "retention_days": "30",
        "trusted": "a.vn",
    }
    went(owner.post("/settings", house | {"unknown_tier": "6-8"}))
    assert site.desk.rows.settings.trusted == ("a.vn",)
    went(owner.post("/settings/holidays", {"first": "2027-02-04", "last": "2027-02-10"}))
    assert len(site.desk.rows.settings.holidays) == 7
    went(owner.post("/settings/holidays/remove", {"days": "2027-02-04"}))
    went(owner.post("/settings/terms", {"key": "hk1", "first": "2026-09-07", "last": "2027-01-15"}))
    assert owner.post("/settings", {"zone": "Nowhere"}).status_code == 400
    assert "as Kidgate" in owner.get("/feeds/catalogue?category=gambling").text
    went(owner.post("/feeds/add", {"key": "starter-gambling"}))
    page = owner.get("/feeds").text
    assert "starter-gambling" in page and "not fetched yet" in page
    went(owner.post("/feeds/remove", {"name": "starter-gambling"}))


def test_form_without_our_token_changes_nothing(site: Site) -> None:
    browser: Browser = site.as_role()
    for path in ("/children/new", "/rules/new", "/feeds/add", "/settings"):
        headers = {"Sec-Fetch-Site": "none"}
        answer = browser.client.post(path, data={"name": "Lan"}, headers=headers)
        assert answer.status_code == 403


def test_teacher_s_pages_name_nobody_of_other_classes(site: Site) -> None:
    site.do("inbox.report", mac="3c:22:fb:00:00:02", address="10.9.0.50", name="x", way="dns")
    rule = {"target": "example.com", "scope": "child:nam", "action": "block"}
    went(site.as_role().post("/rules/new", rule))
    teacher = site.as_role("teacher")
    pages = ("/children", "/children/mai", "/children/mai/week", "/classes", "/classes/8A")
    for page in (*pages, "/rules", "/tiers", "/tiers/13-15"):
        answer = teacher.get(page)
        assert answer.status_code == 200, page
        for other in ("Nam<", "child:nam", "/nam", "9B", "10.9.0", "3c:22:fb"):
            assert other not in answer.text, (page, other)
