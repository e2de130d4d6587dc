from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from kidgate.policies.model import Action
from kidgate.policies.rows import (
    DeviceRow,
    GrantRow,
    GroupRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    Settings,
    TierRow,
)
from kidgate.store import policy
from kidgate.store.database import Database
from kidgate.store.edits import Edit, canonical
from kidgate.store.faults import DatabaseFault
from kidgate.store.policy import VersionInfo

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
MAI = ProfileRow("mai", name="Mai", born=date(2016, 5, 1), groups=("8A", "family"))
HOUSE = PolicyRows(
    settings=Settings(zone="Asia/Ho_Chi_Minh", holidays=(date(2026, 9, 2),)),
    tiers=(TierRow("club", categories={"games": Action.WARN}, text_limits={"violence": 62.5}),),
    groups=(GroupRow("8A", title="Lớp 8A", kind="class"),),
    profiles=(MAI,),
    devices=(DeviceRow("tablet", of="mai", addresses=("10.0.0.5", "fd00::5"), macs=("02:00",)),),
    rules=(RuleRow(1, "child:mai", "x.example", Action.ALLOW, until=NOW + timedelta(days=1)),),
    grants=(GrantRow(1, "mai", "y.example", until=NOW + timedelta(hours=1)),),
)


def write(database: Database, rows: PolicyRows, *, comment: str = "") -> int:
    with database.writing() as session:
        return policy.write_policy(session, rows, author="lan", comment=comment, at=NOW)


def read(database: Database) -> PolicyRows:
    with database.reading() as session:
        return policy.read_policy(session)


def test_policy_is_empty_when_nothing_was_written(database: Database) -> None:
    with database.reading() as session:
        assert policy.read_policy(session) == PolicyRows()
        assert policy.head(session) == 0
        assert policy.history(session, 10) == []


def test_policy_comes_back_whole_when_written(database: Database) -> None:
    assert write(database, HOUSE) == 1
    assert read(database) == HOUSE


def test_no_version_when_nothing_changed(database: Database) -> None:
    write(database, HOUSE)
    assert write(database, HOUSE) == 1
    with database.reading() as session:
        assert policy.head(session) == 1


def test_only_changed_rows_are_written(database: Database) -> None:
    write(database, replace(HOUSE, profiles=(MAI, ProfileRow("nam"))))
    with database.writing() as session:  # a row that is not to be touched is seen by its mark
        session.execute(text("UPDATE profiles SET name = 'Marked' WHERE key = 'nam'"))
    renamed = replace(MAI, name="Mai Anh")
    with database.writing() as session:
        rows = replace(HOUSE, profiles=(renamed, ProfileRow("nam", name="Marked")))
        assert policy.write_policy(session, rows, author="lan", comment="", at=NOW) == 2
        (edit,) = policy.diff(session, 1, 2)
    assert (edit.kind, edit.key) == ("profile", "mai")
    assert read(database).profiles == (renamed, ProfileRow("nam", name="Marked"))


def test_parts_follow_their_row_when_it_changes_or_goes(database: Database) -> None:
    write(database, HOUSE)
    changed = replace(HOUSE.devices[0], addresses=("fd00::5",), macs=("02:01", "02:00"))
    rows = replace(HOUSE, devices=(changed,), profiles=(replace(MAI, groups=()),))
    write(database, rows)
    assert read(database) == rows
    write(database, replace(HOUSE, devices=(), profiles=()))
    with database.reading() as session:
        for table in ("device_addresses", "profile_groups"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0


def test_history_tells_who_when_and_how_much(database: Database) -> None:
    write(database, HOUSE, comment="first")
    write(database, replace(HOUSE, rules=()), comment="second")
    with database.reading() as session:
        assert policy.history(session, 1) == [VersionInfo(2, NOW, "lan", "second", 1)]
        assert [info.edits for info in policy.history(session, 9)] == [1, 8]


def test_diff_is_folded_and_turns_round(database: Database) -> None:
    for title in ("a", "b", "c"):
        write(database, PolicyRows(groups=(GroupRow("8A", title=title),)))
    with database.reading() as session:
        (edit,) = policy.diff(session, 1, 3)
        assert (edit.before["title"], edit.after["title"]) == ("a", "c")
        assert policy.diff(session, 3, 1) == [edit.inverted()]
        assert policy.diff(session, 2, 2) == []
        assert policy.diff(session, 0, 1) == [Edit("group", "8A", None, edit.before)]


@pytest.mark.parametrize("number", [-1, 2])
def test_version_that_does_not_exist_is_refused(database: Database, number: int) -> None:
    write(database, HOUSE)
    with database.reading() as session:
        for ask in (policy.rows_at, lambda s, n: policy.diff(s, 0, n)):
            with pytest.raises(ValueError, match=f"no version `{number}`; the newest is 1"):
                ask(session, number)


def test_rollback_restores_and_is_a_version_of_its_own(database: Database) -> None:
    write(database, HOUSE)
    write(database, PolicyRows())
    with database.writing() as session:
        old = policy.rows_at(session, 1)
        assert policy.write_policy(session, old, author="lan", comment="back", at=NOW) == 3
    assert read(database) == HOUSE


def test_number_is_never_used_twice_when_its_rule_is_gone(database: Database) -> None:
    rules = tuple(RuleRow(n, "everyone", "x.example", Action.BLOCK) for n in (9, 10))
    write(database, PolicyRows(rules=rules))
    write(database, PolicyRows(rules=rules[:1]))
    with database.reading() as session:
        assert policy.next_id(session, "rule") == 11
        assert policy.next_id(session, "grant") == 1


@pytest.mark.parametrize(
    "rows",
    [
        PolicyRows(groups=(GroupRow("a", title="x\x00"),)),
        PolicyRows(groups=(GroupRow("a"), GroupRow("a", title="x"))),
        PolicyRows(rules=(RuleRow(1, "x", "y", Action.BLOCK, until=datetime(2026, 1, 1)),)),  # noqa: DTZ001
    ],
    ids=["nul", "twice", "naive"],
)
def test_nothing_is_written_when_rows_cannot_be_stored(
    database: Database, rows: PolicyRows
) -> None:
    write(database, HOUSE)
    with pytest.raises(ValueError, match=r"NUL|twice|time zone"):
        write(database, rows)
    assert read(database) == HOUSE


def test_naive_time_of_a_version_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="needs a time zone"), database.writing() as session:
        policy.write_policy(session, HOUSE, author="", comment="", at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_fault_when_another_hand_broke_a_row(database: Database) -> None:
    write(database, HOUSE)
    with database.writing() as session:
        session.execute(text("UPDATE rules SET action = 'explode'"))
    with pytest.raises(DatabaseFault, match=r"`rule 1.action` needs one of .* restore a backup"):
        read(database)


def test_canonical_is_what_the_store_gives_back(database: Database) -> None:
    rows = PolicyRows(groups=(GroupRow("b"), GroupRow("a")))
    write(database, rows)
    assert read(database) == canonical(rows) != rows
