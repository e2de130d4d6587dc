"""Network namespaces of this machine, as every test that needs some enters them.

What stands in them (houses, devices, the world) is said where it is built.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NETNS = Path("/run/netns")
SECONDS = 60  # of a machine that others use too


class NoNamespaces(RuntimeError):
    """They cannot be made here; the message says why."""


def missing() -> str:
    """Why none can be made here; empty: they can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    absent = [program for program in ("ip", "nft") if shutil.which(program) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


@contextmanager
def inside(name: str) -> Iterator[None]:
    """This thread, and the sockets and processes it makes, in a namespace."""
    here = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        there = os.open(NETNS / name, os.O_RDONLY)
        try:
            os.setns(there, os.CLONE_NEWNET)
            yield
        finally:
            os.setns(here, os.CLONE_NEWNET)
            os.close(there)
    finally:
        os.close(here)


def run(*command: str, text: str | None = None) -> None:
    """A program that must succeed. Raises NoNamespaces."""
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if done.returncode:
        raise NoNamespaces(f"`{' '.join(command)}` failed: {done.stderr.strip()}")
