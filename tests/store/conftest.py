"""Databases for the store's tests: each that takes `database` or `url` runs on both kinds.

PostgreSQL is a throw-away cluster on a Unix socket. Without its programs those tests are skipped,
but fail where `CI` is set: there both must have been tried.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from kidgate.store.columns import Base
from kidgate.store.database import Database, open_database
from kidgate.store.migrations import HEAD

NUMBERS = count(1)
GOLDEN = Path(__file__).resolve().parents[1] / "golden"
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy."""
    path = tmp_path_factory.mktemp("template") / "kidgate.db"
    open_database(path, create=True).close()
    return path


@pytest.fixture(scope="session")
def postgresql_socket() -> Iterator[str]:
    """The folder of the socket of a PostgreSQL server made for this run."""
    programs = _programs()
    if programs is None:
        why = "PostgreSQL's programs initdb and postgres are not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    # Not in tmp_path: a socket's path has 107 characters at most, and root's folders are closed.
    with TemporaryDirectory(prefix="kidgate-pg-") as folder:
        account = _unprivileged(folder)
        data = f"{folder}/data"
        initdb = [programs / "initdb", "-D", data, "-U", "kidgate", "-A", "trust", "--no-sync"]
        options = ["-E", "UTF8", "--locale=C"]
        subprocess.run([*initdb, *options], check=True, capture_output=True, cwd=folder, **account)
        settings = [part for setting in QUICK for part in ("-c", setting)]
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *settings],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **account,
        )
        try:
            _await(server, folder)
            yield folder
        finally:
            server.send_signal(signal.SIGQUIT)  # stop at once
            server.wait(20)


@pytest.fixture(scope="session")
def postgresql_url(postgresql_socket: str) -> str:
    """A migrated database that the tests share: one for each would take most of their time."""
    _create(postgresql_socket, "kidgate")
    open_database(_url(postgresql_socket, "kidgate"), create=True).close()
    return _url(postgresql_socket, "kidgate")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a database may be made."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'kidgate.db'}"
    else:
        folder = request.getfixturevalue("postgresql_socket")
        name = f"kidgate_{next(NUMBERS)}"
        _create(folder, name)
        yield _url(folder, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of today's shape."""
    if request.param == "sqlite":
        path = tmp_path / "kidgate.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("postgresql_url")
        yield url
        _empty(url)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    found = open_database(url, create=False)
    yield found
    found.close()


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare a text with a saved one; `KIDGATE_WRITE_GOLDEN=1` saves it instead."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("KIDGATE_WRITE_GOLDEN") == "1":
            path.write_text(text)
        assert path.read_text() == text

    return compare


def _programs() -> Path | None:
    found = shutil.which("initdb") or "/usr/lib/postgresql/15/bin/initdb"
    folder = Path(found).resolve().parent
    return folder if (folder / "initdb").exists() and (folder / "postgres").exists() else None


def _unprivileged(folder: str) -> dict[str, int]:
    """How to run a program as nobody: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("nobody")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid}


def _await(server: subprocess.Popen[bytes], folder: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(host=folder, user="kidgate", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the PostgreSQL server did not start")


def _url(folder: str, name: str) -> str:
    return f"postgresql://kidgate@/{name}?host={folder}"


def _create(folder: str, name: str) -> None:
    with psycopg.connect(host=folder, user="kidgate", dbname="postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")


def _empty(url: str) -> None:
    tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("".join(f"DELETE FROM {name};" for name in tables))
        admin.execute(f"UPDATE alembic_version SET version_num = '{HEAD}'")
