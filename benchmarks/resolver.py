"""dnsmasq with the same names, for its memory: it listens on loopback alone and asks nobody."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path

from benchmarks.contenders import pairs
from benchmarks.processes import memory

STARTS_SECONDS = 300


def installed() -> str:
    """Its path; empty where there is none."""
    return shutil.which("dnsmasq") or shutil.which("dnsmasq", path="/usr/sbin:/sbin") or ""


def rss(names: Path, folder: Path) -> int:
    """Its resident memory in bytes, with all names blocked (`address=/name/#`)."""
    lines = folder / "dnsmasq.conf"
    with lines.open("w") as file:
        file.writelines(f"address=/{name}/#\n" for name, _ in pairs(names))
    port = _free_port()
    command = [
        *(installed(), "--no-daemon", f"--conf-file={lines}", "--no-resolv", "--no-hosts"),
        *("--listen-address=127.0.0.1", "--bind-interfaces", f"--port={port}", "--pid-file"),
        *("--user=", "--log-facility=-"),
    ]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(process, port)
            return memory(process.pid).rss
        finally:
            process.kill()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    """Until it has read its file and listens; RuntimeError when it does not."""
    deadline = time.monotonic() + STARTS_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"dnsmasq did not start: status {process.poll()}")


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
