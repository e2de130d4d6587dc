"""Which passwords will do, and that a hash answers to its own password alone."""

from __future__ import annotations

import unicodedata

import pytest

from kidgate.dashboard.signing_in import passwords
from kidgate.dashboard.signing_in.passwords import fault_of, hash_password, is_right

GOOD = "trời xanh mây trắng"


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "correct horse battery",
        "tr0ub4dor&3x",
        "secret-garden-walks",
        "lan-ở-hà-nội-2016",
        "k9#vQ2!mZ7",
        "vanilla-planet",  # a name of three letters may stand in a longer word
    ],
)
def test_password_will_do(password: str) -> None:
    assert fault_of(password, "lan") == ""


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "too_short"),
        ("k9#vQ2!mZ", "too_short"),
        ("e\u0302\u0323" * 9, "too_short"),  # nine letters, however many code points
        ("x1!" * 100, "too_long"),
        ("lan1234567", "has_name"),
        ("LAN12345678", "has_name"),
        ("lanlanlanlan", "has_name"),
        ("password123", "common"),
        ("P4ssw0rd!!!", "common"),
        ("2012matkhau!", "common"),
        ("Mật khẩu1234", "common"),
        ("anh yêu em 99", "common"),
        ("1234567890", "common"),
        ("9876543210x", "common"),
        ("qwertyuiop", "common"),
        ("abcabcabcabc", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("kidgate2026", "common"),
    ],
)
def test_password_will_not_do(password: str, fault: str) -> None:
    assert fault_of(password, "lan") == fault


def test_name_of_nobody_is_in_no_password() -> None:
    assert fault_of(GOOD, "") == ""


def test_hash_has_the_agreed_costs_and_answers_to_its_password_alone() -> None:
    hash = hash_password(GOOD)
    assert hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_right(hash, GOOD)
    assert not is_right(hash, GOOD + " ")


def test_half_a_surrogate_pair_is_text_like_any_other() -> None:
    password = "\ud800" + GOOD
    assert fault_of(password, "lan") == ""
    assert is_right(hash_password(password), password)


def test_letters_arrive_composed_or_not() -> None:
    composed, parts = (unicodedata.normalize(form, GOOD) for form in ("NFC", "NFD"))
    assert composed != parts
    assert is_right(hash_password(parts), composed)


def test_nobody_s_password_is_wrong_after_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher, asked = passwords._hasher(), []

    class Counting:
        def hash(self, password: str) -> str:
            return hasher.hash(password)

        def verify(self, hash: str, password: str) -> bool:
            asked.append(hash)
            return hasher.verify(hash, password)

    monkeypatch.setattr(passwords, "_hasher", Counting)
    passwords._nobody.cache_clear()
    assert not is_right("", GOOD)
    assert not is_right("", "")  # what the stand-in was made of is not a way in
    assert [hash.split("$")[3] for hash in asked] == ["m=19456,t=2,p=1"] * 2


@pytest.mark.parametrize("hash", ["x", "$argon2id$", "$2b$12$abc", "é"])
def test_hash_that_is_none_answers_to_nothing(hash: str) -> None:
    assert not is_right(hash, GOOD)
