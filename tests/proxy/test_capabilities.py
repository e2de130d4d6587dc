"""A worker ends up with no capability at all."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CODE = """
from kidgate.proxy.capabilities import drop
drop()
print(open("/proc/self/status").read())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has capabilities to drop")
def test_nothing_is_left() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    said = dict(line.split(":", 1) for line in done.stdout.splitlines() if ":" in line)
    for name in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
        assert int(said[name], 16) == 0, name
    assert said["NoNewPrivs"].strip() == "1"


KEEP = """
from kidgate.proxy.capabilities import NET_ADMIN, keep
keep(NET_ADMIN)
print(open("/proc/self/status").read())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has capabilities to drop")
def test_the_one_that_is_kept_is_left_alone_and_goes_to_what_is_started() -> None:
    done = subprocess.run([sys.executable, "-c", KEEP], capture_output=True, text=True, check=True)
    said = dict(line.split(":", 1) for line in done.stdout.splitlines() if ":" in line)
    for name in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
        assert int(said[name], 16) == 1 << 12, name
