"""The gateway's own certificate authority: made once, the key for the owner alone.

The private key and certificate stand together in the file that mitmproxy expects; the certificate
alone, to be installed on devices, beside it.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PRIVATE = "mitmproxy-ca.pem"  # the name mitmproxy looks for
PUBLIC = "kidgate-ca.pem"
YEARS = 10
HOUSE_LENGTH = 40  # characters


def ensure_ca(folder: Path, *, now: datetime, house: str = "") -> Path:
    """The public certificate's path; key and certificate are made if there are none yet. `house` is
    how its people call it: devices show it beside the certificate."""
    public = folder / PUBLIC
    if not (folder / PRIVATE).exists():
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(key, now, house)
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        _write(public, pem, 0o644)
        _write(folder / PRIVATE, _pem(key) + pem, 0o600)
    elif not public.exists():
        certificate = x509.load_pem_x509_certificate((folder / PRIVATE).read_bytes())
        _write(public, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return public


def fingerprint(public: Path) -> str:
    """SHA-256 of the certificate, as devices show it."""
    certificate = x509.load_pem_x509_certificate(public.read_bytes())
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _certificate(key: ec.EllipticCurvePrivateKey, now: datetime, house: str) -> x509.Certificate:
    serial = x509.random_serial_number()
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Kidgate"),
            x509.NameAttribute(NameOID.COMMON_NAME, _name(house, serial % 10**6)),
        ]
    )
    usage = x509.KeyUsage(
        key_cert_sign=True,
        crl_sign=True,
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(now.astimezone(UTC) - timedelta(days=2))
        .not_valid_after(now.astimezone(UTC) + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(key, hashes.SHA256())


def _name(house: str, number: int) -> str:
    """Two gateways of one house differ by the number. RFC 5280 allows 64 characters."""
    visible = "".join(c for c in house if c.isprintable()).strip()
    return f"Kidgate {visible[:HOUSE_LENGTH] or 'home gateway'} {number:06d}"


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def _write(path: Path, data: bytes, mode: int) -> None:
    """Whole or not at all, and never for a moment readable by more than `mode` says."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(fd, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
