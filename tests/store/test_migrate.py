from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from kidgate.documents.feed_row import FeedRow
from kidgate.policies.journal import Entry
from kidgate.policies.model import Action
from kidgate.policies.rows import (
    DeviceRow,
    ExceptionRow,
    LessonRow,
    PolicyRows,
    ProfileRow,
    RuleRow,
    ServiceRow,
    Settings,
    TermRow,
    TierRow,
)
from kidgate.policies.rows_json import from_json, to_json
from kidgate.store import dialects, feeds, journal, migrations, policy
from kidgate.store.columns import Base
from kidgate.store.database import Database, open_database
from kidgate.store.edits import canonical
from kidgate.store.faults import DatabaseFault
from kidgate.store.migrations import HEAD, REVISIONS

SAVED = Path(__file__).resolve().parents[1] / "golden" / "databases"
TOGETHER = {"0006", "0007", "0008", "0009"}  # came with 0010: no database ever stopped at one
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = FeedRow("bets", "gambling", "/lists/bets.txt", NOW, "hosts", skipped={"comment": 2})


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)


def test_revisions_are_the_scripts_in_their_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    scripts = ScriptDirectory.from_config(config)
    assert [script.revision for script in scripts.walk_revisions()][::-1] == list(REVISIONS)
    assert scripts.get_heads() == [HEAD]


def test_scripts_make_the_tables_of_the_schema(empty_url: str) -> None:
    database = open_database(empty_url, create=True)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    database.close()


def test_alembic_stays_out_when_the_database_is_of_today(sqlite_template: Path) -> None:
    code = """if True:
        import sys
        from kidgate.store import backup, database, journal, policy
        database.open_database(sys.argv[1], create=True).close()
        heavy = ("alembic", "mako", "sqlalchemy.dialects.postgresql", "psycopg")
        print([name for name in heavy if name in sys.modules])
    """
    assert run_python(code, str(sqlite_template)).stdout.strip() == "[]"


def test_migration_runs_once_when_processes_start_together(empty_url: str) -> None:
    code = "import sys; from kidgate.store.database import open_database as o; "
    command = [sys.executable, "-c", code + "o(sys.argv[1], create=True).close()", empty_url]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    ended = [(process.communicate(timeout=60)[1], process.returncode) for process in started]
    assert ended == [(b"", 0)] * 2
    open_database(empty_url, create=False).close()


def test_database_is_refused_when_it_is_newer(url: str) -> None:
    database = open_database(url, create=False)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    for how in ({"create": True}, {"create": False}, {"create": False, "migrate": True}):
        with pytest.raises(DatabaseFault, match=r"\(revision 9999\) is newer than this program"):
            open_database(url, **how)


def test_database_is_refused_when_it_is_older_and_may_not_change(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kidgate.store.migrate.HEAD", "9998")
    monkeypatch.setattr("kidgate.store.migrate.REVISIONS", (*REVISIONS, "9998"))
    with pytest.raises(DatabaseFault, match=r"of an older version of kidgate; start `kidgate up`"):
        open_database(url, create=False)


@pytest.mark.parametrize(
    "sql", ["CREATE TABLE bookmarks (url TEXT)", "CREATE TABLE alembic_version (version_num TEXT)"]
)
def test_database_is_refused_when_it_is_another_program_s(empty_url: str, sql: str) -> None:
    database = open_database(empty_url, create=True)
    with database.engine.begin() as connection:
        Base.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        connection.execute(text(sql))
    database.close()
    with pytest.raises(DatabaseFault, match="is a database of another program"):
        open_database(empty_url, create=True)


def test_nothing_is_made_when_a_script_fails(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: object) -> None:
        real(connection)
        raise KeyError("half way")

    real = sys.modules["kidgate.store.migrate"]._upgrade
    monkeypatch.setattr("kidgate.store.migrate._upgrade", fail)
    with pytest.raises(KeyError, match="half way"):
        open_database(empty_url, create=True)
    with pytest.raises(DatabaseFault, match="is empty"):
        open_database(empty_url, create=False)


def test_nothing_is_made_when_rows_refer_to_nothing_afterwards(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialects, "broken_references", lambda connection: ("row 1 of x",))
    with pytest.raises(DatabaseFault, match=r"cannot be brought up to date: row 1 of x; nothing"):
        open_database(empty_url, create=True)
    with pytest.raises(DatabaseFault, match="is empty"):
        open_database(empty_url, create=False)


# --- saved databases: `KIDGATE_WRITE_GOLDEN=1` writes the one of today's revision ---


def contents() -> PolicyRows:
    """A policy with something in every table."""
    return PolicyRows(
        settings=Settings(
            zone="Asia/Ho_Chi_Minh",
            holidays=(date(2026, 9, 2),),
            terms=(TermRow("hk1", date(2026, 9, 7), date(2027, 1, 15)),),
        ),
        tiers=(TierRow("club", categories={"games": Action.WARN}, quotas={"all": 60}),),
        services=(ServiceRow("vui", "Vui", hosts=("vui.example",), aliases=("chat_vui",)),),
        profiles=(
            ProfileRow(
                "mai",
                name="Mai",
                born=date(2016, 5, 1),
                groups=("8A",),
                bedtime="daily 21:00-06:00",
                quotas={"all": 90},
            ),
        ),
        devices=(DeviceRow("tablet", of="mai", addresses=("10.0.0.5",), macs=("02:00",)),),
        rules=(RuleRow(1, "child:mai", "x.example", Action.ALLOW, until=NOW),),
        lessons=(LessonRow(1, "group:8A", NOW, ("olm.vn",), "Toán"),),
        exceptions=(ExceptionRow(1, "child:mai", NOW, NOW + timedelta(hours=1), ("bedtime",)),),
    )


def fill(database: Database) -> None:
    with database.writing() as session:
        policy.write_policy(session, PolicyRows(), author="lan", comment="", at=NOW)
        policy.write_policy(session, contents(), author="lan", comment="first", at=NOW)
        renamed = replace(contents(), profiles=(ProfileRow("mai", name="Mai Anh"),))
        later = NOW + timedelta(hours=1)
        policy.write_policy(session, renamed, author="lan", comment="second", at=later)
        details = ("mai", "tablet", "9-12", "block", "rule", "games", "x.example", "", "rule 1")
        journal.append(session, [Entry("w1-1", NOW, *details, 1, "2", count=3)])
        feeds.put_feed(session, FEED)


def save(folder: Path) -> None:
    path = folder / "made.db"
    database = open_database(path, create=True)
    fill(database)
    database.close()
    with closing(sqlite3.connect(path)) as connection:
        SAVED.mkdir(exist_ok=True)
        (SAVED / f"{HEAD}.sql").write_text("\n".join(connection.iterdump()) + "\n")
    (SAVED / f"{HEAD}.json").write_text(json.dumps(to_json(contents()), indent=1) + "\n")


def test_every_revision_has_a_saved_database(tmp_path: Path) -> None:
    if os.environ.get("KIDGATE_WRITE_GOLDEN") == "1":
        save(tmp_path)
    assert {path.stem for path in SAVED.glob("*.sql")} == set(REVISIONS) - TOGETHER


def test_feed_of_the_first_revision_keeps_its_fields_and_is_updated_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "kidgate.db"
    old = (
        "('bets', 'gambling', '/lists/bets.txt', 'hosts', '', ?, 9, 5, 2, "
        "'{\"comment\":2}', 4, 1, 'ff')"
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((SAVED / "0001.sql").read_text())
        columns = "name, category, location, format, licence, imported_at, lines, accepted"
        more = "duplicate, skipped, names, urls, sha256"
        at = int(NOW.timestamp() * 1_000_000)
        connection.execute(f"INSERT INTO feeds ({columns}, {more}) VALUES {old}", (at,))
        connection.commit()
    database = open_database(path, create=False, migrate=True)
    with database.reading() as session:
        (found,) = feeds.all_feeds(session)
    database.close()
    counts = {"lines": 9, "accepted": 5, "duplicate": 2, "names": 4, "urls": 1, "sha256": "ff"}
    assert found == replace(FEED, **counts)
    assert (found.interval, found.enabled, found.kind, found.in_force) == (0, True, "list", True)


def test_service_of_the_first_revision_is_whole_in_policy_and_history(tmp_path: Path) -> None:
    path = tmp_path / "kidgate.db"
    row = {"key": "vui", "title": "Vui", "hosts": ["vui.example"], "urls": [], "networks": []}
    row |= {"categories": ["chat"], "min_age": 9}
    texts = [v if isinstance(v, (str, int)) else json.dumps(v) for v in row.values()]
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((SAVED / "0001.sql").read_text())
        names = ", ".join(row)
        connection.execute(f"INSERT INTO services ({names}) VALUES (?, ?, ?, ?, ?, ?, ?)", texts)
        last = 'INSERT INTO edits (version, kind, "key", after) VALUES (2, ?, ?, ?)'
        connection.execute(last, ("service", "vui", json.dumps(row)))
        connection.commit()
    database = open_database(path, create=False, migrate=True)
    service = ServiceRow("vui", "Vui", ("vui.example",), categories=("chat",), min_age=9)
    with database.writing() as session:
        rows = policy.read_policy(session)
        assert rows.services == (service,)
        without = replace(rows, services=())
        policy.write_policy(session, without, author="lan", comment="third", at=NOW)
        assert policy.rows_at(session, 2).services == (service,)
        there = [edit for edit in policy.diff(session, 1, 2) if edit.kind == "service"]
        assert [edit.after for edit in there] == [to_json(service)]
    database.close()


@pytest.mark.parametrize("revision", sorted({*REVISIONS} - TOGETHER))
def test_saved_database_is_brought_up_to_date_without_loss(tmp_path: Path, revision: str) -> None:
    path = tmp_path / "kidgate.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((SAVED / f"{revision}.sql").read_text())
        connection.execute("PRAGMA journal_mode = WAL")  # as every database of ours is
    backup = shutil.copy(path, tmp_path / "copy.db")
    if revision != HEAD:
        with pytest.raises(DatabaseFault, match="of an older version"):
            open_database(path, create=False)
        assert path.read_bytes() == Path(backup).read_bytes()
    database = open_database(path, create=False, migrate=True)
    assert database.integrity_check() == ()
    with database.reading() as session:
        saved = from_json(PolicyRows, json.loads((SAVED / f"{revision}.json").read_text()))
        assert policy.rows_at(session, 1) == canonical(saved)
        assert policy.read_policy(session).profiles[0].name == "Mai Anh"
        assert [info.comment for info in policy.history(session, 9)] == ["second", "first"]
        (line,) = journal.query(session)
    assert (line.entry, line.first_at, line.count, line.host) == ("w1-1", NOW, 3, "x.example")
    database.close()
