"""A command goes to the keeper when one runs, else to a writer of one's own."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from kidgate.documents.home import Home
from kidgate.keeper import client
from kidgate.keeper.client import KeeperSilent, do
from kidgate.keeper.commands import UnknownCommand
from kidgate.keeper.errors import KeeperFault, to_json
from kidgate.keeper.feeds import BuildFailed
from kidgate.keeper.journaling import Refused
from kidgate.keeper.writer import WriterBusy, writer_lock
from kidgate.policies.compile import PolicyFault, PolicyFaults
from kidgate.policies.rows import PolicyRows
from kidgate.policies.rows_json import to_json as rows_json
from kidgate.store.changing import Conflict
from kidgate.store.faults import DatabaseFault
from tests.keeper.stand import home_in, now, url

FIELDS = {"rows": rows_json(PolicyRows()), "base": None, "author": "an", "comment": ""}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_in(tmp_path)


@contextlib.contextmanager
def answering(home: Home, answer: bytes) -> Iterator[list[dict[str, Any]]]:
    """A keeper that gives one answer; what it was asked."""
    asked: list[dict[str, Any]] = []
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(home.socket))
        server.listen()

        def serve() -> None:
            sock, _ = server.accept()
            with sock, sock.makefile("rb") as lines:
                asked.append(json.loads(lines.readline()))
                sock.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield asked
        thread.join(5)


def write(home: Home) -> dict[str, Any]:
    return do(home, url(home), now, "policy.write", create=True, **FIELDS)


def test_command_is_done_here_when_no_keeper_runs(home: Home) -> None:
    assert write(home)["version"] == 0  # an empty policy is the one that stands already
    assert home.snapshot.exists()


def test_command_is_done_here_when_the_socket_file_is_stale(home: Home) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(home.socket))
    assert home.socket.exists()
    write(home)
    assert home.snapshot.exists()


def test_keeper_is_asked_when_it_runs(home: Home) -> None:
    with answering(home, b'{"call": 1, "version": 9}\n') as asked:
        assert write(home)["version"] == 9
    assert asked == [{"call": 1, "op": "policy.write", **FIELDS}]
    assert not home.snapshot.exists()


def test_command_waits_for_a_keeper_that_starts(home: Home) -> None:
    with ExitStack() as starting:
        starting.enter_context(writer_lock(home))
        timer = threading.Timer(0.3, starting.close)
        timer.start()
        assert write(home)["version"] == 0
        timer.join()


def test_command_fails_when_another_process_writes_without_a_socket(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "STARTS_SECONDS", 0.2)
    with writer_lock(home), pytest.raises(WriterBusy):
        write(home)


def test_keeper_that_hangs_up_is_told_and_nothing_is_done_here(home: Home) -> None:
    with answering(home, b""), pytest.raises(KeeperSilent, match="see kidgate status"):
        write(home)
    assert not home.database.exists()


def test_keeper_that_does_not_answer_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "ANSWER_SECONDS", 0.05)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(home.socket))
        server.listen()
        with pytest.raises(KeeperSilent):
            write(home)


@pytest.mark.parametrize(
    "fault",
    [
        Conflict("moved on"),
        UnknownCommand("no such"),
        BuildFailed("no memory"),
        Refused("full"),
        ValueError("bad"),
        DatabaseFault("the disk is full", "free some space"),
        PolicyFaults([PolicyFault("rules[0]", "bad"), PolicyFault("tiers", "worse")]),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_fault_in_the_keeper_is_the_same_fault_here(home: Home, fault: Exception) -> None:
    answer = json.dumps({"call": 1, "error": to_json(fault)}).encode() + b"\n"
    with answering(home, answer), pytest.raises(type(fault)) as found:
        write(home)
    assert type(found.value) is type(fault)
    assert str(found.value) == str(fault)


def test_fault_without_a_name_here_is_told_as_one_of_the_keeper(home: Home) -> None:
    answer = json.dumps({"call": 1, "error": to_json(ZeroDivisionError("x"))}).encode() + b"\n"
    with answering(home, answer), pytest.raises(KeeperFault, match="ZeroDivisionError: x"):
        write(home)
