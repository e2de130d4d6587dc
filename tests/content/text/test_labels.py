from __future__ import annotations

import pytest

from kidgate.content.text.detection import decoded
from kidgate.content.text.labels import ENCODINGS, encoding_named


def test_labels_when_counted_as_in_the_standard() -> None:
    assert len(ENCODINGS) == 228
    assert len(set(ENCODINGS.values())) == 40


@pytest.mark.parametrize("encoding", sorted(set(ENCODINGS.values()) - {"replacement"}))
def test_decoded_when_ascii_in_every_encoding(encoding: str) -> None:
    plain = "forbidden phrase"
    packed = plain.encode(encoding) if encoding.startswith("utf-16") else plain.encode()
    assert decoded(packed, encoding) == plain


@pytest.mark.parametrize("encoding", sorted(set(ENCODINGS.values())))
def test_decoded_when_every_byte_is_there(encoding: str) -> None:
    assert isinstance(decoded(bytes(range(256)) * 3 + b"\xff", encoding), str)


@pytest.mark.parametrize(
    "label", ["utf-7", "punycode", "cp037", "rot13", "idna", "base64", "utf_8", "utf-32", "hz", ""]
)
def test_encoding_named_when_only_python_knows_it(label: str) -> None:
    assert encoding_named(label) == ""


def test_encoding_named_when_spelt_oddly() -> None:
    assert encoding_named(" \tUTF-8\n") == "utf-8"
    assert encoding_named("\u00a0utf-8") == ""
