"""The certificate as devices take it: the right bytes, the same profile each time, never a key."""

from __future__ import annotations

import plistlib
from pathlib import Path

import pytest
from cryptography import x509

from kidgate.proxy.ca import PRIVATE, ensure_ca, fingerprint
from kidgate.proxy.public_certificate import TYPES, NoCertificate, PublicCertificate
from tests.proxy.stand import NOW


@pytest.fixture
def public(tmp_path: Path) -> Path:
    return ensure_ca(tmp_path, now=NOW)


@pytest.fixture
def certificate(public: Path) -> PublicCertificate:
    return PublicCertificate.of(public.read_bytes())


def test_every_form_holds_the_same_certificate(certificate: PublicCertificate) -> None:
    expected = x509.load_pem_x509_certificate(certificate.pem)
    assert x509.load_pem_x509_certificate(certificate.form("pem")) == expected
    assert x509.load_der_x509_certificate(certificate.form("crt")) == expected
    assert x509.load_der_x509_certificate(certificate.form("cer")) == expected
    profile = plistlib.loads(certificate.form("mobileconfig"))
    (root,) = profile["PayloadContent"]
    assert x509.load_der_x509_certificate(root["PayloadContent"]) == expected


def test_fingerprints_are_those_that_others_compute(
    public: Path, certificate: PublicCertificate
) -> None:
    assert certificate.sha256 == fingerprint(public)
    assert len(certificate.sha1.split()) == 20


def test_name_is_the_common_name(certificate: PublicCertificate) -> None:
    assert certificate.name.startswith("Kidgate home gateway ")


def test_name_is_told_when_the_certificate_cannot_be_read() -> None:
    pem = b"-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"
    assert PublicCertificate.of(pem).name == "Kidgate"


def test_profile_is_the_same_when_it_is_made_again_and_another_for_another_gateway(
    tmp_path: Path, certificate: PublicCertificate
) -> None:
    again = PublicCertificate.of(certificate.pem)
    assert again.form("mobileconfig") == certificate.form("mobileconfig")
    (tmp_path / "other").mkdir()
    other = PublicCertificate.of(ensure_ca(tmp_path / "other", now=NOW).read_bytes())
    uuids = {plistlib.loads(c.form("mobileconfig"))["PayloadUUID"] for c in (certificate, other)}
    assert len(uuids) == 2


def test_profile_says_whose_it_is_and_can_be_removed(certificate: PublicCertificate) -> None:
    profile = plistlib.loads(certificate.form("mobileconfig", purpose="for what & why"))
    assert profile["PayloadOrganization"] == "Kidgate"
    assert profile["PayloadRemovalDisallowed"] is False
    assert profile["PayloadDescription"] == "for what & why"
    (root,) = profile["PayloadContent"]
    assert root["PayloadType"] == "com.apple.security.root"
    assert root["PayloadUUID"] != profile["PayloadUUID"]


def test_key_is_refused_and_in_no_form(public: Path, certificate: PublicCertificate) -> None:
    private = (public.parent / PRIVATE).read_bytes()
    with pytest.raises(NoCertificate, match="no key above all"):
        PublicCertificate.of(private)
    for ending in TYPES:
        assert b"PRIVATE" not in certificate.form(ending)


def test_form_is_unknown_when_the_ending_is(certificate: PublicCertificate) -> None:
    with pytest.raises(KeyError):
        certificate.form("p12")
