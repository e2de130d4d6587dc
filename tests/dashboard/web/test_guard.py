from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from kidgate.dashboard.web.guard import Guard
from kidgate.documents.config import AT_HOME
from kidgate.policies.rows import DeviceRow
from kidgate.proxy.who.sessions import Session, SignedIn, dump
from tests.dashboard.conftest import ROWS, Site

GUARD = Guard(AT_HOME, ("box.example",), {"10.9.0.77": "02:00:00:00:00:01"}.get)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "192.168.1.7", "::1", "::ffff:10.0.0.1", "fe80::1"]
)
def test_address_of_the_house_is_near(address: str) -> None:
    assert GUARD.is_near(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:db8::1", "", "nonsense", "172.32.0.1"])
def test_other_address_is_far(address: str) -> None:
    assert not GUARD.is_near(address)


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8088", "127.0.0.1:8088", "[::1]:8443", "box.example", "BOX.example."],
)
def test_host_of_ours_is_ours(host: str) -> None:
    assert GUARD.is_ours(host)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "a b", "box.example.evil"]
)
def test_host_of_another_is_not_ours(host: str) -> None:
    assert not GUARD.is_ours(host)


def test_childs_address_in_any_spelling_is_a_childs() -> None:
    assert GUARD.child_at("10.9.0.5", ROWS, lambda key: False) == "mai"
    assert GUARD.child_at("::ffff:10.9.0.5", ROWS, lambda key: False) == "mai"
    assert GUARD.child_at("10.9.0.5", ROWS, lambda key: key == "mai") == ""
    assert GUARD.child_at("10.9.0.4", ROWS, lambda key: False) == ""


def test_childs_device_sees_no_page_even_with_an_owners_session(site: Site) -> None:
    browser = site.as_role("owner")
    for path in ("/", "/sign-in", "/api/v1/openapi.json", "/static/style.css", "/nothing"):
        answer = browser.get(path, environ_overrides={"REMOTE_ADDR": "10.9.0.5"})
        assert answer.status_code == 403, path
        assert "child" in answer.text


def test_page_under_a_name_of_another_is_not_served(site: Site) -> None:
    answer = site.as_role().get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 421


def test_page_from_far_is_not_served(site: Site) -> None:
    answer = site.as_role().get("/", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert answer.status_code == 403


def test_shared_device_is_a_childs_while_the_child_is_signed_in(
    make_site: Callable[..., Site],
) -> None:
    family = DeviceRow("family", "", ("10.9.0.9",))
    site = make_site(replace(ROWS, devices=(*ROWS.devices, family)))
    seat = {"environ_overrides": {"REMOTE_ADDR": "10.9.0.9"}}
    assert site.as_role().get("/sign-in", **seat).status_code != 403
    until = site.desk.now() + timedelta(hours=1)
    site.home.sessions.parent.mkdir(parents=True, exist_ok=True)
    site.home.sessions.write_bytes(dump(SignedIn((Session("family", "mai", until),))))
    assert site.as_role().get("/sign-in", **seat).status_code == 403
    site.clock[0] = until
    assert site.as_role().get("/sign-in", **seat).status_code != 403
