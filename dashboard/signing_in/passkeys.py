"""Passkeys (WebAuthn level 2): what a browser is asked, and whether its answer holds.

A challenge is good for one answer: keep it with the browser's session, in a form that the browser
cannot alter, and drop it when it was answered, rightly or not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kidgate.policies.names import InvalidName, canonical_host, is_address

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

NAME = "Kidgate"
LOCALHOST = "localhost"
MOST_CHARACTERS = 64 * 1024  # of an answer
_BASE64URL = re.compile(r"[A-Za-z0-9_-]{1,2048}", re.ASCII)


class BadPasskey(Exception):
    """The browser's answer does not prove anything. The text is for the log."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks: the relying party."""

    id: str  # the dashboard's host name
    origin: str  # scheme://host:port, as the browser spells it


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What `passkey.add` is told of a new one."""

    id: str  # base64url
    key: str  # public: COSE in base64url
    count: int


@dataclass(frozen=True, slots=True)
class Proof:
    """A sign-in that holds, if `passkey.used` then answers `fresh`."""

    count: int
    verified: bool  # the device asked for a finger, a face or a PIN: as good as two factors


def party_of(url: str) -> Party | None:
    """Whoever is reached at a URL; None where browsers have no passkeys: without HTTPS (but for
    localhost), and under an address instead of a name."""
    try:
        parts = urlsplit(url)
        host = canonical_host(parts.hostname or "")
        port = parts.port
    except (InvalidName, ValueError):
        return None
    if parts.scheme != "https" and not (parts.scheme == "http" and host == LOCALHOST):
        return None
    if is_address(host):
        return None
    usual = {"https": 443, "http": 80}[parts.scheme]
    shown = "" if port in (None, usual) else f":{port}"
    return Party(host, f"{parts.scheme}://{host}{shown}")


def ask_to_register(party: Party, user: str, known: Iterable[str]) -> tuple[dict[str, Any], str]:
    """What `navigator.credentials.create` is given as `publicKey`, and the challenge to keep.

    `known` are the ids that the user has: no authenticator is registered twice.
    """
    from webauthn import generate_registration_options
    from webauthn.helpers import bytes_to_base64url, options_to_json_dict
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=party.id,
        rp_name=NAME,
        user_id=sha256(f"kidgate user {user}".encode()).digest(),
        user_name=user,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_named(known),
    )
    return options_to_json_dict(options), bytes_to_base64url(options.challenge)


def registered(party: Party, challenge: str, answer: Mapping[str, Any]) -> NewPasskey:
    """The passkey that a browser made. Raises BadPasskey."""
    from webauthn import base64url_to_bytes, verify_registration_response
    from webauthn.helpers import bytes_to_base64url

    _check_size(answer)
    try:
        found = verify_registration_response(
            credential=dict(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    except Exception as fault:  # the library lets parsers' own faults through
        raise BadPasskey(str(fault)) from fault
    id, key = found.credential_id, found.credential_public_key
    return NewPasskey(bytes_to_base64url(id), bytes_to_base64url(key), found.sign_count)


def ask_to_sign_in(party: Party, known: Iterable[str] = ()) -> tuple[dict[str, Any], str]:
    """What `navigator.credentials.get` is given as `publicKey`, and the challenge to keep.

    Without `known` ids the browser offers what it has, and no name need be typed.
    """
    from webauthn import generate_authentication_options
    from webauthn.helpers import bytes_to_base64url, options_to_json_dict
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=party.id,
        allow_credentials=_named(known),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json_dict(options), bytes_to_base64url(options.challenge)


def id_of(answer: Mapping[str, Any]) -> str:
    """Which passkey an answer claims to come from, to look it up by; empty: it does not say."""
    id = answer.get("id")
    return id if isinstance(id, str) and _BASE64URL.fullmatch(id) else ""


def signed_in(
    party: Party, challenge: str, answer: Mapping[str, Any], *, id: str, key: str, count: int
) -> Proof:
    """Whether an answer comes from the passkey with this id, key and count. Raises BadPasskey."""
    from webauthn import base64url_to_bytes, verify_authentication_response

    _check_size(answer)
    if id_of(answer) != id:
        raise BadPasskey("the answer comes from another passkey")
    try:
        found = verify_authentication_response(
            credential=dict(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(key),
            credential_current_sign_count=count,
        )
    except Exception as fault:  # the library lets parsers' own faults through
        raise BadPasskey(str(fault)) from fault
    return Proof(found.new_sign_count, found.user_verified)


def _named(ids: Iterable[str]) -> list[PublicKeyCredentialDescriptor]:
    from webauthn import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(id)) for id in ids]


def _check_size(answer: Mapping[str, Any]) -> None:
    if len(json.dumps(dict(answer))) > MOST_CHARACTERS:
        raise BadPasskey("the answer is too long")
