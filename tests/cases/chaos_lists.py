"""Broken policies and hostile lists, brought in as an admin would: by the CLI."""

from __future__ import annotations

import contextlib
import gzip
import subprocess
import sys
import threading
import time
from pathlib import Path

from kidgate.keeper import client
from kidgate.lists.importing import import_feed
from kidgate.policies.rows_json import to_json
from kidgate.store.feeds import FeedRow
from tests.cases.gateway import until
from tests.cases.trial import Trial
from tests.cases.trial_checks import db_integrity
from tests.cases.world import ROOT, at

BROKEN = "rules:\n  - scope: everyone\n    target: [blocked.example\n    action: allow\n"
BOMB_MB = 1000
CLI_SECONDS = 120


def broken_policy(trial: Trial) -> None:
    """A policy file with broken syntax; then the compiled policy itself, overwritten while in
    use."""
    trial.start()
    path = trial.gateway.home.root / "broken.yaml"
    path.write_text(BROKEN)
    done = _kidgate(trial, "policy", "apply", str(path))
    if done.returncode == 0 or "broken.yaml" not in done.stderr + done.stdout:
        trial.faults.append(f"apply said {done.returncode}: {(done.stderr or done.stdout)[:200]}")
    trial.gateway.home.snapshot.write_text(BROKEN)
    trial.listen_for("snapshot", "policy")


def bomb(trial: Trial) -> None:
    trial.start()
    path = trial.gateway.home.root / "bomb.txt.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(BOMB_MB):
            file.write(bytes(1 << 20))
    with trial.watching() as watch:
        peak: list[int] = []
        done = _kidgate(trial, "feed", "import", str(path), "--category", "adult", peak=peak)
        watch.peak += max(peak, default=0)
    trial.note = "the importing process included"
    if done.returncode == 0:
        trial.faults.append("the bomb was imported")


def killed_before_rename(trial: Trial) -> None:
    trial.gateway.faults = ("--keeper", "tests.cases.keeper_that_dies")
    trial.start()
    home = trial.gateway.home
    dying = trial.gateway.keeper_pid()
    listed, arrived = home.run / "adult.txt", home.feeds / ".adult.arrived"
    listed.write_text("another.example\n")
    report = import_feed(listed, arrived)
    now = at(trial.gateway.now)
    row = FeedRow("adult", "adult", str(listed), now, names=report.names, accepted=report.accepted)
    url = f"sqlite:///{home.database}"
    with contextlib.suppress(ConnectionError, OSError):
        client.do(
            home, url, lambda: now, "feed.install", names_file=str(arrived), feed=to_json(row)
        )
        trial.faults.append("the keeper was not killed")
    if not until(lambda: trial.gateway.keeper_pid() not in (dying, None), 20):
        trial.faults.append("the keeper was not started again")
    time.sleep(1)
    trial.note = "killed after the new index was built, before it was renamed"
    if fault := db_integrity(trial, ""):
        trial.faults.append(fault)


def _kidgate(
    trial: Trial, *words: str, peak: list[int] | None = None
) -> subprocess.CompletedProcess[str]:
    """A CLI command; its memory at the highest goes to `peak`."""
    command = [sys.executable, "-m", "kidgate", "--home", str(trial.gateway.home.root), *words]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        if peak is not None:
            threading.Thread(target=_measure, args=(process, peak), daemon=True).start()
        out, err = process.communicate(timeout=CLI_SECONDS)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _measure(process: subprocess.Popen[str], peak: list[int]) -> None:
    path = Path(f"/proc/{process.pid}/statm")
    while process.poll() is None:
        with contextlib.suppress(OSError, ValueError, IndexError):
            peak.append(int(path.read_text().split()[1]) * 4096)
        time.sleep(0.05)
