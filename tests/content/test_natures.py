"""Files by their first bytes."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.content.natures import APK, HEAD_BYTES, PROGRAM, ZIP, may_say_more, nature

NOTHING = "application/octet-stream"


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return file.getvalue()


EXE = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + bytes(200)
APP = zipped("AndroidManifest.xml", "classes.dex")


@pytest.mark.parametrize(
    ("head", "said", "found"),
    [
        (EXE, NOTHING, PROGRAM),
        (EXE, "image/jpeg", PROGRAM),
        (EXE, "application/x-anything", PROGRAM),
        (EXE, PROGRAM, ""),
        (EXE[:64], NOTHING, PROGRAM),  # cut before its header
        (b"MZ, here we are, and so are you. " * 9, "text/plain", ""),
        (APP, NOTHING, APK),
        (APP, ZIP, APK),
        (APP, APK, ""),
        (zipped("readme.txt"), "image/jpeg", ZIP),
        (zipped("readme.txt"), "", ZIP),
        (zipped("readme.txt"), ZIP, ""),
        (zipped("word/document.xml"), "application/vnd.ms-word", ""),  # a document is one
        (b"7z\xbc\xaf\x27\x1c\0", NOTHING, "application/x-7z-compressed"),
        (b"Rar!\x1a\x07\x01\0", "video/mp4", "application/vnd.rar"),
        (b"d8:announce35:", NOTHING, "application/x-bittorrent"),
        (b"\xff\xd8\xff\xe0", "image/jpeg", ""),
        (b"", NOTHING, ""),
    ],
)
def test_nature_is_told_where_it_is_another(head: bytes, said: str, found: str) -> None:
    assert nature(head, said) == found


@settings(max_examples=200, deadline=None, database=None)
@given(st.binary(max_size=300), st.sampled_from(["", "image/png", "text/html", NOTHING]))
def test_no_bytes_are_too_odd(head: bytes, said: str) -> None:
    nature(head, said)
    if not may_say_more(head):  # what comes later changes nothing
        assert nature(head + b"anything", said) == nature(head, said)


def test_only_a_beginning_that_means_something_is_waited_for() -> None:
    assert may_say_more(b"") and may_say_more(b"P") and may_say_more(b"PK\x03")
    assert not may_say_more(b"<html")
    assert not may_say_more(b"PK" + bytes(HEAD_BYTES))
