"""The invariants of the failure layer: what must have held while something was broken."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Mapping

from tests.cases.gateway import until
from tests.cases.measures import percentile
from tests.cases.trial import BLOCKED, CHILD, HELPLINE, Trial

Check = Callable[[Trial, str], str]
FOLD_SECONDS = 20.0  # until spooled entries are in the journal


def fail_closed(trial: Trial, _: str) -> str:
    world, policy = trial.stage.world, trial.case.policy
    blocked = [name for name in world.data["zone"] if world.blocks(policy, name)]
    reached = trial.stage.records.asked_for(blocked)
    if reached:
        return f"the origin of {reached[0].host} was asked, {len(reached)} times"
    open_ones = [h for h in trial.hits if h.host in blocked and "allow" in h.answer.verdicts]
    return f"{open_ones[0].host} was answered by its origin" if open_ones else ""


def event_logged(trial: Trial, _: str) -> str:
    return "" if trial.told else "nothing tells of the fault"


def no_event_lost(trial: Trial, _: str) -> str:
    shown = {hit.entry for hit in trial.hits if hit.entry}
    if not shown:
        return "no block page had a journal number"
    until(lambda: shown <= trial.entries(), FOLD_SECONDS, every=0.5)
    lost = shown - trial.entries()
    return f"{len(lost)} of {len(shown)} block pages are not in the journal" if lost else ""


def verdict_p99(trial: Trial, milliseconds: str) -> str:
    """With what this machine needs without the fault on top: others use it too."""
    waits = [hit.wait for hit in trial.hits if hit.answer.reason]
    if not waits:
        return "no blocked request was answered"
    worst = percentile(waits, 99) * 1000
    limit = int(milliseconds) + trial.baseline * 1000
    trial.note = f"{trial.note} p99 {worst:.0f} ms (without the fault {trial.baseline * 1000:.0f})"
    return "" if worst <= limit else f"p99 is {worst:.0f} ms, limit {limit:.0f}"


def no_policy_loosening(trial: Trial, _: str) -> str:
    world, policy = trial.stage.world, trial.case.policy
    names = [n for n in world.data["zone"] if world.blocks(policy, n) and "*" not in n]
    for name in (BLOCKED, *names[:8]):
        answer = trial.probe(name)
        if "block" not in answer.verdicts:
            return f"{name} afterwards: {answer}"
    return ""


def helpline_reachable(trial: Trial, _: str) -> str:
    answer = trial.probe(HELPLINE, CHILD)
    return "" if "allow" in answer.verdicts else f"{HELPLINE}: {answer}"


def others_ok(trial: Trial, _: str) -> str:
    watch = trial.watch
    assert watch is not None
    if watch.refused:
        return f"the second device got {watch.refused[0]}, {len(watch.refused)} times"
    worst = percentile(watch.waits, 99)
    trial.note = f"{trial.note} second device p99 {worst * 1000:.0f} ms".strip()
    return "" if worst < 1.0 else f"the second device waited {worst:.2f} s (p99)"


def recover(trial: Trial, seconds: str) -> str:
    if trial.recovered is None:
        return "verdicts are not right again"
    trial.note = f"{trial.note} recovered in {trial.recovered:.1f} s".strip()
    return "" if trial.recovered <= float(seconds) else f"took {trial.recovered:.1f} s"


def rss_under(trial: Trial, megabytes: str) -> str:
    assert trial.watch is not None
    peak = trial.watch.peak / 1e6
    trial.note = f"{trial.note} {peak:.0f} MB".strip()
    return "" if 0 < peak < float(megabytes) else f"the processes took {peak:.0f} MB"


def log_under(trial: Trial, size: str) -> str:
    grown = len(trial.gateway.text_log()) - trial.log_size
    return "" if grown < int(size) else f"the text log grew by {grown} bytes"


def file_under(trial: Trial, argument: str) -> str:
    """The README's names are of another product: `policy.db` is our kidgate.db."""
    name, _, size = argument.rpartition(":")
    path = trial.gateway.home.root / name.replace("policy.db", "kidgate.db")
    now = path.stat().st_size if path.exists() else 0
    trial.note = f"{trial.note} {path.name} {now / 1e6:.1f} MB".strip()
    return "" if now < int(size) else f"{path.name} has {now} bytes"


def header_timeout(trial: Trial, seconds: str) -> str:
    if trial.cut_after is None:
        return "slow clients were not cut"
    return "" if trial.cut_after <= float(seconds) else f"cut after {trial.cut_after:.0f} s"


def db_integrity(trial: Trial, _: str) -> str:
    path = trial.gateway.home.database
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        (found,) = database.execute("PRAGMA integrity_check").fetchone()
    return "" if found == "ok" else str(found)


def no_private_answer(trial: Trial, _: str) -> str:
    private = [c.address for c in trial.stage.records.connections if c.address.startswith("10.")]
    return f"the gateway went to {private[0]}" if private else ""


def by_scenario(trial: Trial, _: str) -> str:
    """What the scenario itself has looked at; it says so in `faults`."""
    return ""


CHECKS: Mapping[str, Check] = {
    "fail-closed": fail_closed,
    "event-logged": event_logged,
    "no-event-lost": no_event_lost,
    "verdict-p99-ms": verdict_p99,
    "block-p99-ms": verdict_p99,
    "no-policy-loosening": no_policy_loosening,
    "helpline-reachable": helpline_reachable,
    "others-ok": others_ok,
    "recover-s": recover,
    "rss-under": rss_under,
    "log-under": log_under,
    "file-under": file_under,
    "header-timeout-s": header_timeout,
    "db-integrity-ok": db_integrity,
    "policy-durable": by_scenario,
    "no-private-answer": no_private_answer,
}


def broken(trial: Trial) -> list[str]:
    faults = list(trial.faults)
    for text in trial.case.invariants:
        name, _, argument = text.partition(":")
        check = CHECKS.get(name)
        fault = check(trial, argument) if check else "the rig has no such check"
        if fault:
            faults.append(f"{text}: {fault}")
    return faults
