"""What the kernel says of a process: CPU seconds and memory. And starting one that we talk to."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
CPUCLOCK_SCHED = 2  # linux/posix-timers.h


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process, ended ones too, in nanoseconds' steps.

    The same sum as in /proc/PID/stat, which counts in hundredths of a second:
    clock_getcpuclockid(3) as Linux defines it.
    """
    return time.clock_gettime((~pid << 3) | CPUCLOCK_SCHED)


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes. `pss`: private, and of each shared page its share. `own`: what no other process
    could share, as it could a file."""

    rss: int
    pss: int
    private: int
    shared: int
    own: int


def memory(pid: int | str = "self") -> Memory:
    """From /proc/PID/smaps_rollup."""
    found: dict[str, int] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        found[name] = int(rest.split()[0]) * 1024
    return Memory(
        rss=found["Rss"],
        pss=found["Pss"],
        private=found["Private_Clean"] + found["Private_Dirty"],
        shared=found["Shared_Clean"] + found["Shared_Dirty"],
        own=found["Anonymous"],
    )


def peak() -> int:
    """The most bytes of memory that this program has had. Not `ru_maxrss`, which remembers the
    process that started it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the kernel does not tell VmHWM")


@dataclass
class Talker:
    """`python -m MODULE`, which takes JSON lines and answers each with one; ends with its input."""

    module: str
    first: Mapping[str, Any]  # what it is told at its start
    pass_fds: tuple[int, ...] = ()
    ready: dict[str, Any] = field(default_factory=dict)  # its answer to `first`

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=self.pass_fds,
            text=True,
        )
        self.ready = self.ask(self.first)
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    @property
    def pid(self) -> int:
        return self.process.pid

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """RuntimeError when the process has ended."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.module} ended with status {self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer
