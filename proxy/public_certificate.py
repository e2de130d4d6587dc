"""The gateway's certificate as devices take it: PEM, DER, or Apple's configuration profile.

Only what is public comes in here: the key stays in `ca.py`.
"""

from __future__ import annotations

import base64
import hashlib
import plistlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

CERTIFICATES = re.compile(
    rb"\s*(?:-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+"
)
_FIRST = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
STEM = "kidgate-ca"
X509 = "application/x-x509-ca-cert"  # what Firefox, Windows and Android open as an authority
# Ending -> media type: RFC 2585 section 4.1 for `.cer`, Apple's own for a profile.
TYPES: Mapping[str, str] = {
    "pem": X509,
    "crt": X509,
    "cer": "application/pkix-cert",
    "mobileconfig": "application/x-apple-aspen-config",
}
# Of a profile: the same certificate gives the same, so that a second install replaces the first.
_SPACE = uuid.UUID("6b1d6a3e-3c0a-5c77-9d52-1f0c5f7a9b10")


class NoCertificate(ValueError):
    """The bytes are anything but PEM certificates."""


@dataclass(frozen=True, slots=True)
class PublicCertificate:
    """The first certificate of a PEM file; `der` is it in binary."""

    pem: bytes
    der: bytes

    @classmethod
    def of(cls, pem: bytes) -> PublicCertificate:
        """Raises NoCertificate: what could be a key must never be offered."""
        first = _FIRST.search(pem) if CERTIFICATES.fullmatch(pem) else None
        if first is None:
            raise NoCertificate(
                "the CA file must hold PEM certificates and nothing else, no key above all"
            )
        return cls(pem, base64.b64decode(first[1]))

    @property
    def sha256(self) -> str:
        """As devices show it: `AB:CD:...`, 32 pairs."""
        return hashlib.sha256(self.der).digest().hex(":").upper()

    @property
    def sha1(self) -> str:
        """What Windows calls the thumbprint, the only one that its warning shows."""
        return hashlib.sha1(self.der, usedforsecurity=False).digest().hex(" ").upper()

    @property
    def name(self) -> str:
        """Its common name; `Kidgate` where it cannot be read."""
        from cryptography.x509.oid import NameOID

        try:
            found = self._read().subject
            return str(found.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
        except (ValueError, IndexError):
            return "Kidgate"

    @property
    def until(self) -> datetime:
        """When it ends, UTC. Raises ValueError where it cannot be read."""
        return self._read().not_valid_after_utc

    def form(self, ending: str, *, purpose: str = "") -> bytes:
        """The certificate as a file of this ending, a key of `TYPES`; `purpose` says in a profile
        what it is for. KeyError for an unknown ending."""
        if ending == "mobileconfig":
            return plistlib.dumps(self._profile(purpose))
        return {"pem": self.pem, "crt": self.der, "cer": self.der}[ending]

    def _read(self) -> Certificate:
        from cryptography import x509

        return x509.load_der_x509_certificate(self.der)

    def _profile(self, purpose: str) -> dict[str, Any]:
        """Apple, Configuration Profile Reference: a `com.apple.security.root` payload."""
        name = self.name
        short = hashlib.sha256(self.der).hexdigest()[:16]
        root = {
            "PayloadType": "com.apple.security.root",
            "PayloadVersion": 1,
            "PayloadIdentifier": f"kidgate.{short}.ca",
            "PayloadUUID": self._uuid("ca"),
            "PayloadDisplayName": name,
            "PayloadDescription": purpose,
            "PayloadCertificateFileName": f"{STEM}.cer",
            "PayloadContent": self.der,
        }
        return {
            "PayloadType": "Configuration",
            "PayloadVersion": 1,
            "PayloadIdentifier": f"kidgate.{short}",
            "PayloadUUID": self._uuid("profile"),
            "PayloadDisplayName": name,
            "PayloadDescription": purpose,
            "PayloadOrganization": "Kidgate",
            "PayloadRemovalDisallowed": False,
            "PayloadContent": [root],
        }

    def _uuid(self, part: str) -> str:
        made = uuid.uuid5(_SPACE, f"{part} {self.sha256}")
        return str(made).upper()
