"""Broken policies and hostile lists, brought in as an admin would: by the CLI."""

from __future__ import annotations

import contextlib
import gzip
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

from kidgate.documents.feed_row import FeedRow
from kidgate.keeper import client
from kidgate.lists.importing import import_feed
from kidgate.policies.rows_json import to_json
from tests.cases.gateway import until
from tests.cases.records import Reply
from tests.cases.trial import Trial
from tests.cases.trial_checks import db_integrity
from tests.cases.world import ELSEWHERE, ROOT, at

BROKEN = "rules:\n  - scope: everyone\n    target: [blocked.example\n    action: allow\n"
BOMB_MB = 1000
CLI_SECONDS = 120
FEED, LISTED = "fetched", "listed.example"
SOURCE = "http://lists.example/adult.txt"
PLAIN = ("Content-Type", "text/plain")


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


def download_cut(trial: Trial) -> None:
    """The server promises the whole list and closes after half of it."""
    whole = _list_of(LISTED)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"
    half = (head % len(whole)) + whole[: len(whole) // 2]
    _update_from(trial, Reply(raw=half, closes=True))


def login_page(trial: Trial) -> None:
    """A captive portal answers in the place of the list."""
    page = b"<!doctype html><html><body><form>Log in to the network</form></body></html>"
    _update_from(trial, Reply(headers=(("Content-Type", "text/html"),), body=page))


def _update_from(trial: Trial, broken: Reply) -> None:
    """A list is fetched once as it should be, then the server breaks: the old one stays."""
    trial.start()
    trial.stage.records.reply = Reply(headers=(PLAIN,), body=_list_of(LISTED))
    # The world's addresses are documentation ones, which no list may lie at by itself.
    here = ("--allow-address", ELSEWHERE, "--because", "the rig")
    done = _kidgate(trial, "feed", "add", SOURCE, "--name", FEED, "--category", "adult", *here)
    if done.returncode:
        trial.faults.append(f"the list was not taken: {(done.stderr or done.stdout)[-300:]}")
        return
    if not until(lambda: _stopped(trial), 10):
        trial.faults.append("the list is not in force")
    trial.stage.records.reply = broken
    done = _kidgate(trial, "feed", "update", FEED)
    if done.returncode == 0:
        trial.faults.append(f"the update counts as one: {done.stdout[:200]}")
    shown = _kidgate(trial, "feed", "list", "--json").stdout
    trial.told = next(row["fault_reason"] for row in json.loads(shown) if row["name"] == FEED)
    trial.note = trial.told
    trial.stage.records.forget()
    if not _stopped(trial):
        trial.faults.append(f"{LISTED} is open: the old list is gone")


def _list_of(name: str) -> bytes:
    return "".join(f"{n}.{name}\n" for n in range(200)).encode() + f"{name}\n".encode()


def _stopped(trial: Trial) -> bool:
    """By the list alone: the policy of this device lets what nobody lists pass."""
    return "block" in trial.probe(LISTED, "teen-phone").verdicts


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
