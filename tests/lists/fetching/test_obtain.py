"""A list from the web, a disk or the program itself; proven before anybody reads it."""

from __future__ import annotations

import gzip
import hashlib
import os
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kidgate.lists.fetching.addresses import networks
from kidgate.lists.fetching.faults import FetchFailed, Trouble
from kidgate.lists.fetching.http import FetchLimits
from kidgate.lists.fetching.obtain import Obtained, Origin, Way, obtain, trust
from tests.lists.fetching.server import Site, page, serving, versioned
from tests.lists.fetching.test_proofs import minisign, minisign_key

HERE = networks(["127.0.0.1/32"])
LIST = b"bet.example\n"
SUM = hashlib.sha256(LIST).hexdigest()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as found:
        yield found


@pytest.fixture(scope="module")
def roots() -> ssl.SSLContext:
    return trust(None)


@pytest.fixture
def way(roots: ssl.SSLContext) -> Way:
    return Way(roots, FetchLimits(connect=5, silence=5, total=30))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "scratch"
    path.mkdir()
    return path


def taken(found: Obtained | None) -> bytes:
    assert found is not None
    return found.path.read_bytes()


def test_list_of_the_web_is_fetched_once_and_then_known(site: Site, way: Way, folder: Path) -> None:
    site["/list"] = versioned(LIST, '"v1"')
    found = obtain(Origin(site.url("/list"), allowed=HERE), folder, way)
    assert taken(found) == LIST
    assert found is not None and found.sha256 == SUM
    again = Origin(site.url("/list"), etag=found.etag, allowed=HERE)
    assert obtain(again, folder, way) is None


def test_transfer_s_packing_is_taken_off_where_the_maker_packed_too(
    site: Site, way: Way, folder: Path
) -> None:
    """Both forms of it: packed twice, and a server that calls the file's own packing its own."""
    once = gzip.compress(LIST)
    for body in (once, gzip.compress(once)):
        site["/list.gz"] = page(body, Content_Encoding="gzip")
        found = obtain(Origin(site.url("/list.gz"), allowed=HERE), folder, way)
        assert gzip.decompress(taken(found)) == LIST
        found.path.unlink()  # type: ignore[union-attr]


def test_file_is_read_where_it_lies_until_it_changes(
    tmp_path: Path, way: Way, folder: Path
) -> None:
    path = tmp_path / "my list.txt"
    path.write_bytes(LIST)
    found = obtain(Origin(str(path)), folder, way)
    assert found is not None and found.path == path
    by_url = obtain(Origin(f"file://{path}".replace(" ", "%20")), folder, way)
    assert by_url is not None and by_url.path == path
    assert obtain(Origin(str(path), etag=found.etag), folder, way) is None
    os.utime(path, ns=(1, 1))
    assert obtain(Origin(str(path), etag=found.etag), folder, way) is not None


def test_folder_is_read_each_time(tmp_path: Path, way: Way, folder: Path) -> None:
    (tmp_path / "adult").mkdir()
    assert obtain(Origin(str(tmp_path)), folder, way) == Obtained(tmp_path)


def test_missing_file_is_a_fault(tmp_path: Path, way: Way, folder: Path) -> None:
    for location in (str(tmp_path / "no"), f"file://{tmp_path}/no", "builtin:no"):
        with pytest.raises(FetchFailed) as found:
            obtain(Origin(location), folder, way)
        assert found.value.reason is Trouble.MISSING


def test_shipped_list_is_there_until_the_program_brings_another(way: Way, folder: Path) -> None:
    found = obtain(Origin("builtin:gambling"), folder, way)
    assert b"bet365.com" in taken(found)
    assert obtain(Origin("builtin:gambling", etag=found.etag), folder, way) is None  # type: ignore[union-attr]


def test_checksum_beside_the_list_is_asked_for_and_must_fit(
    site: Site, way: Way, folder: Path
) -> None:
    site["/list.txt"] = page(LIST)
    site["/good"] = page(f"{SUM}  list.txt\n".encode())
    site["/bad"] = page(f"{'0' * 64}  list.txt\n".encode())
    good = Origin(site.url("/list.txt"), checksum=site.url("/good"), allowed=HERE)
    assert taken(obtain(good, folder, way)) == LIST
    assert site.asked[0].headers["accept-encoding"] == "identity"
    (folder / "list").unlink()
    bad = Origin(site.url("/list.txt"), checksum=site.url("/bad"), allowed=HERE)
    with pytest.raises(FetchFailed) as found:
        obtain(bad, folder, way)
    assert found.value.reason is Trouble.CHECKSUM
    (folder / "list").unlink()
    gone = Origin(site.url("/list.txt"), checksum=site.url("/gone"), allowed=HERE)
    with pytest.raises(FetchFailed) as found:
        obtain(gone, folder, way)
    assert found.value.reason is Trouble.STATUS


def test_signature_of_a_file_is_of_what_is_read(tmp_path: Path, way: Way, folder: Path) -> None:
    private = Ed25519PrivateKey.generate()
    path, signature = tmp_path / "list.txt", tmp_path / "list.txt.minisig"
    path.write_bytes(LIST)
    signature.write_bytes(minisign(private, LIST))
    origin = Origin(str(path), signature=str(signature), public_key=minisign_key(private))
    found = obtain(origin, folder, way)
    path.write_bytes(b"google.com\n")  # changed after it was proven
    assert taken(found) == LIST
    (folder / "list").unlink()
    with pytest.raises(FetchFailed) as fault:
        obtain(origin, folder, way)
    assert fault.value.reason is Trouble.SIGNATURE


def test_folder_cannot_be_proven(tmp_path: Path, way: Way, folder: Path) -> None:
    with pytest.raises(FetchFailed) as found:
        obtain(Origin(str(tmp_path), checksum=str(tmp_path / "sum")), folder, way)
    assert found.value.reason is Trouble.CHECKSUM
