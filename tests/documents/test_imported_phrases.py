"""Phrase lists that somebody imported, as files of the home."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from kidgate.documents.imported_phrases import (
    BrokenList,
    ImportedList,
    dump,
    imported_lists,
    load,
    marks,
)
from kidgate.policies.phrases import Phrase

ROWS = (
    Phrase((" nổ hũ ", "x"), 30, "gambling", "weighted:3", loose=True),
    Phrase(("hospital",), -10.5, "", "weighted:4", loose=True),
)
LIST = ImportedList(
    "e2g", ROWS, "", "/lists/e2g.tar.gz", "2026-11-22T11:00:00+00:00", "GPL-2.0", {"lines": 4}
)


def test_list_comes_back_as_it_was_written() -> None:
    found = load(dump(LIST), "e2g")
    assert [row.source for row in found.rows] == ["e2g:weighted:3", "e2g:weighted:4"]
    assert [(r.texts, r.weight, r.category, r.loose) for r in found.rows] == [
        (r.texts, r.weight, r.category, r.loose) for r in ROWS
    ]
    assert (found.location, found.imported_at) == (LIST.location, LIST.imported_at)
    assert found.licence == LIST.licence
    assert found.account == {"lines": 4}


def test_file_is_the_form_that_is_documented() -> None:
    first, second, rest = dump(LIST).split(b"\n")
    head = json.loads(first)
    assert (head["version"], head["name"]) == (1, "e2g")
    assert head["sha256"] == hashlib.sha256(second).hexdigest()
    assert json.loads(second)[0] == [[" nổ hũ ", "x"], 30, "gambling", "weighted:3"]
    assert rest == b""


def spoilt(**changes: object) -> bytes:
    first, second, _ = dump(LIST).split(b"\n")
    return json.dumps(json.loads(first) | changes).encode() + b"\n" + second


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"[" * 100_000,
        dump(LIST)[:-20],
        dump(LIST).replace("hũ".encode(), b"hu"),
        spoilt(version=2),
        dump(LIST).split(b"\n")[0],
        spoilt(account=3),
        spoilt(sha256=None),
    ],
)
def test_damaged_list_is_refused_with_advice(data: bytes) -> None:
    with pytest.raises(BrokenList, match="import it again"):
        load(data, "e2g")


@pytest.mark.parametrize(
    "row",
    [
        Phrase((), 3, "adult", "x"),
        Phrase(("a",), 0, "adult", "x"),
        Phrase(("a",), True, "adult", "x"),
        Phrase((3,), 3, "adult", "x"),  # type: ignore[arg-type]
        Phrase(("a",), 3, None, "x"),  # type: ignore[arg-type]
    ],
)
def test_phrase_that_is_none_spoils_its_list(row: Phrase) -> None:
    with pytest.raises(BrokenList):
        load(dump(ImportedList("e2g", (row,))), "e2g")


def test_one_broken_list_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    assert imported_lists(tmp_path / "none") == ((), ())
    (tmp_path / "good.json").write_bytes(dump(LIST))
    (tmp_path / "bad.json").write_bytes(b"{")
    (tmp_path / ".good.json.new").write_bytes(b"half")
    (tmp_path / "README").write_text("no list")
    found, faults = imported_lists(tmp_path)
    assert [one.name for one in found] == ["good"]
    assert [fault.file for fault in faults] == ["phrases/bad.json"]


def test_marks_tell_every_change(tmp_path: Path) -> None:
    seen = [marks(tmp_path)]
    path = tmp_path / "a.json"
    for change in (
        lambda: path.write_bytes(b"1"),
        lambda: path.write_bytes(b"22"),
        lambda: path.rename(tmp_path / "b.json"),
        lambda: (tmp_path / "b.json").unlink(),
    ):
        change()
        assert marks(tmp_path) != seen[-1]
        seen.append(marks(tmp_path))
    assert seen[-1] == seen[0] == ()
