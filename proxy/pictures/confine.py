"""What the process that decodes strangers' pictures gives up before it sees the first one."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
from pathlib import Path

from kidgate.proxy import capabilities

_DUMPABLE = 4  # prctl(2)
_FILES = 32  # descriptors
FIRST_TO_GO = 800  # oom_score_adj: when memory runs out, this process before a worker


def confine(memory: int) -> None:
    """No capability, no file written, no more than so many bytes beyond those it has now, no core.

    A core dump would be a copy of the picture on the disk. Raises OSError.
    """
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(FIRST_TO_GO))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for those who end us by our input
    capabilities.drop()
    if ctypes.CDLL(None, use_errno=True).prctl(_DUMPABLE, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_AS, pages * os.sysconf("SC_PAGE_SIZE") + memory),
    ):
        resource.setrlimit(what, (most, most))
