"""Signing in and out, one's own account: what lets somebody in, and what does not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask

from kidgate.dashboard.web.sessions import csrf_of
from kidgate.store import audit
from kidgate.store.keys import hash_key
from tests.dashboard.conftest import NOW, ROWS, Site
from tests.dashboard.house import house
from tests.dashboard.signing_in.authenticator import Authenticator
from tests.dashboard.visiting import PASSWORD, Visitor, add_user, hidden, visitor

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path_factory.getbasetemp()
    with house(folder, tmp_path / "home", "accounts", ROWS, (("an", "owner"),)) as found:
        yield found


@pytest.fixture
def app(site: Site) -> Flask:
    return site.app


@pytest.fixture
def an(app: Flask) -> Visitor:
    found = visitor(app)
    assert found.sign_in().status_code == 302
    return found


def code_at(seconds: int = 0) -> str:
    return pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=seconds))


def with_code(site: Site) -> None:
    site.do("user.totp", name="an", secret=SECRET, step=0)


def acts_of(site: Site) -> list[tuple[str, str]]:
    with site.desk.database.reading() as session:
        return [(line.act, line.user) for line in audit.query(session)]


# --- signing in ---


def test_right_password_opens_the_page_that_was_asked_for(app: Flask) -> None:
    answer = visitor(app).get("/people?x=1")
    to = answer.location
    found = visitor(app)
    assert "Sign in" in found.get(to).text
    assert found.sign_in(to="/people?x=1").location == "/people?x=1"
    assert found.get("/people").status_code == 200


def test_nobody_is_sent_elsewhere_after_signing_in(app: Flask) -> None:
    for to in ("https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example"):
        found = visitor(app)
        assert found.sign_in(to=to).location == "/"
        assert found.get("/sign-in", query_string={"to": to}).location == "/"


def test_wrong_password_and_unknown_name_are_answered_alike(app: Flask, site: Site) -> None:
    wrong = visitor(app).sign_in("an", "not the password")
    unknown = visitor(app).sign_in("nobody-here", "not the password")
    impossible = visitor(app).sign_in("\u202e<b>", PASSWORD)
    assert wrong.status_code == unknown.status_code == impossible.status_code == 403
    alike = {re.sub(r"(ticket. value=|challenge.: ).[\w.-]+.", "", one.text)
             for one in (wrong, unknown, impossible)}  # fmt: skip
    assert len(alike) == 1
    assert not wrong.headers.getlist("Set-Cookie")


def test_password_is_hashed_also_for_a_name_that_nobody_has(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kidgate.dashboard.signing_in import entering

    tried: list[str] = []

    def is_right(hash: str, password: str) -> bool:
        tried.append(hash)
        return False

    monkeypatch.setattr(entering.passwords, "is_right", is_right)
    visitor(app).sign_in("an", "x")
    visitor(app).sign_in("nobody-here", "x")
    visitor(app).sign_in("\u202e", "x")
    assert len(tried) == 3 and tried[0] and not any(tried[1:])


def test_sign_in_is_noted_and_a_name_that_nobody_has_is_not_kept(app: Flask, site: Site) -> None:
    visitor(app).sign_in("an", "wrong")
    visitor(app).sign_in("my-password-in-the-wrong-field", "wrong")
    visitor(app).sign_in()
    assert acts_of(site)[:3] == [("login.open", "an"), ("login.failed", ""), ("login.failed", "an")]


def test_name_that_is_tried_too_often_waits(app: Flask) -> None:
    answers = [visitor(app).sign_in("an", "wrong").status_code for _ in range(11)]
    assert answers == [403] * 10 + [429]
    assert visitor(app).sign_in().status_code == 429


def test_address_that_tries_many_names_waits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from kidgate.dashboard.signing_in import brake

    monkeypatch.setattr(brake, "BY_ADDRESS", 4)
    answers = [visitor(app).sign_in(f"n{number}", "x").status_code for number in range(5)]
    assert answers == [403] * 4 + [429]


def test_session_has_a_new_key_that_no_script_sees(app: Flask) -> None:
    found = visitor(app)
    found.client.set_cookie("kidgate", "a-key-of-the-attackers-choice")
    cookie = found.sign_in().headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie
    assert found.key != "a-key-of-the-attackers-choice" and len(found.key) >= 43
    other = visitor(app)
    other.client.set_cookie("kidgate", "a-key-of-the-attackers-choice")
    assert other.get("/account").status_code == 302


def test_cookie_goes_over_https_alone_where_there_is_https(app: Flask) -> None:
    answer = visitor(app).client.post(
        "/sign-in",
        base_url="https://localhost/",
        data={"name": "an", "password": PASSWORD},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-kidgate=") and "Secure" in cookie


def test_signing_in_again_ends_the_session_before(an: Visitor, app: Flask) -> None:
    before, csrf = an.key, csrf_of(an.key)
    answer = an.client.post(
        "/sign-in",
        data={"name": "an", "password": PASSWORD, "csrf": csrf},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 302 and an.key != before
    other = visitor(app)
    other.client.set_cookie("kidgate", before)
    assert other.get("/account").status_code == 302
    # Nor is a form of the old session good in the new one.
    assert an.post("/account/language", {"language": "vi", "csrf": csrf}).status_code == 403


def test_sign_in_of_another_site_is_refused(app: Flask) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = visitor(app).client.post(
            "/sign-in", data={"name": "an", "password": PASSWORD}, headers=headers
        )
        assert answer.status_code == 403 and not answer.headers.getlist("Set-Cookie")


def test_sign_out_ends_the_session_at_once(an: Visitor, app: Flask) -> None:
    key = an.key
    assert an.post("/sign-out").location.startswith("/sign-in")
    other = visitor(app)
    other.client.set_cookie("kidgate", key)
    assert other.get("/account").status_code == 302


def test_session_ends_when_nobody_uses_it_and_in_the_end(an: Visitor, site: Site) -> None:
    site.clock[0] = NOW + timedelta(days=2)
    assert an.get("/account").status_code == 200  # notes that it was seen
    site.clock[0] = NOW + timedelta(days=4, hours=23)
    assert an.get("/account").status_code == 200
    site.clock[0] = NOW + timedelta(days=8)
    assert an.get("/account").status_code == 302


def test_user_who_is_stopped_is_out_at_once(an: Visitor, site: Site) -> None:
    add_user(site.desk, "binh")
    site.do("user.change", name="an", active=False)
    assert an.get("/account").status_code == 302
    assert an.sign_in().status_code == 403


# --- the second step ---


def test_code_is_asked_after_the_password_and_is_good_once(app: Flask, site: Site) -> None:
    with_code(site)
    found = visitor(app)
    page = found.sign_in(to="/people")
    assert page.status_code == 200 and not found.key
    step = {"ticket": hidden(page.text, "ticket"), "to": "/people"}
    assert found.post("/sign-in/code", step | {"code": "000000"}).status_code == 403
    assert found.post("/sign-in/code", step | {"code": code_at()}).location == "/people"
    other = visitor(app)
    again = hidden(other.sign_in().text, "ticket")
    assert other.post("/sign-in/code", {"ticket": again, "code": code_at()}).status_code == 403
    later = {"ticket": again, "code": code_at(30)}
    assert other.post("/sign-in/code", later).status_code == 302


def test_recovery_code_is_good_once(an: Visitor, app: Flask, site: Site) -> None:
    with_code(site)
    page = an.post("/account/recovery").text
    code = page.split('<code translate="no">')[1].split("</code>")[0]
    for status in (302, 403):
        found = visitor(app)
        ticket = hidden(found.sign_in().text, "ticket")
        step = {"ticket": ticket, "code": code.upper()}
        assert found.post("/sign-in/code", step).status_code == status


def test_ticket_of_the_second_step_cannot_be_made_up_or_kept(app: Flask, site: Site) -> None:
    with_code(site)
    found = visitor(app)
    ticket = hidden(found.sign_in().text, "ticket")
    made_up = {"ticket": ticket[:-2] + "xx", "code": code_at()}
    assert found.post("/sign-in/code", made_up).status_code == 403
    site.clock[0] = NOW + timedelta(minutes=6)
    late = {"ticket": ticket, "code": code_at(360)}
    assert "Begin again" in found.post("/sign-in/code", late).text
    assert not found.key


def test_ticket_dies_with_the_password_it_was_made_after(app: Flask, site: Site) -> None:
    with_code(site)
    found = visitor(app)
    ticket = hidden(found.sign_in().text, "ticket")
    from kidgate.dashboard.signing_in.passwords import hash_password

    site.do("user.password", name="an", hash=hash_password("another long password"))
    found.post("/sign-in/code", {"ticket": ticket, "code": code_at()})
    assert not found.key


def test_codes_cannot_be_tried_one_after_another(app: Flask, site: Site) -> None:
    with_code(site)
    found = visitor(app)
    ticket = hidden(found.sign_in().text, "ticket")
    tried = [
        found.post("/sign-in/code", {"ticket": ticket, "code": f"{number:06}"}).status_code
        for number in range(11)
    ]
    assert tried[-1] == 429
    assert found.post("/sign-in/code", {"ticket": ticket, "code": code_at()}).status_code == 429


# --- the account ---


def test_password_is_changed_with_the_old_one_and_ends_other_sessions(
    an: Visitor, app: Flask
) -> None:
    other = visitor(app)
    other.sign_in()
    new = {"new": "four wiser turtles", "again": "four wiser turtles"}
    assert an.post("/account/password", {"old": "wrong", **new}).status_code == 400
    assert (
        an.post("/account/password", {"old": PASSWORD, "new": "x", "again": "x"}).status_code == 400
    )
    before = an.key
    assert an.post("/account/password", {"old": PASSWORD, **new}).status_code == 302
    assert an.key != before and an.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    assert visitor(app).sign_in("an", "four wiser turtles").status_code == 302


def test_old_sign_in_is_asked_for_the_password_again(an: Visitor, site: Site) -> None:
    token = {"name": "home", "write": "true", "days": "30"}
    assert "kg_" in an.post("/account/tokens/add", token).text
    site.clock[0] = NOW + timedelta(minutes=16)
    for path, form in (
        ("/account/tokens/add", token),
        ("/account/recovery", {}),
        ("/account/code/remove", {}),
        ("/account/passkeys/remove", {"id": "x"}),
        ("/account/code", {"secret": SECRET, "code": code_at(960)}),
    ):
        for more in ({}, {"password": "wrong"}):
            assert an.post(path, form | more).status_code == 403, path
    assert "kg_" in an.post("/account/tokens/add", token | {"password": PASSWORD}).text


def test_code_generator_is_set_up_by_a_code_of_it(an: Visitor, app: Flask) -> None:
    secret = hidden(an.get("/account/code").text, "secret")
    assert an.post("/account/code", {"secret": secret, "code": "000000"}).status_code == 400
    code = pyotp.TOTP(secret).at(NOW)
    page = an.post("/account/code", {"secret": secret, "code": code})
    assert page.text.count("<li><code") == 10
    found = visitor(app)
    ticket = hidden(found.sign_in().text, "ticket")
    # The code that proved the generator does not let anybody in.
    assert found.post("/sign-in/code", {"ticket": ticket, "code": code}).status_code == 403


def test_other_sessions_are_ended_one_by_one_or_all(an: Visitor, app: Flask) -> None:
    first, second = visitor(app), visitor(app)
    first.sign_in()
    second.sign_in()
    an.post("/account/sessions/end", {"id": hash_key(first.key)})
    assert first.get("/account").status_code == 302
    assert second.get("/account").status_code == 200
    an.post("/account/sessions/end-others")
    assert second.get("/account").status_code == 302
    assert an.get("/account").status_code == 200


def test_session_of_somebody_else_is_not_ended(an: Visitor, app: Flask, site: Site) -> None:
    add_user(site.desk, "binh", "parent")
    other = visitor(app)
    other.sign_in("binh")
    assert an.post("/account/sessions/end", {"id": hash_key(other.key)}).status_code == 404
    assert other.get("/account").status_code == 200


def test_agent_of_a_browser_is_shown_as_text(app: Flask) -> None:
    found = visitor(app)
    found.post(
        "/sign-in",
        {"name": "an", "password": PASSWORD},
        headers={"User-Agent": "<img src=x onerror=alert(1)>\u202e"},
    )
    assert "<img" not in found.get("/account").text


# --- keys of programs ---


def made_token(an: Visitor, **more: str) -> str:
    form = {"name": "home", "write": "false", "days": "30"} | more
    page = an.post("/account/tokens/add", form).text
    return "kg_" + page.split("kg_")[1].split("<")[0]


def ask(app: Flask, token: str, path: str, **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    client = app.test_client()
    if more:
        return client.post(f"/api/v1/{path}", json=more, headers=headers)
    return client.get(f"/api/v1/{path}", headers=headers)


def test_token_looks_and_one_that_may_write_changes(an: Visitor, app: Flask) -> None:
    reader, writer = made_token(an), made_token(an, write="true")
    change = {"language": "vi"}
    assert ask(app, reader, "account/show").json["name"] == "an"
    assert ask(app, reader, "account/language", **change).status_code == 403
    assert ask(app, writer, "account/language", **change).status_code == 200
    # No key opens the house to others without the password.
    assert ask(app, writer, "account/token_add", name="more").status_code == 403
    assert ask(app, writer, "people/invite", role="owner").status_code == 403


def test_token_is_over_when_it_was_removed_or_its_time_came(
    an: Visitor, app: Flask, site: Site
) -> None:
    token, removed = made_token(an), made_token(an, name="other")
    rows = ask(app, token, "account/show").json["tokens"]
    id = next(row["id"] for row in rows if row["name"] == "other")
    an.post("/account/tokens/remove", {"id": str(id)})
    assert ask(app, removed, "account/show").status_code == 401
    site.clock[0] = NOW + timedelta(days=31)
    assert ask(app, token, "account/show").status_code == 401
    assert ask(app, "kg_" + "x" * 43, "account/show").status_code == 401


def test_token_is_no_session_and_a_session_is_no_token(an: Visitor, app: Flask) -> None:
    token = made_token(an)
    other = visitor(app)
    other.client.set_cookie("kidgate", token)
    assert other.get("/account").status_code == 302
    assert ask(app, an.key, "account/show").status_code == 401


# --- passkeys ---


def options_of(page: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.split("data-options='")[1].split("'")[0])
    return found


def test_page_says_why_there_are_no_passkeys_under_an_address(an: Visitor) -> None:
    an.client.set_cookie("kidgate", an.key, domain="127.0.0.1")
    an.client.set_cookie("language", "en", domain="127.0.0.1")
    page = an.get("/account", base_url="http://127.0.0.1/").text
    assert "data-passkey" not in page and "only over https" in page


def with_passkey(an: Visitor) -> Authenticator:
    key = Authenticator("http://localhost", "localhost")
    page = an.get("/account").text
    form = {"ticket": hidden(page, "ticket"), "name": "<b>phone</b>"}
    answer = json.dumps(key.register(options_of(page)))
    assert an.post("/account/passkeys/add", form | {"answer": answer}).status_code == 302
    return key


def asked_for_passkey(app: Flask, key: Authenticator) -> tuple[Visitor, dict[str, str]]:
    found = visitor(app)
    page = found.get("/sign-in").text
    answer = json.dumps(key.sign_in(options_of(page)))
    return found, {"ticket": hidden(page, "ticket"), "answer": answer, "to": "/people"}


def test_passkey_lets_in_once_for_each_challenge(an: Visitor, app: Flask) -> None:
    key = with_passkey(an)
    found, form = asked_for_passkey(app, key)
    assert found.post("/sign-in/passkey", form).location == "/people"
    assert found.get("/people").status_code == 200
    assert "<b>phone" not in found.get("/account").text
    again = visitor(app)
    assert again.post("/sign-in/passkey", form).status_code == 403
    assert not again.key


def test_passkey_of_another_site_or_challenge_lets_nobody_in(an: Visitor, app: Flask) -> None:
    key = with_passkey(an)
    key.origin = "https://evil.example"
    found, form = asked_for_passkey(app, key)
    assert found.post("/sign-in/passkey", form).status_code == 403
    key.origin = "http://localhost"
    found, form = asked_for_passkey(app, key)
    _, other = asked_for_passkey(app, key)
    mixed = form | {"ticket": other["ticket"]}
    assert found.post("/sign-in/passkey", mixed).status_code == 403
    assert found.post("/sign-in/passkey", {"ticket": "x", "answer": "[["}).status_code == 403
    assert not found.key


def test_passkey_without_a_finger_is_no_second_step(an: Visitor, app: Flask, site: Site) -> None:
    key = with_passkey(an)
    with_code(site)
    key.flags = 0x01  # present, not verified
    found, form = asked_for_passkey(app, key)
    answer = found.post("/sign-in/passkey", form)
    assert answer.status_code == 200 and not found.key
    step = {"ticket": hidden(answer.text, "ticket"), "code": code_at()}
    assert found.post("/sign-in/code", step).status_code == 302


def test_removed_passkey_lets_nobody_in(an: Visitor, app: Flask) -> None:
    key = with_passkey(an)
    id = hidden(an.get("/account").text, "id")
    an.post("/account/passkeys/remove", {"id": id})
    found, form = asked_for_passkey(app, key)
    assert found.post("/sign-in/passkey", form).status_code == 403
