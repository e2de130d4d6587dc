"""`status`: each thing that can be wrong is told with what to do."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kidgate.store.alerts import put_alert
from kidgate.store.database import open_database
from tests.console.runner import NOW, Kidgate

PROCESS = {
    "alive": True,
    "ready": True,
    "pid": 1,
    "restarts": 0,
    "silent_seconds": 0.4,
    "fault": "",
}


def health(kidgate: Kidgate, *, worker: dict[str, Any] | None = None, **fields: Any) -> None:
    """What a supervisor that is well would have written, but for the fields given."""
    document = {
        "at": datetime.now(UTC).isoformat(),
        "pid": os.getpid(),
        "listening": ["127.0.0.1:8080"],
        "index_fault": "",
        "keeper": PROCESS,
        "workers": [PROCESS | {"policy": "4", "keeper": True} | (worker or {})],
    }
    path = kidgate.home / "run" / "health.json"
    path.write_text(json.dumps(document | fields))


def wrong(kidgate: Kidgate) -> dict[str, str]:
    """What is wrong, by part: what and advice."""
    found = kidgate.json("status", status=1)
    assert found["well"] is False
    return {f["part"]: f"{f['what']}; {f['advice']}" for f in found["parts"] if not f["well"]}


@pytest.fixture
def keeper(kidgate: Kidgate) -> Iterator[None]:
    """A keeper that answers everything."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(kidgate.home / "run" / "keeper.sock"))
    server.listen()

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as lines:
                lines.readline()
                lines.write(b'{"id": 1}\n')
                lines.flush()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def test_status_is_well_when_everything_is(kidgate: Kidgate, keeper: None) -> None:
    health(kidgate)
    found = kidgate.json("status")
    assert found["well"] is True
    parts = {part["part"] for part in found["parts"]}
    assert parts >= {"gateway", "keeper", "worker 0", "database", "policy", "index", "disk"}
    assert "WRONG" not in kidgate("status")


def test_status_says_start_it_when_no_gateway_runs(kidgate: Kidgate) -> None:
    assert wrong(kidgate) == {"gateway": "is not running; start it with kidgate up"}
    text = kidgate.run("status").stdout
    assert "WRONG" in text and "start it with kidgate up" in text


@pytest.mark.parametrize(
    ("fields", "part", "said"),
    [
        ({"at": (datetime.now(UTC) - timedelta(minutes=5)).isoformat()}, "gateway", "said nothing"),
        ({"pid": 2**22 + 1}, "gateway", "ended without a word"),
        ({"index_fault": "cut short"}, "gateway", "cut short"),
        ({"keeper": PROCESS | {"ready": False, "fault": "no disk"}}, "keeper", "no disk"),
        ({"keeper": PROCESS | {"journal_fault": "locked"}}, "keeper", "locked"),
        ({"worker": {"alive": False}}, "worker 0", "is not ready"),
        ({"worker": {"silent_seconds": 60}}, "worker 0", "is silent"),
        ({"worker": {"policy_fault": "torn"}}, "worker 0", "the old policy stays"),
        ({"worker": {"tunnel_fault": "the port is taken"}}, "worker 0", "the port is taken"),
        ({"worker": {"keeper": False}}, "worker 0", "does not reach the keeper"),
        ({"worker": {"journal": {"dropped": 3}}}, "worker 0", "lost 3 journal entries"),
        ({"worker": {"faults": 2, "last_fault": "KeyError"}}, "worker 0", "KeyError"),
    ],
)
def test_status_names_the_process_when_it_is_not_well(
    kidgate: Kidgate, keeper: None, fields: dict[str, Any], part: str, said: str
) -> None:
    health(kidgate, **fields)
    assert said in wrong(kidgate)[part]


def test_status_says_so_when_the_keeper_does_not_answer(
    kidgate: Kidgate, monkeypatch: pytest.MonkeyPatch
) -> None:
    health(kidgate)
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(kidgate.home / "run" / "keeper.sock"))
    server.listen()
    monkeypatch.setattr("kidgate.keeper.client.ANSWER_SECONDS", 0.1)
    with server:
        assert "start it again" in wrong(kidgate)["keeper"]


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("file", "part", "said"),
    [
        ("kidgate.db", "database", "restore a backup"),
        ("snapshot.json", "policy", "run kidgate setup"),
        ("index.kgx", "index", "run kidgate feed rebuild"),
        ("ca/kidgate-ca.pem", "certificate", "cannot be read"),
    ],
)
def test_status_names_the_file_when_it_is_torn(
    kidgate: Kidgate, keeper: None, file: str, part: str, said: str
) -> None:
    health(kidgate)
    torn(kidgate.home / file)
    assert said in wrong(kidgate)[part]


def test_status_says_so_when_the_compiled_policy_is_old(kidgate: Kidgate, keeper: None) -> None:
    health(kidgate)
    snapshot = kidgate.home / "snapshot.json"
    old = snapshot.read_bytes()
    (kidgate.home / "run" / "keeper.sock").rename(kidgate.home / "run" / "away")
    kidgate("group", "add", "9B")
    (kidgate.home / "run" / "away").rename(kidgate.home / "run" / "keeper.sock")
    snapshot.write_bytes(old)
    assert "is the newest; run kidgate setup" in wrong(kidgate)["policy"]


def test_status_says_so_when_others_may_read_the_key(kidgate: Kidgate, keeper: None) -> None:
    health(kidgate)
    (kidgate.home / "ca" / "mitmproxy-ca.pem").chmod(0o644)
    assert "chmod 600" in wrong(kidgate)["certificate"]


def test_status_says_so_when_the_disk_is_nearly_full_or_entries_wait(
    kidgate: Kidgate, monkeypatch: pytest.MonkeyPatch
) -> None:
    (kidgate.home / "spool" / "worker-0.0.jsonl").write_text("{}\n")
    monkeypatch.setattr("kidgate.console.health.LOW_DISK_BYTES", 2**60)
    found = wrong(kidgate)
    assert "free some space" in found["disk"]
    assert "start kidgate up" in found["spool"]


def test_status_says_run_setup_when_there_is_no_home(empty: Kidgate) -> None:
    found = wrong(empty)
    assert found["home"] == f"there is no folder `{empty.home}`; run kidgate setup"
    assert not empty.home.exists()


def test_status_tells_unseen_alerts_when_there_are_any(kidgate: Kidgate, keeper: None) -> None:
    health(kidgate)
    database = open_database(kidgate.home / "kidgate.db", create=False)
    at = datetime.fromisoformat(NOW)
    with database.writing() as session:
        facts = {"device": "tab\x1b[2J", "host": "a.example"}
        put_alert(session, kind="pinned", facts=facts, at=at)
    database.close()
    assert kidgate.json("status")["alerts"][0]["time"] == "2026-11-23T16:00:00+07:00"
    assert "info, 2026-11-23 16:00: an app on tab\\u001b[2J" in kidgate("status")
