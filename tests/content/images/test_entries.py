"""The account of a list: every entry is a hash, or counted with why it is none."""

from __future__ import annotations

import pytest

from kidgate.content.images.entries import Entry, Kind, Read, Skipped, kind_named

HASH = "ab" * 32


def test_every_entry_is_accounted_for() -> None:
    read = Read().take(
        [
            Entry(Kind.SHA256, HASH),
            Entry(Kind.SHA256, HASH.upper()),
            Entry(Kind.PDQ, HASH, 100),
            Entry(Kind.PDQ, "cd" * 32),
            Entry(Kind.PDQ, "ef" * 32, 49),
            Entry(Kind.SHA256, "ab" * 31),
            Entry(None, "ab" * 16),
            Entry(Kind.PDQ, skipped=Skipped.WITHDRAWN),
        ]
    )
    assert read.exact == {bytes.fromhex(HASH)}
    assert read.near == {bytes.fromhex(HASH), bytes.fromhex("cd" * 32)}
    assert read.duplicate == 1
    assert dict(read.skipped) == {
        Skipped.LOW_QUALITY: 1,
        Skipped.NOT_A_HASH: 1,
        Skipped.OTHER_KIND: 1,
        Skipped.WITHDRAWN: 1,
    }
    hashes = len(read.exact) + len(read.near)
    assert read.entries == hashes + read.duplicate + read.skipped.total()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("HASH_PDQ", Kind.PDQ),
        ("ImagePDQ", Kind.PDQ),
        ("pdq", Kind.PDQ),
        ("SHA-256", Kind.SHA256),
        ("HASH_SHA256", Kind.SHA256),
        ("HASH_MD5", None),
        ("VideoTMK", None),
        ("", None),
    ],
)
def test_kind_is_known_by_the_schemes_names(name: str, kind: Kind | None) -> None:
    assert kind_named(name) is kind
