"""A fixed share of a processor for one process, by control groups: so that on a small machine a
client, an origin and several workers do not take each other's time.

Needs root and a writable control group of the kernel; `available` says whether they are here.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup/cpu")  # version 1; version 2 has no folder of this name
PERIOD = 20_000  # microseconds


def available() -> bool:
    return os.access(GROUPS / "cgroup.procs", os.W_OK) and os.geteuid() == 0


@contextmanager
def share(pid: int, part: float) -> Iterator[None]:
    """At most this part of one processor for a process with all its threads. OSError."""
    group = GROUPS / f"kidgate-benchmark-{pid}"
    group.mkdir()
    try:
        (group / "cpu.cfs_period_us").write_text(str(PERIOD))
        (group / "cpu.cfs_quota_us").write_text(str(int(PERIOD * part)))
        (group / "cgroup.procs").write_text(str(pid))
        yield
    finally:
        (GROUPS / "cgroup.procs").write_text(str(pid))
        _remove(group)


def _remove(group: Path) -> None:
    """The kernel needs a moment to see that it is empty."""
    for _ in range(50):
        try:
            group.rmdir()
        except OSError:
            time.sleep(0.02)
        else:
            return
