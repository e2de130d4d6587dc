"""More than a gateway should have to take: requests, connections, descriptors."""

from __future__ import annotations

import contextlib
import resource
import selectors
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from tests.cases.trial import BLOCKED, Trial

FLOOD_CONNECTIONS = 64
REQUEST = f"GET http://{BLOCKED}/ HTTP/1.1\r\nHost: {BLOCKED}\r\n\r\n".encode()
HEAD = b"GET http://allowed.example/ HTTP/1.1\r\nHost: allowed.example\r\nX-Slow: "
BYTE_SECONDS = 10.0
DEVICES = ("kid-tablet", "teen-phone", "pupil-chromebook")
BLOCK_PAGE = 403


def blocked_requests(trial: Trial) -> None:
    """As fast as they are answered over 64 kept connections, at most 1000 a second."""
    trial.start()
    seconds = trial.scaled(60, 8)
    address = trial.stage.world.address_of("kid-tablet")
    answered: list[int] = []
    with trial.watching():
        ended = time.monotonic() + seconds
        threads = [
            threading.Thread(target=_flood, args=(trial, address, ended, answered), daemon=True)
            for _ in range(FLOOD_CONNECTIONS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds + 30)
    trial.note = f"{trial.note} s, {len(answered) / seconds:.0f} blocked a second"
    if len(answered) < 10 * seconds:
        trial.faults.append(f"only {len(answered)} of the flood were answered")
    if wrong := [status for status in answered if status != BLOCK_PAGE]:
        trial.faults.append(f"{len(wrong)} of the flood were answered with {wrong[0]}")


def _flood(trial: Trial, address: str, ended: float, answered: list[int]) -> None:
    pause = FLOOD_CONNECTIONS / 1000
    with contextlib.suppress(OSError), socket.socket() as sock:
        sock.bind((address, 0))
        sock.settimeout(10)
        sock.connect(trial.stage.world.proxy)
        with sock.makefile("rb") as lines:
            due = time.monotonic()
            while time.monotonic() < ended:
                sock.sendall(REQUEST)
                answered.append(_skip_answer(lines))
                due += pause
                time.sleep(max(0.0, due - time.monotonic()))


def _skip_answer(lines: BinaryIO) -> int:
    status, length = 0, 0
    while (line := lines.readline()) not in (b"\r\n", b""):
        status = status or int(line.split()[1])
        if line.lower().startswith(b"content-length:"):
            length = int(line.split()[1])
    lines.read(length)
    if not status:
        raise ConnectionError("closed")
    return status


def slow_headers(trial: Trial) -> None:
    """One header byte every ten seconds on each connection, all from one device."""
    trial.start()
    count = int(trial.scaled(10_000, 1_500))
    trial.note = f"{trial.note} connections".strip()
    with trial.watching(), _open(trial, ("kid-tablet",), count) as sockets:
        began = time.monotonic()
        trial.cut_after = _drip(sockets, began, limit=60.0)


def few_descriptors(trial: Trial) -> None:
    """600 idle connections of three devices at a gateway that has 512 descriptors."""
    trial.gateway.files = 512
    trial.start()
    trial.log_size = len(trial.gateway.text_log())
    with _open(trial, DEVICES, 600), trial.load((BLOCKED,), 5):
        time.sleep(trial.scaled(30, 8))
    trial.measure_recovery(10)


@contextlib.contextmanager
def _open(trial: Trial, devices: Sequence[str], count: int) -> Iterator[list[socket.socket]]:
    """So many connections, evenly from some devices; those that are refused are left out."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    sockets: list[socket.socket] = []
    try:
        for number in range(min(count, most - 500)):
            sock = socket.socket()
            address = trial.stage.world.address_of(devices[number % len(devices)])
            sock.bind((address, 0))
            sock.setblocking(False)
            sock.connect_ex(trial.stage.world.proxy)
            sockets.append(sock)
            if number % 200 == 199:
                time.sleep(0.05)  # or the accept queue overflows and the kernel drops them
        yield sockets
    finally:
        for sock in sockets:
            sock.close()


def _drip(sockets: Sequence[socket.socket], began: float, *, limit: float) -> float | None:
    """Send a byte to all every ten seconds, until all are cut; how long the last one lasted."""
    selector = selectors.DefaultSelector()
    for sock in sockets:
        with contextlib.suppress(OSError):
            sock.send(HEAD)
        selector.register(sock, selectors.EVENT_READ)
    last, due = 0.0, began + BYTE_SECONDS
    while selector.get_map() and time.monotonic() - began < limit:
        for key, _ in selector.select(0.2):
            last = time.monotonic() - began
            if _gone(key.fileobj):
                selector.unregister(key.fileobj)
        if time.monotonic() > due:
            due += BYTE_SECONDS
            for key in list(selector.get_map().values()):
                with contextlib.suppress(OSError):
                    key.fileobj.send(b"x")  # type: ignore[union-attr]
    left = len(selector.get_map())
    selector.close()
    return None if left else last


def _gone(sock: object) -> bool:
    assert isinstance(sock, socket.socket)
    try:
        return not sock.recv(4096)
    except BlockingIOError:
        return False
    except OSError:
        return True
