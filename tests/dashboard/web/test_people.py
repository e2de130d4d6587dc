"""The adults of the house, and the link by which one more joins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kidgate.store.people import find_user
from tests.dashboard.conftest import NOW, ROWS, Site
from tests.dashboard.house import house
from tests.dashboard.visiting import PASSWORD, Visitor, hidden, visitor

USERS = (("an", "owner"), ("ba", "parent"), ("co", "teacher"))


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path_factory.getbasetemp()
    with house(folder, tmp_path / "home", "people", ROWS, USERS) as found:
        yield found


@pytest.fixture
def an(site: Site) -> Visitor:
    found = visitor(site.app)
    assert found.sign_in("an").status_code == 302
    return found


def invited(an: Visitor, role: str = "teacher", **more: object) -> str:
    page = an.post("/people/invite", {"role": role, "minutes": "60", **more}).text
    found = re.search(r"http://localhost(/join\?key=[\w-]+)", page)
    assert found is not None
    return found[1]


def joining(path: str, name: str = "dung", **more: str) -> dict[str, str]:
    key = path.partition("key=")[2]
    return {"key": key, "name": name, "password": PASSWORD, "again": PASSWORD} | more


def test_link_makes_one_account_with_its_role_and_classes(an: Visitor, site: Site) -> None:
    path = invited(an, groups=["8A", "9B"])
    for _ in range(2):  # looking uses nothing up
        assert "Teacher" in visitor(site.app).get(path).text
    found = visitor(site.app)
    assert found.post("/join", joining(path)).location == "/"
    assert found.get("/requests").status_code == 200
    assert found.get("/people").status_code == 403
    with site.desk.database.reading() as session:
        user = find_user(session, "dung")
    assert user is not None and user.role == "teacher" and user.groups == ("8A", "9B")
    again = visitor(site.app)
    assert again.post("/join", joining(path, "eve")).status_code == 404
    assert not again.key and again.get(path).status_code == 404


def test_link_is_over_after_its_time_and_none_is_made_up(an: Visitor, site: Site) -> None:
    path = invited(an)
    site.clock[0] = NOW + timedelta(minutes=61)
    assert visitor(site.app).post("/join", joining(path)).status_code == 404
    assert visitor(site.app).get("/join?key=x").status_code == 404


def test_account_that_will_not_do_leaves_the_link_good(an: Visitor, site: Site) -> None:
    path, found = invited(an, "parent"), visitor(site.app)
    for more, why in (
        ({"name": "an"}, "Somebody has this name"),
        ({"name": "<b>"}, "A name has letters"),
        ({"password": "short", "again": "short"}, "at least 10"),
        ({"password": "password12345", "again": "password12345"}, "too easy"),
        ({"again": "another"}, "not the same"),
    ):
        answer = found.post("/join", joining(path) | more)
        assert answer.status_code == 400 and why in answer.text and PASSWORD not in answer.text
    assert found.post("/join", joining(path)).status_code == 302


def test_role_is_not_chosen_by_who_joins(an: Visitor, site: Site) -> None:
    path, found = invited(an, "parent"), visitor(site.app)
    found.post("/join", joining(path, role="owner"))
    assert found.get("/people").status_code == 403


def test_changed_role_signs_out_and_the_last_owner_stays(an: Visitor, site: Site) -> None:
    co = visitor(site.app)
    co.sign_in("co")
    change = {"name": "co", "role": "teacher", "groups": ["9B"]}
    assert an.post("/people/change", change).status_code == 302
    assert co.get("/account").status_code == 302
    assert "only owner" in an.post("/people/change", {"name": "an", "role": "parent"}).text
    assert an.post("/people/change", {"name": "an", "active": "false"}).status_code == 400
    assert an.post("/people/remove", {"name": "an"}).status_code == 400
    assert an.get("/people").status_code == 200


def test_person_is_stopped_and_let_in_again_and_removed(an: Visitor, site: Site) -> None:
    an.post("/people/change", {"name": "ba", "active": "false"})
    assert visitor(site.app).sign_in("ba").status_code == 403
    assert "May not sign in" in an.get("/people").text
    an.post("/people/change", {"name": "ba", "active": "true"})
    assert visitor(site.app).sign_in("ba").status_code == 302
    an.post("/people/remove", {"name": "ba"})
    assert an.get("/people/one?name=ba").status_code == 404


def test_change_asks_for_the_password_when_the_sign_in_is_old(an: Visitor, site: Site) -> None:
    site.clock[0] = NOW + timedelta(minutes=16)
    for path, form in (
        ("/people/invite", {"role": "owner", "minutes": "60"}),
        ("/people/change", {"name": "ba", "role": "owner"}),
        ("/people/remove", {"name": "ba"}),
        ("/people/code-remove", {"name": "ba"}),
    ):
        assert an.post(path, form).status_code == 403
        assert an.post(path, form | {"password": "wrong"}).status_code == 403
    assert "/join?key=" in an.post(
        "/people/invite", {"role": "parent", "minutes": "60", "password": PASSWORD}
    ).text  # fmt: skip


def test_lost_phone_is_helped_by_an_owner(an: Visitor, site: Site) -> None:
    site.do("user.totp", name="ba", secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", step=0)
    found = visitor(site.app)
    assert hidden(found.sign_in("ba").text, "ticket")
    assert an.post("/people/code-remove", {"name": "ba"}).status_code == 302
    assert found.sign_in("ba").status_code == 302
