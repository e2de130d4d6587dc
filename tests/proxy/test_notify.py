"""What the service manager hears."""

from __future__ import annotations

import socket
from pathlib import Path

from kidgate.proxy.notify import Notify


def test_messages_reach_the_manager(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(5)
        Notify({"NOTIFY_SOCKET": str(tmp_path / "notify")}).say("READY=1", "STATUS=serving")
        assert manager.recv(100) == b"READY=1\nSTATUS=serving"


def test_abstract_address_is_understood() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0kidgate-test-notify")
        manager.settimeout(5)
        Notify({"NOTIFY_SOCKET": "@kidgate-test-notify"}).say("WATCHDOG=1")
        assert manager.recv(100) == b"WATCHDOG=1"


def test_nobody_listening_is_no_fault(tmp_path: Path) -> None:
    Notify({}).say("READY=1")
    Notify({"NOTIFY_SOCKET": str(tmp_path / "gone")}).say("READY=1")
