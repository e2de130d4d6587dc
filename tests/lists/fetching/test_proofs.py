"""Checksums and signatures: what fits is let through, everything else is refused."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kidgate.lists.fetching.faults import FetchFailed, Trouble
from kidgate.lists.fetching.proofs import check_key, check_sha256, check_signature

LIST = b"bet.example\n"
SUM = hashlib.sha256(LIST).hexdigest()
OTHER = "0" * 64
KEY_ID = b"\x01\x02\x03\x04\x05\x06\x07\x08"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "list"
    found.write_bytes(LIST)
    return found


@pytest.fixture(scope="module")
def private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def minisign_key(private: Ed25519PrivateKey, key_id: bytes = KEY_ID) -> str:
    raw = base64.b64encode(b"Ed" + key_id + private.public_key().public_bytes_raw()).decode()
    return f"untrusted comment: minisign public key\n{raw}\n"


def minisign(
    private: Ed25519PrivateKey, content: bytes, *, hashed: bool = True, key_id: bytes = KEY_ID
) -> bytes:
    """A signature as minisign writes it."""
    signed = hashlib.blake2b(content).digest() if hashed else content
    signature = private.sign(signed)
    comment = "timestamp:1795348800\tfile:list"
    whole = private.sign(signature + comment.encode())
    first = base64.b64encode((b"ED" if hashed else b"Ed") + key_id + signature).decode()
    last = base64.b64encode(whole).decode()
    text = f"untrusted comment: signature\n{first}\ntrusted comment: {comment}\n{last}\n"
    return text.encode()


@pytest.mark.parametrize(
    "text",
    [
        SUM,
        SUM.upper() + "\n",
        f"{SUM}  list.txt\n",
        f"{SUM} *list.txt\n",
        f"{OTHER}  another.txt\n{SUM}  ./lists/list.txt\n",
        f"SHA256 (list.txt) = {SUM}\n",
        f"# made today\n\n{SUM}  renamed.txt\n",
    ],
)
def test_checksum_that_fits_lets_the_list_through(text: str) -> None:
    check_sha256(text.encode(), "list.txt", SUM)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OTHER, "is not the one its checksum is of"),
        (f"{OTHER}  list.txt\n{SUM}  another.txt\n", "is not the one its checksum is of"),
        (f"{SUM}  a.txt\n{SUM}  b.txt\n", "names no sum for `list.txt`"),
        ("<html>Not found</html>", "names no sum"),
        ("", "names no sum"),
        (SUM[:-1], "names no sum"),
    ],
)
def test_checksum_that_does_not_fit_refuses_the_list(text: str, said: str) -> None:
    with pytest.raises(FetchFailed, match=said) as found:
        check_sha256(text.encode(), "list.txt", SUM)
    assert found.value.reason is Trouble.CHECKSUM


@pytest.mark.parametrize("hashed", [True, False])
def test_signature_of_minisign_lets_the_list_through(
    private: Ed25519PrivateKey, path: Path, hashed: bool
) -> None:
    check_signature(minisign(private, LIST, hashed=hashed), minisign_key(private), path)


def test_plain_signature_lets_the_list_through(private: Ed25519PrivateKey, path: Path) -> None:
    key = base64.b64encode(private.public_key().public_bytes_raw()).decode()
    signature = private.sign(LIST)
    for form in (signature, signature.hex().encode(), base64.b64encode(signature) + b"\n"):
        check_signature(form, key, path)


def test_wrong_signature_refuses_the_list(private: Ed25519PrivateKey, path: Path) -> None:
    good, stranger = minisign(private, LIST), Ed25519PrivateKey.generate()
    lines = good.decode().splitlines()
    wrong = {
        "another list": minisign(private, LIST + b"google.com\n"),
        "another signer": minisign(stranger, LIST),
        "another key's number": minisign(private, LIST, key_id=b"87654321"),
        "another comment": good.replace(b"file:list", b"file:other"),
        "another kind": good.replace(lines[1].encode(), base64.b64encode(b"XX" + b"\0" * 72)),
        "cut": "\n".join(lines[:3]).encode(),
        "html": b"<html>Not found</html>",
        "nothing": b"",
        "no base64": b"untrusted comment: x\n%%%\ntrusted comment: y\n%%%\n",
    }
    for what, signature in wrong.items():
        with pytest.raises(FetchFailed) as found:
            check_signature(signature, minisign_key(private), path)
        assert found.value.reason is Trouble.SIGNATURE, what


def test_key_that_is_none_is_refused(private: Ed25519PrivateKey) -> None:
    check_key(minisign_key(private))
    for text in ("", "abc", "AAAA", base64.b64encode(b"x" * 31).decode(), "ключ"):
        with pytest.raises(ValueError):
            check_key(text)
