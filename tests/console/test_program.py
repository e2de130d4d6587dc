"""The program as its user starts it: real processes, what they load, how they end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from kidgate.cli import cli
from tests.console.runner import NOW, Kidgate

HEAVY = ("sqlalchemy", "alembic", "mitmproxy", "rich", "cryptography", "msgspec", "yaml")


def start(kidgate: Kidgate, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kidgate", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "KIDGATE_HOME": str(kidgate.home), "KIDGATE_CLOCK": NOW},
        check=False,
        timeout=60,
    )


def loaded(code: str) -> set[str]:
    """The heavy packages that a fresh process has in memory after some code."""
    code = f"{code}\nimport sys, json\nprint(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_help_loads_nothing_heavy() -> None:
    assert (
        loaded("from kidgate.cli import cli\ncli.main(['--help'], standalone_mode=False)") == set()
    )


def test_up_loads_no_database_library() -> None:
    found = loaded("import kidgate.cli, kidgate.console.up, kidgate.proxy.supervisor")
    assert not found & {"sqlalchemy", "alembic", "rich"}


def test_check_loads_no_database_library(kidgate: Kidgate) -> None:
    code = (
        "from kidgate.cli import cli\n"
        f"cli.main(['check', 'news.example', '--as', 'mai', '--home', {str(kidgate.home)!r}, "
        f"'--at', {NOW!r}, '--json'], standalone_mode=False)"
    )
    assert not loaded(code) & {"sqlalchemy", "alembic", "mitmproxy", "rich"}


def test_answers_errors_and_statuses_are_the_same_when_started_for_real(kidgate: Kidgate) -> None:
    done = start(kidgate, "check", "https://news.example", "--as", "mai", "--json")
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "allow")
    done = start(kidgate, "check", "https://news.example", "--as", "nam")
    assert done.returncode == 1 and done.stdout.startswith("BLOCK")
    done = start(kidgate, "profile", "add", "mai")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: a profile `mai` is there already")
    done = start(kidgate, "log", "--home", "/nowhere")
    assert (done.returncode, done.stdout) == (3, "")
    assert "kidgate setup" in done.stderr


def test_nothing_is_said_when_the_reader_of_a_pipe_has_seen_enough(kidgate: Kidgate) -> None:
    path = kidgate.home.parent / "long.txt"
    path.write_text("".join(f"name-number-{i}.example\n" for i in range(20_000)))
    kidgate("feed", "import", path, "--category", "gambling")
    names = f"{sys.executable} -m kidgate feed names long --home {kidgate.home}"
    done = subprocess.run(
        ["sh", "-c", f"{names} | head -1"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.stderr) == ("name-number-0.example\n", "")


def test_mistake_of_the_program_shows_its_traceback_and_is_no_answer() -> None:
    code = (
        "import sys, kidgate.cli as c, kidgate.console.explaining as e\n"
        "e.worker_snapshot = lambda app: 1 / 0\n"
        "sys.argv = ['kidgate', 'check', 'a.example', '--as', 'mai']\nc.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 3
    assert "ZeroDivisionError" in done.stderr


@pytest.fixture
def port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture
def gateway(empty: Kidgate, port: int) -> Iterator[subprocess.Popen[str]]:
    """`kidgate up` on a home that is not there yet."""
    config = empty.home.parent / "config.yaml"
    places = f"listen: ['127.0.0.1:{port}']\ndashboard: {{listen: []}}\n"
    config.write_text(f"home: {empty.home}\n{places}")
    env = {k: v for k, v in os.environ.items() if k not in ("KIDGATE_HOME", "KIDGATE_CLOCK")}
    process = subprocess.Popen(
        [sys.executable, "-m", "kidgate", "up", "--config", str(config)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=env | {"TZ": "Asia/Ho_Chi_Minh"},
    )
    yield process
    process.send_signal(signal.SIGTERM)
    try:
        process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def test_up_sets_a_new_home_up_serves_and_obeys_changes(
    gateway: subprocess.Popen[str], empty: Kidgate, port: int
) -> None:
    assert gateway.stdout is not None
    assert gateway.stdout.readline() == f"ready 127.0.0.1:{port}\n"
    maps = Path(f"/proc/{gateway.pid}/maps").read_text()
    assert "sqlalchemy" not in maps
    answer = empty.json("profile", "add", "mai", "--born", "2016-05-01")  # through the keeper
    assert answer["version"] == 2
    assert empty("policy", "get", "zone") == "Asia/Ho_Chi_Minh\n"
    parts = {f["part"]: f for f in json.loads(empty.run("status", "--json").stdout)["parts"]}
    assert parts["gateway"]["what"] == f"listens on 127.0.0.1:{port}"
    assert "another kidgate process" in empty.fails(3, "restore", __file__)
    second = start(empty, "up", "--config", str(empty.home.parent / "config.yaml"))
    assert (second.returncode, second.stdout) == (3, "")
    assert f"127.0.0.1:{port} is in use" in second.stderr


def test_up_says_why_it_cannot_set_up_when_the_home_cannot_be_made() -> None:
    done = start(Kidgate(Path("/proc/kidgate")), "up")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("Error: ") and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_the_shell(shell: str) -> None:
    result = CliRunner().invoke(cli, ["completion", shell])
    assert result.exit_code == 0
    assert "_KIDGATE_COMPLETE" in result.stdout


def test_version_tells_what_it_stands_on() -> None:
    result = CliRunner().invoke(cli, ["version", "--json"])
    assert set(json.loads(result.stdout)) >= {"kidgate", "python", "mitmproxy", "database"}
    assert CliRunner().invoke(cli, ["--version"]).stdout.strip()
