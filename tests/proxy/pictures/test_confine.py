"""What the process cannot do any more once it reads strangers' pictures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

# Tries what must not work, and tells what happened.
PROGRAM = """
import ctypes, json, os, resource, sys
from pathlib import Path
from kidgate.proxy.pictures.confine import confine
confine(64 * 1024 * 1024)
said = {}
try:
    with open(sys.argv[1], "wb", buffering=0) as file:
        said["written"] = file.write(b"a picture")
except OSError as fault:
    said["written"] = fault.strerror
try:
    said["memory"] = len(bytearray(128 * 1024 * 1024))
except MemoryError:
    said["memory"] = "none"
said["core"] = resource.getrlimit(resource.RLIMIT_CORE)
said["dumpable"] = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
said["capabilities"] = [status[name].strip() for name in ("CapEff", "CapPrm", "CapAmb")]
said["no new privileges"] = status["NoNewPrivs"].strip()
print(json.dumps(said))
"""


def test_process_keeps_no_right_and_writes_no_file(tmp_path: Path) -> None:
    target = tmp_path / "picture"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(target)], capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout)
    assert said["written"] == "File too large"
    assert target.read_bytes() == b""
    assert said["memory"] == "none"
    assert said["core"] == [0, 0]
    assert said["dumpable"] == 0
    assert {int(mask, 16) for mask in said["capabilities"]} == {0}
    assert said["no new privileges"] == "1"
