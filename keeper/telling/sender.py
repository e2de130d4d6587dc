"""The keeper's end of the sending process: starts it, gives it its time, hears how it went."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

CONNECT_SECONDS = 10.0  # for one message: to connect, and again to be answered
ROUND_SECONDS = 90.0  # for all of a round
LATE = "no answer came in time"
_MODULE = "kidgate.keeper.telling.send"


@dataclass(frozen=True, slots=True)
class Job:
    """One message on its way."""

    id: int
    channel: int
    url: str = field(repr=False)
    title: str
    text: str  # empty: only look whether the URL can be one
    html: str = ""


Send = Callable[[Sequence[Job]], Mapping[int, str]]
"""Jobs -> what went wrong with each, by id; empty for one that is out."""


def send(jobs: Sequence[Job], *, seconds: float = CONNECT_SECONDS) -> dict[int, str]:
    """Send in a process of its own. Never raises for what happens there."""
    work = json.dumps({"jobs": [asdict(job) for job in jobs], "seconds": seconds}).encode()
    faults = {job.id: LATE for job in jobs}
    with subprocess.Popen(
        [sys.executable, "-m", _MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # it may repeat an address
    ) as process:
        try:
            said, _ = process.communicate(work, timeout=min(ROUND_SECONDS, 3 * seconds + 10))
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
    for line in said.splitlines():
        answer = json.loads(line)
        faults[answer["id"]] = answer["fault"]
    return faults
