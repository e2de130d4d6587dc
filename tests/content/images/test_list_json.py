"""Lists as JSON, in the shapes of the schemes' interfaces."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kidgate.content.images.entries import Entry, Kind, ListRefused, Skipped
from kidgate.content.images.list_json import read_json

A, B, C = "a1" * 32, "b2" * 32, "c3" * 32


def entries(document: Any, kind: Kind | None = None) -> list[Entry]:
    return list(read_json(json.dumps(document), kind))


def test_threat_updates_are_read() -> None:
    document = {
        "data": [
            {"id": "1", "indicator": A, "type": "HASH_PDQ", "should_delete": False},
            {"id": "2", "indicator": B, "type": "HASH_PDQ", "should_delete": True},
            {"id": "3", "indicator": "x.example", "type": "DOMAIN"},
        ],
        "paging": {"next": "ignored"},
    }
    assert entries(document) == [
        Entry(Kind.PDQ, A),
        Entry(None, skipped=Skipped.WITHDRAWN),
        Entry(None, "x.example"),
    ]


def test_descriptors_are_read() -> None:
    document = {
        "data": [{"raw_indicator": A, "indicator": {"indicator": A, "type": "HASH_SHA256"}}]
    }
    assert entries(document) == [Entry(Kind.SHA256, A)]


def test_stopncii_records_are_read() -> None:
    record = {"signalType": "ImagePDQ", "hashValue": A, "hashStatus": "Active"}
    gone = record | {"hashValue": B, "hashStatus": "Withdrawn"}
    video = {"signalType": "VideoMD5", "hashValue": "ff", "hashStatus": "Active"}
    found = entries({"count": 3, "hashRecords": [record, gone, video]})
    assert [(e.kind, e.skipped) for e in found] == [
        (Kind.PDQ, None),
        (None, Skipped.WITHDRAWN),
        (None, None),
    ]


def test_bare_arrays_are_read() -> None:
    assert entries([A, B], Kind.PDQ) == [Entry(Kind.PDQ, A), Entry(Kind.PDQ, B)]
    document = [{"pdq": A, "quality": 88}, {"hash": B, "type": "sha256"}, {"sha256": C}, 5]
    assert entries(document)[:3] == [
        Entry(Kind.PDQ, A, 88),
        Entry(Kind.SHA256, B),
        Entry(Kind.SHA256, C),
    ]
    assert entries(document)[3].skipped is Skipped.NOT_A_HASH


def test_lines_of_objects_are_read() -> None:
    text = f'{{"pdq": "{A}"}}\n\n{{"pdq": "{B}"}}\n'
    assert list(read_json(text, None)) == [Entry(Kind.PDQ, A), Entry(Kind.PDQ, B)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"a": 1}', "there is none of data"),
        ("5", "no array"),
        (f'["{A}"]', "--kind"),
        (f'[{{"hash": "{A}"}}]', "--kind"),
    ],
)
def test_what_is_no_list_is_refused(text: str, why: str) -> None:
    with pytest.raises(ListRefused, match=why):
        list(read_json(text, None))
