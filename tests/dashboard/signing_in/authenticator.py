"""An authenticator in software: real ES256 keys, attestation `none`, assertions that count.

Written from the W3C's Web Authentication level 2, sections 6.1 (authenticator data), 6.5 (attested
credential data) and 5.8.1 (client data).
"""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Authenticator:
    """One passkey at one site, and the browser around it."""

    origin: str
    site: str
    flags: int = PRESENT | VERIFIED
    counts: bool = True  # False: as those that sync between devices
    count: int = 0
    id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def register(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create` answers, as JSON."""
        data = self._data(ATTESTED) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id
        attestation = {"fmt": "none", "attStmt": {}, "authData": data + self._public()}
        response = {
            "clientDataJSON": b64(self._client("webauthn.create", options["challenge"])),
            "attestationObject": b64(cbor2.dumps(attestation)),
        }
        return self._answer(response)

    def sign_in(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get` answers, as JSON."""
        self.count += self.counts
        client, data = self._client("webauthn.get", options["challenge"]), self._data(0)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": b64(client),
            "authenticatorData": b64(data),
            "signature": b64(signature),
        }
        return self._answer(response)

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        id = b64(self.id)
        return {"id": id, "rawId": id, "type": "public-key", "response": response}

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, more: int) -> bytes:
        site = sha256(self.site.encode()).digest()
        return site + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _public(self) -> bytes:
        """COSE: kty EC2, alg ES256, crv P-256, x, y."""
        point = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        return bytes(cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y}))
