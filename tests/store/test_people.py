"""Users and what they sign in with, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kidgate.policies.people import Role
from kidgate.store import invites, logins, passkeys, people, tokens
from kidgate.store.database import Database
from kidgate.store.invites import Invite
from kidgate.store.keys import TOKEN_PREFIX, hash_key, is_hash, new_key, new_token
from kidgate.store.logins import IDLE, MOST, SEEN_EVERY, Login
from kidgate.store.passkeys import Passkey

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def house(database: Database) -> Database:
    with database.writing() as session:
        for name, role in (("lan", Role.OWNER), ("hoa", Role.TEACHER)):
            groups = ("8A",) if role is Role.TEACHER else ()
            people.put_user(
                session, name, role=role, language="vi", groups=groups, password_hash="", at=NOW
            )
    return database


def login(number: int, user: str = "lan", at: datetime = NOW) -> Login:
    return Login(hash_key(str(number)), user, at, at, at + 7 * DAY, "10.0.0.2", f"Firefox {number}")


def test_user_is_read_back_without_secrets(house: Database) -> None:
    with house.writing() as session:
        people.change_user(
            session, "hoa", password_hash="$argon2id$x", totp_secret="ABC", recovery=["a", "b"]
        )
        passkeys.put_passkey(session, Passkey("id", "hoa", "key", 0, "phone", NOW, None))
    with house.reading() as session:
        lan, hoa = people.find_user(session, "lan"), people.find_user(session, "hoa")
        assert people.all_users(session) == [hoa, lan]
        secrets = people.secrets_of(session, "hoa")
    assert lan is not None and hoa is not None and secrets is not None
    assert (lan.role, lan.groups, lan.has_password, lan.has_totp) == (Role.OWNER, (), False, False)
    assert (hoa.groups, hoa.has_password, hoa.has_totp, hoa.passkeys) == (("8A",), True, True, 1)
    assert (hoa.recovery_left, hoa.created_at, hoa.active) == (2, NOW, True)
    assert "argon2" not in repr(hoa) + repr(secrets) and "ABC" not in repr(secrets)
    assert (secrets.password_hash, secrets.totp_secret) == ("$argon2id$x", "ABC")


def test_user_who_is_not_active_has_no_secrets_and_nothing_that_opens(house: Database) -> None:
    with house.writing() as session:
        logins.put_login(session, login(1))
        tokens.put_token(session, "lan", "t", hash_key("t"), write=True, until=None, at=NOW)
        passkeys.put_passkey(session, Passkey("id", "lan", "key", 0, "phone", NOW, None))
        assert people.secrets_of(session, "lan") is not None
        assert logins.find_login(session, hash_key("1"), NOW) is not None
        assert tokens.find_token(session, hash_key("t"), NOW) is not None
        assert passkeys.find_passkey(session, "id") is not None
        people.change_user(session, "lan", active=False)
        assert people.secrets_of(session, "lan") is None
        assert logins.find_login(session, hash_key("1"), NOW) is None
        assert tokens.find_token(session, hash_key("t"), NOW) is None
        assert passkeys.find_passkey(session, "id") is None
        assert people.other_owners(session, "hoa") == 0


def test_everything_goes_with_its_user(house: Database) -> None:
    with house.writing() as session:
        logins.put_login(session, login(1))
        tokens.put_token(session, "lan", "t", hash_key("t"), write=True, until=None, at=NOW)
        passkeys.put_passkey(session, Passkey("id", "lan", "key", 0, "phone", NOW, None))
        people.remove_user(session, "lan")
        assert logins.close_login(session, hash_key("1")) == 0
        assert tokens.tokens_of(session, "lan") == []
        assert not passkeys.is_known(session, "id")
        assert people.count_users(session) == 1


def test_code_s_step_is_used_once_and_never_backwards(house: Database) -> None:
    with house.writing() as session:
        used = [people.use_totp_step(session, "lan", step) for step in (7, 7, 6, 8)]
    assert used == [True, False, False, True]


def test_login_is_found_until_it_is_over_or_idle(house: Database) -> None:
    with house.writing() as session:
        logins.put_login(session, login(1))

    def there(at: datetime) -> bool:
        with house.reading() as session:
            listed = [found.hash for found in logins.logins_of(session, "lan", at)]
            found = logins.find_login(session, hash_key("1"), at)
            assert listed == ([found.hash] if found else [])
            return found is not None

    assert there(NOW) and there(NOW + IDLE - MINUTE) and not there(NOW + IDLE)
    for days in (2, 4, 6):
        with house.writing() as session:
            assert logins.touch_login(session, hash_key("1"), NOW + days * DAY)
    assert there(NOW + 7 * DAY - MINUTE) and not there(NOW + 7 * DAY)
    with house.writing() as session:
        assert not logins.touch_login(session, hash_key("2"), NOW)
        assert logins.sweep_logins(session, NOW + 7 * DAY) == 1


def test_login_is_not_written_at_every_page(house: Database) -> None:
    with house.writing() as session:
        logins.put_login(session, login(1))
        for at in (NOW + SEEN_EVERY, NOW + 3 * SEEN_EVERY):
            logins.touch_login(session, hash_key("1"), at)
            (found,) = logins.logins_of(session, "lan", at)
            assert found.seen_at == (NOW if at == NOW + SEEN_EVERY else at)


def test_oldest_login_makes_room(house: Database) -> None:
    with house.writing() as session:
        logins.put_login(session, login(0, "hoa"))
        for number in range(MOST):
            assert logins.put_login(session, login(number + 1, at=NOW + number * MINUTE)) == 0
        logins.touch_login(session, hash_key("1"), NOW + DAY)
        assert logins.put_login(session, login(99, at=NOW + DAY)) == 1
        left = {found.agent for found in logins.logins_of(session, "lan", NOW + DAY)}
        assert len(left) == MOST and {"Firefox 1", "Firefox 99"} <= left
        assert "Firefox 2" not in left
        assert logins.close_logins(session, "lan") == MOST
        assert len(logins.logins_of(session, "hoa", NOW)) == 1


def test_what_a_browser_says_of_itself_is_text(house: Database) -> None:
    with house.writing() as session:
        logins.put_login(session, replace(login(1), agent="x\u202e\x1b[31m" + "y" * 999))
        (found,) = logins.logins_of(session, "lan", NOW)
    assert found.agent.isprintable() and len(found.agent) == 300


def test_token_is_found_until_it_is_over_or_removed(house: Database) -> None:
    with house.writing() as session:
        for_ever = tokens.put_token(
            session, "lan", "a", hash_key("a"), write=False, until=None, at=NOW
        )
        tokens.put_token(session, "lan", "b", hash_key("b"), write=True, until=NOW + DAY, at=NOW)
        found = tokens.find_token(session, hash_key("b"), NOW)
        assert found is not None and found.write and found.user == "lan"
        assert tokens.find_token(session, hash_key("b"), NOW + DAY) is None
        assert tokens.find_token(session, "b", NOW) is None
        tokens.touch_token(session, for_ever, NOW)
        assert [token.used_at for token in tokens.tokens_of(session, "lan")] == [None, NOW]
        assert not tokens.remove_token(session, "hoa", for_ever)
        assert tokens.sweep_tokens(session, NOW + DAY) == 1
        assert tokens.remove_token(session, "lan", for_ever)
        assert tokens.count_tokens(session, "lan") == 0


@pytest.mark.parametrize(
    ("kept", "given", "fresh"),
    [(0, 0, True), (0, 1, True), (5, 6, True), (5, 5, False), (5, 4, False), (5, 0, False)],
)
def test_count_of_a_passkey_only_grows(house: Database, kept: int, given: int, fresh: bool) -> None:
    with house.writing() as session:
        passkeys.put_passkey(session, Passkey("id", "lan", "key", kept, "phone", NOW, None))
        assert passkeys.use_passkey(session, "id", given, NOW + DAY) is fresh
        (found,) = passkeys.passkeys_of(session, "lan")
        assert (found.count, found.used_at) == ((given, NOW + DAY) if fresh else (kept, None))
        assert not passkeys.remove_passkey(session, "hoa", "id")
        assert passkeys.remove_passkey(session, "lan", "id")


def test_invitation_is_found_until_it_is_over_and_dropped_once(house: Database) -> None:
    invite = Invite(Role.TEACHER, ("8A",), False, NOW + MINUTE)
    with house.writing() as session:
        invites.put_invite(session, hash_key("k"), invite, NOW)
        assert invites.find_invite(session, hash_key("k"), NOW) == invite
        assert invites.find_invite(session, "k", NOW) is None
        assert invites.find_invite(session, hash_key("k"), NOW + MINUTE) is None
        assert invites.drop_first_invites(session) == 0
        assert invites.drop_invite(session, hash_key("k"))
        assert not invites.drop_invite(session, hash_key("k"))
        invites.put_invite(session, hash_key("l"), invite, NOW)
        assert invites.sweep_invites(session, NOW + MINUTE) == 1


def test_keys_are_random_and_kept_as_hashes() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100 and all(len(key) == 43 for key in keys)
    assert new_token().startswith(TOKEN_PREFIX)
    assert all(is_hash(hash_key(key)) and not is_hash(key) for key in keys)
    assert hash_key("\ud800") == hash_key("?")  # what no browser sends is no fault either
