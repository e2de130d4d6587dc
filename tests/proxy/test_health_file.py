from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from kidgate.proxy.health_file import alive, read_health, running


def test_supervisor_runs_while_its_process_lives(tmp_path: Path) -> None:
    path = tmp_path / "health.json"
    assert not running(path)
    path.write_text(json.dumps({"pid": os.getpid()}))
    assert running(path)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    path.write_text(json.dumps({"pid": gone.pid}))
    assert not running(path)
    assert alive(1)


def test_broken_file_is_none(tmp_path: Path) -> None:
    path = tmp_path / "health.json"
    path.write_text("{")
    assert read_health(path) is None
