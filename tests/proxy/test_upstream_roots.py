"""The roots upstream: the world's and the owner's, never our own."""

from __future__ import annotations

from pathlib import Path

import certifi
import pytest
from cryptography import x509

from kidgate.proxy.ca import ensure_ca
from kidgate.proxy.upstream_roots import BadRoots, write_roots
from tests.proxy.stand import NOW


def test_roots_are_the_worlds_and_never_our_own(tmp_path: Path) -> None:
    own = x509.load_pem_x509_certificate(ensure_ca(tmp_path, now=NOW).read_bytes())
    found = x509.load_pem_x509_certificates(write_roots(tmp_path / "roots", None).read_bytes())
    world = x509.load_pem_x509_certificates(Path(certifi.where()).read_bytes())
    assert found == world
    assert own not in found


def test_roots_of_the_owner_come_beside_them(tmp_path: Path) -> None:
    extra = ensure_ca(tmp_path, now=NOW)  # some certificate
    found = x509.load_pem_x509_certificates(write_roots(tmp_path / "roots", extra).read_bytes())
    assert found[-1] == x509.load_pem_x509_certificate(extra.read_bytes())


@pytest.mark.parametrize(
    "text", ["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_file_without_certificates_is_refused_and_the_old_roots_stay(
    tmp_path: Path, text: str
) -> None:
    target, extra = tmp_path / "roots", tmp_path / "extra.pem"
    target.write_text("old")
    extra.write_text(text)
    with pytest.raises(BadRoots, match=r"extra\.pem` holds no PEM certificates"):
        write_roots(target, extra)
    assert target.read_text() == "old"


def test_file_that_is_missing_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_roots(tmp_path / "roots", tmp_path / "gone.pem")
