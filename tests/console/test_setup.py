"""`setup`: makes everything once; says what it assumes; and what it cannot work with."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

import pytest

from kidgate.console import setup
from tests.console.runner import Kidgate

ARGUMENTS = ("setup", "--zone", "Asia/Ho_Chi_Minh", "--language", "vi")


def test_setup_makes_all_that_a_gateway_needs(empty: Kidgate) -> None:
    text = empty(*ARGUMENTS)
    assert "policy version 1" in text
    assert f"kidgate --home {empty.home} profile add mai" in text
    assert "127.0.0.1:8080" in text
    assert {"kidgate.db", "snapshot.json", "index.kgx"} <= {p.name for p in empty.home.iterdir()}
    assert (empty.home / "ca" / "mitmproxy-ca.pem").stat().st_mode & 0o777 == 0o600
    assert empty.run("check", "https://news.example", "--as", "unknown").exit_code == 1


def test_setup_twice_is_setup_once(kidgate: Kidgate) -> None:
    fingerprint, version = kidgate.json("ca", "show")["sha256"], kidgate.version
    result = kidgate.run("setup", "--quiet")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert kidgate.version == version
    assert kidgate("policy", "get", "zone") == "Asia/Ho_Chi_Minh\n"
    found = kidgate.json("setup", "--zone", "Europe/Berlin")
    assert found["version"] == version + 1
    assert found["sha256"] == fingerprint
    assert found["database"] == str(kidgate.home / "kidgate.db")
    assert kidgate("policy", "get", "zone") == "Europe/Berlin\n"


def test_setup_says_the_zone_aloud_when_it_is_the_systems(
    empty: Kidgate, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty.env |= {"TZ": "Asia/Bangkok", "LC_ALL": "en_GB.UTF-8"}
    result = empty.run("setup", "--quiet")
    assert "Time zone: Asia/Bangkok, as this system has it" in result.stderr
    assert "Language: en" in result.stderr
    assert empty("policy", "get", "zone") == "Asia/Bangkok\n"


def test_setup_asks_for_the_zone_when_the_system_does_not_say(
    empty: Kidgate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(setup, "LOCALTIME", tmp_path / "localtime")
    empty.env["TZ"] = ""
    assert "kidgate setup --zone Asia/Ho_Chi_Minh" in empty.fails(2, "setup")
    assert not empty.home.exists()
    (tmp_path / "localtime").symlink_to("/usr/share/zoneinfo/Asia/Tokyo")
    assert "Asia/Tokyo" in empty.run("setup").stderr


def test_setup_refuses_a_zone_that_is_not_one(empty: Kidgate) -> None:
    assert "no time zone is called `Hanoi`" in empty.fails(2, "setup", "--zone", "Hanoi")
    assert not empty.home.exists()


def newer(home: Path) -> None:
    with sqlite3.connect(home / "kidgate.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def foreign(home: Path) -> None:
    (home / "kidgate.db").write_bytes(b"this is no database, but long enough to look at\n" * 100)


@pytest.mark.parametrize(
    ("damage", "said"),
    [(newer, "is newer than this program"), (foreign, "is not a database")],
)
def test_every_command_says_so_and_changes_nothing_when_the_database_is_not_ours(
    kidgate: Kidgate, damage: object, said: str
) -> None:
    damage(kidgate.home)  # type: ignore[operator]
    before = kidgate.files()
    for arguments in (("setup",), ("profile", "list"), ("block", "a.example", "--for", "mai")):
        message = kidgate.fails(3, *arguments)
        assert said in message and len(message.splitlines()) == 1
    assert kidgate.files() == before


def test_every_command_says_so_when_there_is_no_home(empty: Kidgate) -> None:
    for arguments in (
        ("profile", "list"),
        ("block", "a.example", "--for", "mai"),
        ("log",),
        ("policy", "export"),
        ("feed", "list"),
        ("check", "a.example", "--as", "mai"),
        ("ca", "show"),
    ):
        message = empty.fails(3, *arguments)
        assert "kidgate setup" in message and len(message.splitlines()) == 1
    assert not empty.home.exists()


def test_config_faults_are_told_all_at_once_with_file_and_line(kidgate: Kidgate) -> None:
    file = kidgate.home / "config.yaml"
    file.write_text("workers: many\nlisten: [nowhere]\nhomee: /x\n")
    before = kidgate.files()
    for arguments in (("profile", "list"), ("setup",), ("up",), ("check", "a", "--as", "mai")):
        message = kidgate.fails(2, *arguments)
        assert message.startswith("Error: 3 faults, nothing was changed:")
        for line in (1, 2, 3):
            assert f"{file}:{line}: " in message
    assert kidgate.files() == before
    assert "no such file" in kidgate.fails(2, "profile", "list", "--config", "/nowhere.yaml")


def test_writing_says_so_when_the_home_cannot_be_written(kidgate: Kidgate) -> None:
    """A process without the right to pass over file modes, as the superuser of a test has it."""
    before = kidgate.files()
    for folder in (kidgate.home, kidgate.home / "run", kidgate.home / "feeds"):
        folder.chmod(0o500)
    (kidgate.home / "kidgate.db").chmod(0o400)
    (kidgate.home / "run" / "writer.lock").chmod(0o400)
    try:
        status, text = unprivileged(kidgate, "block", "a.example", "--for", "mai")
    finally:
        for folder in (kidgate.home, kidgate.home / "run", kidgate.home / "feeds"):
            folder.chmod(0o700)
    assert status == 3, text
    assert text.startswith("Error: ") and len(text.splitlines()) == 1
    assert kidgate.files() == before


def unprivileged(kidgate: Kidgate, *arguments: str) -> tuple[int, str]:
    """Exit status and standard error of a command in a child without CAP_DAC_OVERRIDE."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        status = 70
        try:
            _drop_override()
            result = kidgate.run(*arguments)
            os.write(writer, (result.stderr or str(result.exception)).encode())
            status = result.exit_code
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        text = file.read().decode()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), text


def _drop_override() -> None:
    """Give up being root, if we are: a plain user's files are then out of reach."""
    if os.geteuid() != 0:
        return
    import ctypes

    # capset(2): version 3, all capabilities of this thread gone; uid 0 still owns its files.
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capset(ctypes.byref(header), ctypes.byref(data)):
        sys.exit(71)


def test_setup_names_the_explicit_proxy_whatever_else_is_listed_first(empty: Kidgate) -> None:
    empty.home.mkdir(parents=True)
    config = empty.home / "config.yaml"
    config.write_text('listen: ["socks://127.0.0.1:1080", "192.168.1.2:8080"]\n')
    said = empty("setup", "--zone", "Asia/Ho_Chi_Minh", "--language", "en")
    assert "set the device's proxy to 192.168.1.2:8080" in said
    config.write_text('listen: ["transparent://0.0.0.0:8081"]\n')
    assert "docs/ways-in.md" in empty("setup")
