"""The certificate authorities of the world: good leaves for every name, and the bad ones of the
cases."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = timedelta(days=1)
OTHER = "other.example"  # what a certificate for another host names


@dataclass(frozen=True, slots=True)
class Issuer:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A chain, leaf first, and the leaf's key, in one PEM."""

    pem: bytes


class Authorities:
    """`gateway_ca` is the file with the gateway's own key and certificate, once there is one."""

    def __init__(self) -> None:
        self.trusted = _root("Rig root")
        self.unknown = _root("Rig root that nobody trusts")
        self.gateway_ca: Path | None = None
        self._leaf = cache(self._make)

    def leaf(self, flavour: str, names: tuple[str, ...]) -> Leaf:
        """A leaf for these names or addresses; `flavour` as in `upstream_cert`, empty: a good
        one."""
        return self._leaf(flavour, names)

    def _make(self, flavour: str, names: tuple[str, ...]) -> Leaf:
        now = datetime.now(UTC)
        match flavour:
            case "":
                return _leaf(self.trusted, names)
            case "expired":
                return _leaf(self.trusted, names, since=now - 60 * DAY, until=now - 30 * DAY)
            case "self-signed":
                return _leaf(None, names)
            case "wrong-host":
                return _leaf(self.trusted, (OTHER,))
            case "untrusted-root":
                return _leaf(self.unknown, names)
            case "name-constraints":
                constrained = _intermediate(self.trusted, permitted=OTHER)
                return Leaf(_leaf(constrained, names).pem + constrained.pem)
            case "gateway-ca":
                return _leaf(_load(self.gateway_ca), names)
            case _:
                raise ValueError(f"no certificate is called `{flavour}`")


def _load(path: Path | None) -> Issuer:
    assert path is not None
    pem = path.read_bytes()
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Issuer(x509.load_pem_x509_certificate(pem), key)


def _root(name: str) -> Issuer:
    key = ec.generate_private_key(ec.SECP256R1())
    return Issuer(_authority(key, name, None, None), key)


def _intermediate(issuer: Issuer, *, permitted: str) -> Issuer:
    key = ec.generate_private_key(ec.SECP256R1())
    return Issuer(_authority(key, "Rig intermediate", issuer, permitted), key)


def _authority(
    key: ec.EllipticCurvePrivateKey, name: str, issuer: Issuer | None, permitted: str | None
) -> x509.Certificate:
    builder = _builder(key, name, issuer).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    builder = builder.add_extension(_signing(), critical=True)
    if permitted:
        only = x509.NameConstraints(
            permitted_subtrees=[x509.DNSName(permitted)], excluded_subtrees=None
        )
        builder = builder.add_extension(only, critical=True)
    return builder.sign(issuer.key if issuer else key, hashes.SHA256())


def _leaf(
    issuer: Issuer | None,
    names: tuple[str, ...],
    since: datetime | None = None,
    until: datetime | None = None,
) -> Leaf:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(key, names[0][:60], issuer, since, until)
    builder = builder.add_extension(
        x509.SubjectAlternativeName([_name(name) for name in names]), critical=False
    )
    builder = builder.add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
    )
    certificate = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return Leaf(private + certificate.public_bytes(serialization.Encoding.PEM))


def _builder(
    key: ec.EllipticCurvePrivateKey,
    name: str,
    issuer: Issuer | None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer.key.public_key() if issuer else key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since or datetime.now(UTC) - DAY)
        .not_valid_after(until or datetime.now(UTC) + 30 * DAY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
    )


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _signing() -> x509.KeyUsage:
    return x509.KeyUsage(
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
