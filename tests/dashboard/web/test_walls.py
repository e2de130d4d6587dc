"""Each role tries every route: what its role does not include is closed, whatever was sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from kidgate.dashboard import acts
from kidgate.dashboard.gate import ACTS
from kidgate.policies.people import Need, Role, may
from tests.dashboard.conftest import Site, house_with


@pytest.fixture(scope="module")
def site(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One house for all: what is tried here changes nothing."""
    with house_with(bare_home, tmp_path_factory.mktemp("house") / "home") as made:
        yield made


VALUES = {
    "key": "mai",
    "tier": "9-12",
    "device": "tablet",
    "group": "8A",
    "id": "1",
    "name": "x",
    "token": "x",
}


def routes(site: Site) -> list[tuple[Rule, str, Need | None]]:
    needs: dict[str, Need | None] = site.app.extensions["kidgate_needs"]
    return [
        (rule, method, needs[rule.endpoint])
        for rule in site.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        if rule.endpoint != "static" and not rule.endpoint.startswith("api.")
    ]


def address(site: Site, rule: Rule) -> str:
    """An address that the rule matches."""
    with site.app.test_request_context():
        values = {name: _value(name, rule) for name in rule.arguments}
        return site.app.url_map.bind("localhost").build(
            rule.endpoint,
            values,
            rule.methods and "GET" if "GET" in (rule.methods or ()) else "POST",
        )


def _value(name: str, rule: Rule) -> object:
    return 1 if f"<int:{name}>" in rule.rule else VALUES.get(name, "x")


@pytest.mark.parametrize("role", Role)
def test_route_is_closed_to_a_role_without_its_need(role: Role, site: Site) -> None:
    browser = site.as_role(role)
    closed = [(rule, method) for rule, method, need in routes(site) if need and not may(role, need)]
    for rule, method in closed:
        path = address(site, rule)
        answer = browser.get(path) if method == "GET" else browser.post(path)
        assert answer.status_code == 403, f"{method} {path}"


@pytest.mark.parametrize("role", Role)
def test_page_opens_for_a_role_that_may(role: Role, site: Site) -> None:
    browser = site.as_role(role)
    for rule, method, need in routes(site):
        if method == "GET" and need and may(role, need):
            answer = browser.get(address(site, rule))
            assert answer.status_code in (200, 302, 303, 404), f"{rule.rule}: {answer.status_code}"


def test_nobody_sees_anything_before_signing_in(site: Site) -> None:
    client = site.app.test_client()
    for rule, method, need in routes(site):
        if need is None:
            continue
        path = address(site, rule)
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = client.get(path) if method == "GET" else client.post(path, headers=headers)
        assert answer.status_code == 302, f"{method} {path}"
        assert answer.location.startswith("/sign-in"), path


def test_form_is_refused_when_another_site_sends_it(site: Site) -> None:
    browser = site.as_role("owner")
    forms = [rule for rule, method, _ in routes(site) if method == "POST"]
    assert forms
    for rule in forms:
        path = address(site, rule)
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            answer = browser.client.post(path, data={"csrf": "x"}, headers=headers)
            assert answer.status_code == 403, path


def test_form_is_refused_without_the_token_of_its_session(site: Site) -> None:
    browser = site.as_role("owner")
    for rule, method, _ in routes(site):
        if method == "POST":
            answer = browser.client.post(
                address(site, rule),
                data={"csrf": "0" * 64},
                headers={"Sec-Fetch-Site": "same-origin"},
            )
            assert answer.status_code == 403, rule.rule


def test_answer_never_lets_a_script_in_and_is_never_kept(site: Site) -> None:
    browser = site.as_role("owner")
    for rule, method, need in routes(site):
        if method == "GET" and need:
            answer = browser.get(address(site, rule))
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy
            assert answer.headers["Cache-Control"] == "no-store", rule.rule
            assert "<script>" not in answer.text and " style=" not in answer.text, rule.rule
            assert " onclick=" not in answer.text, rule.rule


def test_every_act_is_an_address_of_the_api(site: Site) -> None:
    acts.load()
    browser = site.as_role("owner")
    told = browser.get("/api/v1/openapi.json").json
    assert set(told["paths"]) == {act.path for act in ACTS.values()}


def test_api_refuses_who_has_neither_key_nor_session(site: Site) -> None:
    client = site.app.test_client()
    for act in ACTS.values():
        send = client.post if act.changes else client.get
        answer = send(f"/api/v1{act.path}")
        assert answer.status_code == 401, act.name
        assert answer.content_type == "application/problem+json"


def test_api_changes_nothing_for_a_session_without_the_token_of_its_pages(site: Site) -> None:
    browser = site.as_role("owner")
    for act in ACTS.values():
        if act.changes:
            answer = browser.client.post(f"/api/v1{act.path}", json={})
            assert answer.status_code == 403, act.name
