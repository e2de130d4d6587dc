"""A snapshot on disk: whole and unchanged, or not believed."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.documents.builtin import load_builtin
from kidgate.policies.model import Action, JournalLevel
from kidgate.policies.rows import (
    Builtin,
    DeviceRow,
    GrantRow,
    GroupRow,
    PauseRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    ServiceRow,
    Settings,
    Text,
    TierRow,
)
from kidgate.policies.snapshot_file import Document, SnapshotFault, dump_snapshot, load_snapshot

FAST = settings(max_examples=200, deadline=None, database=None)
UNTIL = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
ROWS = PolicyRows(
    settings=Settings(zone="Asia/Ho_Chi_Minh", unknown_tier="t", holidays=(date(2026, 9, 2),)),
    tiers=(
        TierRow(
            "t",
            title=Text("Lớp 5A", "Class 5A"),
            age_tier=True,
            categories={"games": Action.ASK},
            text_limits={"adult": 45.0},
            quotas={"all": 60},
            journal=JournalLevel.CATEGORY,
        ),
    ),
    services=(ServiceRow("choi", "Chơi", hosts=("choi.test",)),),
    groups=(GroupRow("5A", kind="class"),),
    profiles=(ProfileRow("mai", "Nguyễn Thị Mai", born=date(2016, 2, 29), groups=("5A",)),),
    devices=(DeviceRow("tv", of="mai", trusts_ca=False),),
    rules=(RuleRow(1, "child:mai", "term:cá độ", Action.BLOCK, when="mon", until=UNTIL),),
    grants=(GrantRow(1, "mai", "a.test", UNTIL, confirmed_twice=True),),
    pauses=(PauseRow(1, "everyone", UNTIL),),
)


@pytest.fixture(scope="module")
def document(small: Builtin) -> Document:
    return Document("12", ROWS, small, (), ())


def sealed(body: bytes) -> bytes:
    """A body with the head that belongs to it."""
    return f"kidgate-snapshot 1 {hashlib.sha256(body).hexdigest()}\n".encode() + body


def test_a_document_comes_back_as_it_was(document: Document) -> None:
    again = load_snapshot(dump_snapshot(document))
    assert again == document
    assert again.compile().rules == document.compile().rules


def test_the_built_in_data_come_back_as_they_were() -> None:
    tiers, services, builtin = load_builtin()
    document = Document("1", PolicyRows(), builtin, tiers, services)
    again = load_snapshot(dump_snapshot(document))
    assert (again.tiers, again.services, again.rows) == (tiers, services, PolicyRows())
    assert again.compile().services == document.compile().services


def test_the_same_document_has_the_same_bytes(document: Document) -> None:
    assert dump_snapshot(document) == dump_snapshot(load_snapshot(dump_snapshot(document)))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no kidgate snapshot"),
        (b"\n", "no kidgate snapshot"),
        (b"<html></html>", "no kidgate snapshot"),
        (b"\xff\xfe\n{}", "no kidgate snapshot"),
        (b"kidgate-snapshot 1\n{}", "no kidgate snapshot"),
        (b"kidgate-snapshot 2 abc\n{}", "has format 2, this program reads 1"),
        (b"kidgate-snapshot 1 abc\n{}", "checksum does not match"),
        (sealed(b""), "cannot be read"),
        (sealed(b"{}"), "cannot be read"),
        (sealed(b"[]"), "cannot be read"),
        (sealed(b"null"), "cannot be read"),
        (sealed(b'{"version": "1"}'), "cannot be read"),
        (sealed(b"{" * 10), "cannot be read"),
        (sealed(b"\xff"), "cannot be read"),
    ],
)
def test_load_refuses_what_is_no_whole_snapshot(data: bytes, says: str) -> None:
    with pytest.raises(SnapshotFault) as caught:
        load_snapshot(data)
    assert says in str(caught.value)


def test_load_refuses_every_cut(document: Document) -> None:
    data = dump_snapshot(document)
    for end in range(0, len(data), 37):
        with pytest.raises(SnapshotFault):
            load_snapshot(data[:end])


@FAST
@given(at=st.integers(0), bit=st.integers(0, 7))
def test_load_refuses_every_flipped_bit(document: Document, at: int, bit: int) -> None:
    data = bytearray(dump_snapshot(document))
    data[at % len(data)] ^= 1 << bit
    with pytest.raises(SnapshotFault):
        load_snapshot(bytes(data))


@FAST
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["version", "rows", "builtin", "tiers", "services", "settings"]),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_load_raises_only_its_own_fault_when_the_body_is_anything(body: object) -> None:
    with suppress(SnapshotFault):
        load_snapshot(sealed(json.dumps(body).encode()))
