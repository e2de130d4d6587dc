"""The gateway's certificate authority: made once, its key for the owner alone."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from kidgate.proxy.ca import PRIVATE, PUBLIC, ensure_ca, fingerprint
from tests.proxy.stand import NOW


@pytest.fixture
def certificate(tmp_path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(ensure_ca(tmp_path, now=NOW).read_bytes())


def test_key_is_for_the_owner_alone_and_never_in_the_public_file(tmp_path: Path) -> None:
    public = ensure_ca(tmp_path, now=NOW)
    assert stat.S_IMODE((tmp_path / PRIVATE).stat().st_mode) == 0o600
    assert b"PRIVATE" not in public.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([PRIVATE, PUBLIC])


def test_key_belongs_to_the_certificate(tmp_path: Path, certificate: x509.Certificate) -> None:
    key = serialization.load_pem_private_key((tmp_path / PRIVATE).read_bytes(), None)
    assert key.public_key() == certificate.public_key()
    certificate.verify_directly_issued_by(certificate)


def test_certificate_can_sign_leaves_for_servers_alone(certificate: x509.Certificate) -> None:
    found = certificate.extensions
    basic = found.get_extension_for_class(x509.BasicConstraints)
    assert (basic.value.ca, basic.value.path_length, basic.critical) == (True, 0, True)
    usage = found.get_extension_for_class(x509.KeyUsage)
    assert usage.critical and usage.value.key_cert_sign and not usage.value.digital_signature
    purposes = found.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [x509.ExtendedKeyUsageOID.SERVER_AUTH]


def test_certificate_holds_ten_years_and_for_clocks_that_are_behind(
    certificate: x509.Certificate,
) -> None:
    assert certificate.not_valid_before_utc == NOW - timedelta(days=2)
    assert certificate.not_valid_after_utc == NOW + timedelta(days=3650)


def test_certificate_is_made_once(tmp_path: Path) -> None:
    first = ensure_ca(tmp_path, now=NOW).read_bytes(), (tmp_path / PRIVATE).read_bytes()
    again = ensure_ca(tmp_path, now=NOW + timedelta(days=1)).read_bytes()
    assert (again, (tmp_path / PRIVATE).read_bytes()) == first


def test_name_says_whose_it_is_when_the_house_has_a_name(tmp_path: Path) -> None:
    found = x509.load_pem_x509_certificate(
        ensure_ca(tmp_path, now=NOW, house=" Nhà\x1b Nguyễn" + "x" * 99).read_bytes()
    )
    name = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    assert str(name).startswith("Kidgate Nhà Nguyễnx") and len(name) <= 64
    owner = found.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value
    assert owner == "Kidgate"


def test_two_homes_have_different_names_and_keys(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, two = (ensure_ca(tmp_path / name, now=NOW) for name in "ab")
    assert fingerprint(one) != fingerprint(two)


def test_start_that_was_cut_off_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / (PRIVATE + ".part")).write_bytes(b"half a key")
    (tmp_path / PUBLIC).write_bytes(b"without its key")
    assert b"BEGIN CERTIFICATE" in ensure_ca(tmp_path, now=NOW).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([PRIVATE, PUBLIC])


def test_fingerprint_is_written_as_devices_show_it(tmp_path: Path) -> None:
    found = fingerprint(ensure_ca(tmp_path, now=NOW)).split(":")
    assert len(found) == 32
    assert all(len(pair) == 2 and pair == pair.upper() for pair in found)
