"""Passkeys against an authenticator in software: what holds, and each thing that must not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kidgate.dashboard.signing_in.passkeys import (
    BadPasskey,
    NewPasskey,
    Party,
    Proof,
    ask_to_register,
    ask_to_sign_in,
    id_of,
    party_of,
    registered,
    signed_in,
)
from tests.dashboard.signing_in.authenticator import PRESENT, Authenticator, b64

PARTY = Party("kidgate.example", "https://kidgate.example:8443")


def device(**more: Any) -> Authenticator:
    return Authenticator(**{"origin": PARTY.origin, "site": PARTY.id} | more)


def register(found: Authenticator) -> NewPasskey:
    options, challenge = ask_to_register(PARTY, "lan", ())
    return registered(PARTY, challenge, found.register(options))


def proof(passkey: NewPasskey, challenge: str, answer: dict[str, Any], count: int = 0) -> Proof:
    return signed_in(PARTY, challenge, answer, id=passkey.id, key=passkey.key, count=count)


def test_browser_is_asked_what_it_needs() -> None:
    known = b64(b"known")
    options, challenge = ask_to_register(PARTY, "lan", [known])
    again, other = ask_to_register(PARTY, "lan", ())
    assert options["rp"] == {"name": "Kidgate", "id": "kidgate.example"}
    assert options["user"]["name"] == "lan" and options["user"]["id"] == again["user"]["id"]
    assert options["challenge"] == challenge != other
    assert [named["id"] for named in options["excludeCredentials"]] == [known]
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    assert options["attestation"] == "none"
    options, challenge = ask_to_sign_in(PARTY, [known])
    assert (options["rpId"], options["challenge"]) == ("kidgate.example", challenge)
    assert (options["userVerification"], len(options["allowCredentials"])) == ("preferred", 1)
    assert json.loads(json.dumps(options)) == options


def test_passkey_is_registered_and_signs_in() -> None:
    found = device()
    passkey = register(found)
    assert (passkey.id, passkey.count) == (b64(found.id), 0)
    options, challenge = ask_to_sign_in(PARTY)
    answer = found.sign_in(options)
    assert id_of(answer) == passkey.id
    assert proof(passkey, challenge, answer) == Proof(1, verified=True)


def test_passkey_without_a_finger_says_so() -> None:
    found = device(flags=PRESENT)
    passkey = register(found)
    options, challenge = ask_to_sign_in(PARTY)
    assert proof(passkey, challenge, found.sign_in(options)) == Proof(1, verified=False)


def test_passkey_that_does_not_count_is_good_again() -> None:
    found = device(counts=False)
    passkey = register(found)
    for _ in range(2):
        options, challenge = ask_to_sign_in(PARTY)
        assert proof(passkey, challenge, found.sign_in(options)).count == 0


@pytest.mark.parametrize(
    "more",
    [
        {"origin": "https://evil.example:8443"},
        {"origin": "https://kidgate.example"},  # another port
        {"origin": "http://kidgate.example:8443"},
        {"site": "evil.example"},
        {"flags": 0},  # nobody touched it
    ],
)
def test_answer_for_another_site_is_refused(more: dict[str, Any]) -> None:
    found = device()
    passkey = register(found)
    wrong = replace(found, **more)
    with pytest.raises(BadPasskey):
        register(wrong)
    options, challenge = ask_to_sign_in(PARTY)
    with pytest.raises(BadPasskey):
        proof(passkey, challenge, wrong.sign_in(options))


def test_answer_to_another_challenge_is_refused() -> None:
    found = device()
    options, _ = ask_to_register(PARTY, "lan", ())
    _, other = ask_to_register(PARTY, "lan", ())
    with pytest.raises(BadPasskey, match="challenge"):
        registered(PARTY, other, found.register(options))
    passkey = register(found)
    options, _ = ask_to_sign_in(PARTY)
    _, other = ask_to_sign_in(PARTY)
    with pytest.raises(BadPasskey, match="challenge"):
        proof(passkey, other, found.sign_in(options))


@pytest.mark.parametrize("kept", [1, 2])
def test_count_that_does_not_grow_is_refused(kept: int) -> None:
    found = device()
    passkey = register(found)
    options, challenge = ask_to_sign_in(PARTY)
    with pytest.raises(BadPasskey, match="sign count"):
        proof(passkey, challenge, found.sign_in(options), count=kept)


def test_signature_of_another_key_is_refused() -> None:
    found = device()
    passkey = register(found)
    thief = device(id=found.id)
    options, challenge = ask_to_sign_in(PARTY)
    with pytest.raises(BadPasskey, match="signature"):
        proof(passkey, challenge, thief.sign_in(options))


def test_answer_of_another_passkey_is_refused() -> None:
    one, two = device(), device()
    passkey, other = register(one), register(two)
    options, challenge = ask_to_sign_in(PARTY)
    with pytest.raises(BadPasskey, match="another passkey"):
        proof(passkey, challenge, two.sign_in(options))
    assert proof(other, challenge, two.sign_in(options))


@pytest.mark.parametrize("id", [None, 3, "", "\ud800", "a b", "a" * 9999, ["x"]])
def test_answer_that_names_no_passkey_is_nobody_s(id: object) -> None:
    assert id_of({"id": id}) == id_of({}) == ""


def test_answer_to_one_question_is_none_to_the_other() -> None:
    found = device()
    passkey = register(found)
    options, challenge = ask_to_sign_in(PARTY)
    with pytest.raises(BadPasskey):
        proof(passkey, challenge, found.register(options))
    with pytest.raises(BadPasskey):
        registered(PARTY, challenge, found.sign_in(options))


BROKEN: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = (
    lambda answer: {},
    lambda answer: {"id": answer["id"]},
    lambda answer: {**answer, "id": 3},
    lambda answer: {**answer, "rawId": "AAAA"},
    lambda answer: {**answer, "type": "password"},
    lambda answer: {**answer, "response": []},
    lambda answer: {**answer, "response": dict.fromkeys(answer["response"], "!")},
    lambda answer: {**answer, "response": dict.fromkeys(answer["response"], "")},
    lambda answer: {**answer, "response": dict.fromkeys(answer["response"], "gICA")},
    lambda answer: {**answer, "more": "x" * 100_000},
)


@pytest.mark.parametrize("broken", BROKEN)
def test_broken_answer_is_refused_and_nothing_else(
    broken: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    found = device()
    options, challenge = ask_to_register(PARTY, "lan", ())
    answer = found.register(options)
    passkey = registered(PARTY, challenge, answer)
    with pytest.raises(BadPasskey):
        registered(PARTY, challenge, broken(answer))
    options, challenge = ask_to_sign_in(PARTY)
    with pytest.raises(BadPasskey):
        proof(passkey, challenge, broken(found.sign_in(options)))


@pytest.mark.parametrize(
    ("url", "party"),
    [
        ("https://Kidgate.Example:8443/", PARTY),
        ("https://kidgate.example:443", Party("kidgate.example", "https://kidgate.example")),
        ("http://localhost:8088/x", Party("localhost", "http://localhost:8088")),
        ("https://localhost", Party("localhost", "https://localhost")),
        ("http://kidgate.example", None),
        ("https://192.168.1.1:8443", None),
        ("https://[::1]", None),
        ("http://127.0.0.1:8088", None),
        ("ftp://localhost", None),
        ("https://kidgate.example:99999", None),
        ("https://", None),
        ("", None),
        ("https://[", None),
    ],
)
def test_passkeys_are_offered_where_browsers_have_them(url: str, party: Party | None) -> None:
    assert party_of(url) == party
