"""The dashboard's certificate, signed by the house's own authority: one for each address and name.

Kept in memory alone: a restart makes another. Lifetime as browsers accept it from anybody (CA/B
Forum baseline: at most 398 days; Apple, 825 for private roots).
"""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kidgate.proxy.ca import PRIVATE

DAYS = 90


def server_context(ca: Path, names: Iterable[str], now: datetime) -> ssl.SSLContext:
    """A TLS context for these names and addresses. `ca` is the folder of the authority."""
    key, chain = _leaf(ca, tuple(dict.fromkeys(names)), now)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    # The ssl module reads files alone.
    with tempfile.NamedTemporaryFile() as file:  # 0600, and gone at once
        file.write(key + chain)
        file.flush()
        context.load_cert_chain(file.name)
    return context


def _leaf(ca: Path, names: tuple[str, ...], now: datetime) -> tuple[bytes, bytes]:
    pem = (ca / PRIVATE).read_bytes()
    authority = x509.load_pem_x509_certificate(pem)
    authority_key = serialization.load_pem_private_key(pem, None)
    assert isinstance(authority_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Kidgate dashboard")]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return secret, certificate.public_bytes(serialization.Encoding.PEM)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
