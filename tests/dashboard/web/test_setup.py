"""The first minutes of a house: what each step saves, and who may take it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kidgate.dashboard.acts.setup import SUGGESTED
from kidgate.documents.feed_data import load_catalogue
from kidgate.policies.rows import PolicyRows, Settings
from kidgate.store.feeds import all_feeds
from kidgate.store.inbox import Seen, put_seen
from tests.dashboard.conftest import NOW, Site
from tests.dashboard.house import house
from tests.dashboard.visiting import PASSWORD, Visitor, add_user, visitor

NEW = PolicyRows(settings=Settings(zone="Asia/Ho_Chi_Minh"))


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path_factory.getbasetemp()
    with house(folder, tmp_path / "home", "new", NEW) as found:
        yield found


@pytest.fixture
def lan(site: Site) -> Visitor:
    add_user(site.desk, "lan")
    found = visitor(site.app)
    assert found.sign_in("lan").status_code == 302
    return found


def link(site: Site) -> str:
    return str(site.do("invite.make", role="owner", groups=[], minutes=60, first=True)["key"])


def owner(key: str, **more: str) -> dict[str, str]:
    return {"key": key, "name": "Lan", "password": PASSWORD, "again": PASSWORD} | more


def test_link_makes_the_owner_once(site: Site) -> None:
    key, found = link(site), visitor(site.app)
    assert "Step 1" in found.get(f"/setup?key={key}").text
    assert "Step 2" in found.get(f"/setup?key={key}&step=owner").text
    assert found.post("/setup", owner(key, password="x", again="x")).status_code == 400
    assert found.post("/setup", owner(key)).location == "/setup/children"
    assert found.get("/people").status_code == 200
    assert site.desk.rows.settings.language == "en"
    again = visitor(site.app)
    assert again.get(f"/setup?key={key}").status_code == 404
    assert again.post("/setup", owner(key, name="eve")).status_code == 404
    assert not again.key


def test_link_for_another_role_sets_nothing_up(site: Site, lan: Visitor) -> None:
    key = site.do("invite.make", role="parent", groups=[], minutes=60)["key"]
    found = visitor(site.app)
    assert found.get(f"/setup?key={key}").status_code == 404
    assert found.post("/setup", owner(str(key))).status_code == 404


def test_steps_are_for_the_owner_who_is_signed_in(site: Site, lan: Visitor) -> None:
    add_user(site.desk, "ba", "parent")
    ba = visitor(site.app)
    ba.sign_in("ba")
    for step in ("children", "devices", "lists", "connect", "test"):
        assert visitor(site.app).get(f"/setup/{step}").location.startswith("/sign-in")
        assert ba.get(f"/setup/{step}").status_code == 403
        assert lan.get(f"/setup/{step}").status_code == 200
    assert ba.get("/setup").location == "/"


def test_children_are_saved_several_at_once(site: Site, lan: Visitor) -> None:
    form = {"name": ["Mai", "Tí", "", ""], "born": ["2016-05-01", "2012-03-09", "", ""]}
    assert lan.post("/setup/children", form).location == "/setup/devices"
    assert [(row.name, row.born) for row in site.desk.rows.profiles] == [
        ("Mai", date(2016, 5, 1)), ("Tí", date(2012, 3, 9)),
    ]  # fmt: skip


def test_child_without_a_date_is_asked_again_and_the_others_are_saved(
    site: Site, lan: Visitor
) -> None:
    form = {"name": ["Mai", "<b>Tí", ""], "born": ["2016-05-01", "", "2012-01-01"]}
    answer = lan.post("/setup/children", form)
    assert answer.status_code == 400 and "&lt;b&gt;Tí" in answer.text
    assert [row.name for row in site.desk.rows.profiles] == ["Mai"]
    assert 'value="2012-01-01"' in answer.text


def test_devices_are_given_to_whose_they_are(site: Site, lan: Visitor) -> None:
    lan.post("/setup/children", {"name": ["Mai"], "born": ["2016-05-01"]})
    macs = [f"a8:1c:00:00:00:0{number}" for number in range(4)]
    with site.desk.database.writing() as session:
        for mac in macs:
            put_seen(session, Seen(mac, mac, "10.9.0.5", "<b>x", "explicit", NOW, NOW))
    assert "<b>x" not in lan.get("/setup/devices").text
    form = {"place": macs, "of": ["mai", "adults", "-", ""]}
    assert lan.post("/setup/devices", form).location == "/setup/lists"
    owners = {row.macs[0]: row.of for row in site.desk.rows.devices}
    assert owners == {macs[0]: "mai", macs[1]: "adults", macs[2]: ""}
    adults = next(row for row in site.desk.rows.profiles if row.key == "adults")
    assert adults.tier == "adult"


def test_lists_are_added_and_fetched_beside(site: Site, lan: Visitor, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from kidgate.dashboard.acts import setup

    fetched: list[list[str]] = []
    monkeypatch.setattr(setup, "_fetch", lambda desk, actor, held, names: fetched.append(names))
    page = lan.get("/setup/lists").text
    assert "MIT" in page and 'value="chongluadao" checked' in page
    answer = lan.post("/setup/lists", {"key": ["chongluadao", "vn-badsite"]})
    assert answer.location == "/setup/lists?said=saved"
    with site.desk.database.reading() as session:
        assert {row.name for row in all_feeds(session)} == {"chongluadao", "vn-badsite"}
    assert fetched == [["chongluadao", "vn-badsite"]]
    assert "chongluadao" in lan.get("/live/setup/lists").text
    assert lan.post("/setup/lists", {"key": "no-such"}).status_code == 400
    assert lan.post("/setup/lists").location == "/setup/connect"


def test_one_goes_on_where_one_left_off(site: Site, lan: Visitor) -> None:
    assert lan.get("/setup").location == "/setup/children"
    lan.post("/setup/children", {"name": ["Mai"], "born": ["2016-05-01"]})
    assert lan.get("/setup").location == "/setup/devices"


def test_zone_of_the_house_is_changed(site: Site, lan: Visitor) -> None:
    lan.post("/setup/zone", {"zone": "Europe/Berlin"})
    assert site.desk.rows.settings.zone == "Europe/Berlin"
    assert lan.post("/setup/zone", {"zone": "Moon/Base"}).status_code == 400


def test_every_suggested_list_is_in_the_catalogue() -> None:
    assert set(SUGGESTED) <= load_catalogue().keys()
    assert all(load_catalogue()[key].tiers for key in SUGGESTED)
