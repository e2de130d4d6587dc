"""The cases of `../shared/cases` that are about the dashboard, one test each, by their number.

Their addresses are those of no product; here stands what each means at ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kidgate.dashboard import acts
from kidgate.dashboard.actor import Actor
from kidgate.dashboard.faults import Invalid, Refused
from kidgate.dashboard.gate import ACTS
from kidgate.policies.journal import Entry
from kidgate.policies.people import Role
from kidgate.store import audit
from kidgate.store.feeds import all_feeds
from kidgate.store.inbox import Seen, put_seen
from kidgate.store.journal import append
from tests.dashboard.conftest import NOW, ROWS, Site
from tests.dashboard.house import house
from tests.dashboard.visiting import PASSWORD, Visitor, visitor

TABLET = {"REMOTE_ADDR": "10.9.0.5"}  # Mai's
MARKUP = "<script>alert(1)</script>"
# Played by the proxy's rig of `tests.cases`, or beside the code that they are about.
ELSEWHERE = {
    "D-admin-006": "the proxy's rig",
    "D-admin-009": "tests/e2e/test_no_way_in.py",
    "D-admin-010": "tests/e2e/test_no_way_in.py",
    "D-admin-011": "tests/proxy/test_asking.py: a seal holds the address to go back to",
    "D-admin-013": "the proxy's rig",
    "D-admin-016": "tests/keeper/test_requests.py: five open, twenty a day",
}


@pytest.fixture
def site(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.getbasetemp() / "cases"
    users = (("an", "owner"), ("kim", "auditor"))
    with house(folder, tmp_path / "home", "cases", ROWS, users) as found:
        yield found


@pytest.fixture
def parent(site: Site) -> Visitor:
    found = visitor(site.app)
    assert found.sign_in().status_code == 302
    return found


def attempt(site: Site, **changes: str) -> None:
    fields = {
        "id": "a",
        "child": "mai",
        "device": "tablet",
        "tier": "9-12",
        "verdict": "block",
        "reason": "category",
        "category": "games",
        "host": "blocked.example",
        "url": "http://blocked.example/",
        "source": "feed a: blocked.example",
        "version": "1",
    } | changes
    with site.desk.database.writing() as session:
        append(session, [Entry(at=NOW, rule_id=None, **fields)])  # type: ignore[arg-type]


def test_d_admin_001_nothing_answers_without_a_session(site: Site) -> None:
    for path in ("/api/v1/rules/list", "/api/v1/account/show", "/rules", "/journal"):
        answer = visitor(site.app).get(path)
        assert answer.status_code in (302, 401), path
        assert "mai" not in answer.text.lower()


def test_d_admin_002_wrong_passwords_end_in_a_wait(site: Site) -> None:
    found = visitor(site.app)
    statuses = [found.sign_in(password="wrong password").status_code for _ in range(11)]
    assert statuses[-1] == 429
    with site.desk.database.reading() as session:
        assert [line.act for line in audit.query(session)].count("login.failed") >= 5


def test_d_admin_003_change_sent_by_another_site_is_refused(site: Site, parent: Visitor) -> None:
    before = site.desk.read()[1]
    headers = {"Origin": "http://kids.example", "Sec-Fetch-Site": "cross-site"}
    body = {"scope": "everyone", "target": "blocked.example", "action": "allow"}
    for path in ("/rules/new", "/api/v1/rules/add"):
        answer = parent.client.post(path, data=body, headers=headers)
        assert answer.status_code in (403, 404, 405), path
    assert site.desk.read()[1] == before


def test_d_admin_004_foreign_host_is_refused(parent: Visitor) -> None:
    answer = parent.get("/", headers={"Host": "evil.example:8443"})
    assert answer.status_code == 421
    assert "Mai" not in answer.text


@pytest.mark.parametrize("path", ["/journal", "/reports", "/"])
def test_d_admin_005_and_018_markup_of_a_visit_is_text(
    path: str, site: Site, parent: Visitor
) -> None:
    attempt(site, url=f"http://blocked.example/?q={MARKUP}", source=f"feed {MARKUP}")
    attempt(site, id="b", host=f"{MARKUP}.example")
    assert MARKUP not in parent.get(path).text


def test_d_admin_007_note_of_a_request_is_text(site: Site, parent: Visitor) -> None:
    note = '<svg/onload=fetch("/api/policies")>'
    fields = {"url": "http://blocked.example/", "reason": "category", "category": "games"}
    more = {"service": "", "note": note, "entry": "a"}
    site.do("request.open", child="mai", device="tablet", **fields, **more)
    text = parent.get("/requests").text
    assert "<svg/onload" not in text and "&lt;svg/onload" in text


def test_d_admin_008_child_cannot_answer(site: Site) -> None:
    found = visitor(site.app)
    for path in ("/requests/answer", "/api/v1/requests/answer"):
        answer = found.client.post(path, data={"id": "1", "yes": "true"}, environ_overrides=TABLET)
        assert answer.status_code == 403, path


def test_d_admin_012_session_is_for_this_site_alone(site: Site) -> None:
    found = visitor(site.app)
    form = {"name": "an", "password": PASSWORD}
    answer = found.post("/sign-in", form, base_url="https://localhost")
    (cookie,) = [text for text in answer.headers.getlist("Set-Cookie") if "kidgate" in text]
    for flag in ("HttpOnly", "SameSite=Strict", "Secure", "__Host-", "Path=/"):
        assert flag in cookie
    other = visitor(site.app).post("/sign-in", form, base_url="https://localhost")
    assert other.headers["Set-Cookie"].split(";")[0] != cookie.split(";")[0]


def test_link_in_a_message_leads_where_it_points_though_it_bears_no_session(site: Site) -> None:
    answer = visitor(site.app).get("/requests?a=1", headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["Refresh"] == "0; url=/requests?a=1"
    again = visitor(site.app).get("/requests?a=1", headers={"Sec-Fetch-Site": "same-origin"})
    assert again.status_code == 302


def test_d_admin_014_export_holds_no_formula(site: Site, parent: Visitor) -> None:
    attempt(site, host="=cmd|calc!A0.blocked.example")
    text = parent.get("/reports.csv?days=7").text
    assert "'=cmd|calc" in text and ",=cmd" not in text


@pytest.mark.parametrize("text", ["' OR 1=1--", '"', "%", "_", "\\", "\x00", "a" * 5000])
def test_d_admin_015_search_takes_any_text(text: str, site: Site, parent: Visitor) -> None:
    attempt(site)
    answer = parent.get("/journal", query_string={"text": text, "days": "7"})
    assert answer.status_code in (200, 400)


def test_d_admin_017_guesses_elsewhere_keep_nobody_out(site: Site) -> None:
    child = visitor(site.app)
    for address in ("10.9.0.5", "10.9.0.99"):  # a child's device, and one that nobody has named
        for _ in range(50):
            child.post(
                "/sign-in",
                {"name": "an", "password": "wrong password"},
                environ_overrides={"REMOTE_ADDR": address},
            )
    assert visitor(site.app).sign_in().status_code == 302


def test_d_admin_019_name_of_a_device_is_text(site: Site, parent: Visitor) -> None:
    name = "<b onmouseover=alert(1)>"
    with site.desk.database.writing() as session:
        put_seen(session, Seen("10.9.0.70", "", "10.9.0.70", name, "explicit", NOW, NOW))
    text = parent.get("/devices").text
    assert name not in text and "&lt;b onmouseover" in text


def test_d_admin_020_list_comes_from_the_catalogue_alone(site: Site) -> None:
    acts.load()
    for location in ("https://127.0.0.1:8443/api/backup", "file:///etc/passwd"):
        asked = ACTS["feeds.add"].from_text({"key": location})
        with pytest.raises(Refused):
            ACTS["feeds.add"](site.desk, Actor("an", Role.OWNER), asked)
    with site.desk.database.reading() as session:
        assert all_feeds(session) == []


def test_d_admin_021_deep_json_is_a_plain_mistake(site: Site) -> None:
    acts.load()
    before = site.desk.read()[1]
    deep = b'{"scope":' * 100_000 + b"1" + b"}" * 100_000
    for name in ("rules.add", "children.add", "settings.change"):
        with pytest.raises(Invalid):
            ACTS[name].from_json(deep)
    assert site.desk.read()[1] == before


def test_d_admin_022_two_mistakes_are_forgiven(site: Site) -> None:
    found = visitor(site.app)
    for _ in range(2):
        assert found.sign_in(password="wrong password").status_code != 302
    assert found.sign_in().status_code == 302


def test_d_admin_023_auditor_changes_nothing(site: Site) -> None:
    kim = visitor(site.app)
    assert kim.sign_in("kim").status_code == 302
    before = site.desk.read()[1]
    rule = {"scope": "everyone", "target": "blocked.example", "action": "allow"}
    assert kim.post("/rules/new", rule).status_code in (403, 404, 405)
    assert kim.post("/api/v1/rules/add", rule).status_code in (400, 403)
    assert site.desk.read()[1] == before


@pytest.mark.shared
def test_every_case_of_the_dashboard_is_somewhere(shared: Path) -> None:
    lines = (shared / "cases" / "bypass_dev.jsonl").read_text(encoding="utf-8").splitlines()
    cases = {case["id"] for case in map(json.loads, lines) if case["layer"] == "admin"}
    here = {
        f"D-admin-{number}"
        for name in globals()
        if name.startswith("test_d_admin_")
        for number in name.removeprefix("test_d_admin_").split("_")
        if number.isdigit()
    }
    assert cases == here | ELSEWHERE.keys()
