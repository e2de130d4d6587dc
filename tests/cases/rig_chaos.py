"""The rig `chaos`: each fault on a gateway of its own, found by what the case says of it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator

from tests.cases import (
    chaos_database,
    chaos_disk,
    chaos_floods,
    chaos_lists,
    chaos_names,
    chaos_network,
    chaos_processes,
    trial_checks,
)
from tests.cases.gateway import NotReady
from tests.cases.house import Houses
from tests.cases.results import FAILED, NOT_COVERED, PASSED, Result
from tests.cases.stage import Stage
from tests.cases.trial import CannotPlay, Trial
from tests.cases.world import Case

SCENARIOS = (
    (r"BEGIN IMMEDIATE held", chaos_database.writer_lock_held),
    (r"overwrite 4 kB in the middle of policy.db", chaos_database.corrupt_at_start),
    (r"truncate the WAL at a random byte", chaos_database.power_cut),
    (r"user_version=9999", chaos_database.newer_schema),
    (r"open read transaction", chaos_database.long_reader),
    (r"^postgres: DROP", chaos_database.postgresql_away),
    (r"fill the data partition", chaos_disk.full),
    (r"nft flush ruleset", chaos_network.rules_flushed),
    (r"delay .* on flush", chaos_disk.slow_flush),
    (r"remount,ro", chaos_disk.read_only),
    (r"drop UDP/TCP 53", chaos_names.resolver_dead),
    (r"upstream A \S+ 10\.", chaos_names.poisoned),
    (r"decide\(\) raises", chaos_processes.decide_raises),
    (r"SIGKILL proxy", chaos_processes.worker_killed),
    (r"systemctl restart", chaos_processes.restarted),
    (r"SIGKILL one worker", chaos_processes.worker_killed_under_blocks),
    (r"truncate .* on the live category index", chaos_processes.index_truncated),
    (r"load: 1000 req/s", chaos_floods.blocked_requests),
    (r"one header byte per", chaos_floods.slow_headers),
    (r"RLIMIT_NOFILE", chaos_floods.few_descriptors),
    (r"invalid syntax into the rules", chaos_lists.broken_policy),
    (r"Content-Encoding: gzip, 1 MB to 1 GB", chaos_lists.bomb),
    (r"closes after half of Content-Length", chaos_lists.download_cut),
    (r"^200 text/html", chaos_lists.login_page),
    (r"SIGKILL after fsync of the temp file", chaos_lists.killed_before_rename),
)


def run(cases: Iterable[Case], stage: Stage, houses: Houses, *, deep: bool) -> Iterator[Result]:
    for case in cases:
        yield play(case, stage, houses, deep=deep)


def play(case: Case, stage: Stage, houses: Houses, *, deep: bool) -> Result:
    fault = case.client.get("fault", "")
    scenario = next((found for pattern, found in SCENARIOS if re.search(pattern, fault)), None)
    if scenario is None:
        return Result(case, NOT_COVERED, [f"the rig cannot make this fault: {fault}"])
    trial = Trial(case, stage, deep, stage.gateway(), houses)
    stage.records.forget()
    try:
        scenario(trial)
        faults = trial_checks.broken(trial)
    except CannotPlay as reason:
        return Result(case, NOT_COVERED, [str(reason)])
    except (NotReady, OSError, subprocess.SubprocessError) as fault_of_ours:
        faults = [*trial.faults, f"{type(fault_of_ours).__name__}: {fault_of_ours}"]
    finally:
        trial.gateway.stop()
        stage.names.dead, stage.names.poison = False, {}
        shutil.rmtree(trial.gateway.home.root, ignore_errors=True)
    everyone = bool(trial.hits) and all(h.answer.reason == "internal_error" for h in trial.hits)
    status = FAILED if faults else PASSED
    return Result(case, status, faults, trial.note, everyone=everyone and not faults)
