"""What the supervisor last saw of each process, for whoever asks how the gateway is."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

SILENT_SECONDS = 10.0  # after which something is wrong


def read_health(path: Path) -> dict[str, Any] | None:
    """What the supervisor last wrote; None when it does not run, or the file cannot be read."""
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return found


def running(path: Path) -> bool:
    """Whether the supervisor that wrote the health file lives."""
    document = read_health(path)
    return document is not None and alive(document["pid"])


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
