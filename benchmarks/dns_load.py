"""A client of a name server: `python -m benchmarks.dns_load`, told once on its standard input.

Keeps a window of questions open on one socket, and notes how long each answer took.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import sys
import time
from typing import Any

HEADER = struct.Struct("!HHHHHH")
SILENT_SECONDS = 2.0


def question(number: int, name: str) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return HEADER.pack(number, 0x0100, 1, 0, 0, 0) + labels + b"\0\0\1\0\1"


def measured(told: dict[str, Any]) -> dict[str, Any]:
    """`window` questions at once, `rate` a second at most (0: as fast as it goes). `apart` is the
    name whose times are told apart from those of all others."""
    names, window, rate = told["names"], told["window"], told["rate"]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((told["source"], 0))
    sock.connect(("127.0.0.1", told["port"]))
    sock.setblocking(False)
    waiting: dict[int, tuple[str, float]] = {}
    times: dict[bool, list[float]] = {True: [], False: []}  # of that name, of others
    sent, came, answers, started = 0, 0, set(), time.perf_counter()
    last = started
    while came < len(names):
        now = time.perf_counter()
        while (
            sent < len(names)
            and len(waiting) < window
            and (not rate or sent < (now - started) * rate)
        ):
            number = sent & 0xFFFF
            waiting[number] = names[sent], time.perf_counter()
            sock.send(question(number, names[sent]))
            sent += 1
        select.select([sock], [], [], 0.001 if rate else 0.1)
        while True:
            try:
                wire = sock.recv(4096)
            except BlockingIOError:
                break
            last = time.perf_counter()
            name, since = waiting.pop(int.from_bytes(wire[:2]))
            times[name == told["apart"]].append(last - since)
            answers.add(wire[3] & 0xF)
            came += 1
        if time.perf_counter() - last > SILENT_SECONDS:
            break
    return {
        "rate": came / (last - started),
        "lost": len(names) - came,
        "p99": p99(times[True] + times[False]),
        "p99_apart": p99(times[True]),
        "p99_others": p99(times[False]),
        "rcodes": sorted(answers),
    }


def p99(times: list[float]) -> float:
    """Of no times 0."""
    return sorted(times)[len(times) * 99 // 100] if times else 0.0


def main() -> None:
    print(json.dumps(measured(json.loads(sys.stdin.readline()))), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
