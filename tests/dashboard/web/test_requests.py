"""Requests: who sees them, what an answer does, links that answer without signing in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kidgate.store.requests import find_request, put_request
from tests.dashboard.conftest import NOW, ROWS, Site
from tests.dashboard.house import house
from tests.dashboard.visiting import Visitor, visitor

USERS = (("an", "owner"), ("binh", "teacher"), ("chi", "auditor"))
NOTE = "<script>alert(1)</script>\u202e"


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path_factory.getbasetemp()
    with house(folder, tmp_path / "home", "requests", ROWS, USERS) as found:
        yield found


def asked(site: Site, child: str = "mai", **more: Any) -> int:
    device = {"mai": "tablet", "nam": "phone"}[child]
    given = {"url": "https://olm.vn/bai?x=1", "reason": "not_on_allow_list"} | more
    args = {"service": "", "category": "", "note": NOTE, "entry": ""} | given
    return int(site.do("request.open", child=child, device=device, **args)["request"])


def signed_in(site: Site, name: str) -> Visitor:
    found = visitor(site.app)
    assert found.sign_in(name).status_code == 302
    return found


def state(site: Site, number: int) -> str:
    with site.desk.database.reading() as session:
        found = find_request(session, number)
    assert found is not None
    return found.state


def yes(number: int, choice: str = "site|child|1h", **more: str) -> dict[str, str]:
    return {"id": str(number), "choice": choice, "yes": "true", "own": ""} | more


def test_request_is_shown_in_words_and_its_note_as_text(site: Site) -> None:
    asked(site)
    page = signed_in(site, "an").get("/requests").text
    assert "Mai" in page and "olm.vn" in page and "only chosen sites" in page
    assert "<script>alert" not in page and "\u202e" not in page
    assert 'value="site|child|1h" selected' in page


def test_answer_opens_the_site_and_is_told_to_the_child(site: Site) -> None:
    number = asked(site)
    an = signed_in(site, "an")
    form = yes(number, own="Học giỏi nhé")
    assert an.post("/requests/answer", form).location == "/requests?said=answered"
    said = site.do("request.state", request=number, child="mai")
    assert said["state"] == "approved" and said["answer"] == "Học giỏi nhé" and said["until"]
    assert "Học giỏi nhé" in an.get(f"/requests/{number}").text
    assert [grant.target for grant in site.desk.rows.grants] == ["olm.vn"]
    # A second answer changes nothing: the page shows the first one.
    assert an.post("/requests/answer", form).location == f"/requests/{number}"
    assert len(site.desk.rows.grants) == 1


def test_no_goes_with_a_kind_sentence(site: Site) -> None:
    number = asked(site)
    form = {"id": str(number), "yes": "false", "own": "", "kind": "Not now, dear."}
    signed_in(site, "an").post("/requests/answer", form)
    assert site.do("request.state", request=number, child="mai")["answer"] == "Not now, dear."
    assert site.desk.rows.grants == ()


def test_danger_is_opened_only_by_who_was_warned(site: Site) -> None:
    number = asked(site, url="https://bad.example.org/p", reason="security")
    an = signed_in(site, "an")
    page = an.post("/requests/answer", yes(number))
    assert "dangerous" in page.text and state(site, number) == "open"
    parts = {"scope": "site", "duration": "1h", "whom": "child", "text": ""}
    given = {"id": str(number), "yes": "true", "confirmed": "true"} | parts
    assert an.post("/requests/answer", given).status_code == 302
    assert state(site, number) == "approved"


def test_teacher_sees_and_answers_the_own_class_alone(site: Site) -> None:
    own, other = asked(site), asked(site, "nam", url="https://secret.example/")
    binh = signed_in(site, "binh")
    assert "secret.example" not in binh.get("/requests").text
    assert '<span class="count">1</span>' in binh.get("/live/requests").text
    assert binh.get(f"/requests/{other}").status_code == 404
    assert binh.post("/requests/answer", yes(other)).status_code == 404
    assert "|tier|" not in binh.get(f"/requests/{own}").text
    assert binh.post("/requests/answer", yes(own, "site|tier|1h")).status_code == 403
    assert binh.post("/requests/answer", yes(own)).status_code == 302
    assert state(site, other) == "open"


def test_auditor_answers_nothing(site: Site) -> None:
    number = asked(site)
    chi = signed_in(site, "chi")
    assert chi.get("/requests").status_code == 403
    assert chi.post("/requests/answer", yes(number)).status_code == 403
    assert state(site, number) == "open"


def test_older_answers_are_on_pages_of_their_own(site: Site) -> None:
    row = {"profile": "mai", "device": "tablet", "url": "", "note": "", "reason": "rule"}
    with site.desk.database.writing() as session:
        for number in range(23):
            name = f"site{number}.example"
            put_request(session, at=NOW, target=name, site=name, **row | {"state": "denied"})
    an = signed_in(site, "an")
    first = an.get("/requests").text
    assert "site22.example" in first and "site2.example" not in first
    assert "site2.example" in an.get("/requests?before=4").text


def test_open_list_is_told_of_a_newer_request(site: Site) -> None:
    first = asked(site)
    an = signed_in(site, "an")
    assert f"/live/requests/new?after={first}" in an.get("/requests").text
    assert an.get(f"/live/requests/new?after={first}").text.strip() == ""
    asked(site, "nam", url="https://other.example/")
    assert "1 new request" in an.get(f"/live/requests/new?after={first}").text


def linked(site: Site, number: int, user: str = "an") -> str:
    return "/answer/" + str(site.do("request.link", id=number, user=user)["token"])


def test_link_shows_its_request_and_answers_once(site: Site) -> None:
    number, other = asked(site), asked(site, "nam", url="https://secret.example/")
    path, nobody = linked(site, number), visitor(site.app)
    for _ in range(2):
        page = nobody.get(path)
        assert page.status_code == 200 and "olm.vn" in page.text
        assert "secret.example" not in page.text and "<script>alert" not in page.text
    assert state(site, number) == "open"
    assert nobody.post(path, yes(other)).status_code == 200  # the link says which request
    assert (state(site, number), state(site, other)) == ("approved", "open")
    again = nobody.post(path, {"yes": "false", "own": "", "kind": "no"})
    assert state(site, number) == "approved" and again.status_code == 410
    assert "answered" in again.text and "<bdi>an</bdi>" in nobody.get(path).text


def test_link_is_refused_when_made_up_or_sent_by_another_site(site: Site) -> None:
    number = asked(site)
    path, nobody = linked(site, number), visitor(site.app)
    assert nobody.get(path[:-2] + "xx").status_code == 404
    answer = nobody.post(path, yes(number), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and state(site, number) == "open"


def test_link_warns_of_danger_first(site: Site) -> None:
    number = asked(site, url="https://bad.example.org/p", reason="security")
    path, nobody = linked(site, number), visitor(site.app)
    assert "dangerous" in nobody.post(path, yes(number)).text and state(site, number) == "open"
    parts = {"scope": "site", "duration": "1h", "whom": "child", "text": ""}
    nobody.post(path, {"yes": "true", "confirmed": "true"} | parts)
    assert state(site, number) == "approved"


def test_link_of_somebody_who_was_stopped_answers_nothing(site: Site) -> None:
    number = asked(site)
    path = linked(site, number, "binh")
    site.do("user.change", name="binh", active=False)
    assert visitor(site.app).post(path, yes(number)).status_code == 404
    assert state(site, number) == "open"
