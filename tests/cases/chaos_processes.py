"""Processes that raise, die, hang or start anew; and the index that is cut short under them."""

from __future__ import annotations

import os
import random
import time

from tests.cases.load import once
from tests.cases.trial import ALLOWED, BLOCKED, CHILD, MIXED, Trial

CUT_AT = 4096
MANY_BLOCKED = (BLOCKED, "adult.example", "games.example", "social.example", "gamble.example")


def decide_raises(trial: Trial) -> None:
    trial.gateway.faults = ("--worker", "tests.cases.worker_without_decision")
    trial.start()
    with trial.load(MIXED, 10):
        time.sleep(4)
    wrong = [h for h in trial.hits if h.answer.status != 503 or not h.answer.reason]
    if wrong:
        trial.faults.append(f"{wrong[0].host}: {wrong[0].answer}, wanted a 503 block page")
    if not any(row.reason == "internal_error" for row in trial.gateway.journal()):
        trial.faults.append("the journal does not tell of it")
    trial.listen_for("because of faults")


def worker_killed(trial: Trial) -> None:
    trial.start()
    with trial.load(MIXED, 10):
        time.sleep(1)
        trial.gateway.kill(trial.gateway.worker_pids()[0])
        trial.measure_recovery(5)
        time.sleep(1)


def worker_killed_under_blocks(trial: Trial) -> None:
    """Two workers, so that blocks are answered while one is dead."""
    chance = random.Random(3)
    trial.gateway = trial.stage.gateway(workers=2)
    trial.start()
    slowest = 0.0
    for _ in range(int(trial.scaled(20, 3))):
        with trial.load(MANY_BLOCKED, 100) as load:
            time.sleep(chance.uniform(0.5, 3))
            trial.gateway.kill(chance.choice(trial.gateway.worker_pids()))
            trial.measure_recovery(5)
            slowest = max(slowest, trial.recovered or 99)
            _until_thousand(load, trial)
    trial.recovered = slowest if slowest < 99 else None
    trial.note = f"{trial.note} kills, {len(trial.hits)} blocked requests"


def _until_thousand(load: object, trial: Trial) -> None:
    deadline = time.monotonic() + trial.scaled(15, 4)
    while len(load.hits) < 1000 and time.monotonic() < deadline:  # type: ignore[attr-defined]
        time.sleep(0.05)


def restarted(trial: Trial) -> None:
    trial.start()
    with trial.load((ALLOWED,), 2):
        time.sleep(1)
        began = time.monotonic()
        trial.gateway.stop()
        stopped = time.monotonic() - began
        trial.gateway.start(wait=False)
        trial.measure_recovery(5)
        time.sleep(0.5)
    trial.note = f"stopped in {stopped:.1f} s, the recovery is from then on"
    if once(trial.stage.device(CHILD), BLOCKED).answer.from_origin:
        trial.faults.append("a blocked name is open after the restart")


def index_truncated(trial: Trial) -> None:
    trial.start()
    pids = trial.gateway.worker_pids()
    with trial.load(MIXED, 20):
        time.sleep(1)
        os.truncate(trial.gateway.home.index, CUT_AT)
        trial.measure_recovery(10)
        trial.listen_for("index")
        time.sleep(2)
    if trial.gateway.worker_pids() != pids:
        trial.faults.append("a worker died of it")
