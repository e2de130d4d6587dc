"""Faults of name resolution: the gateway asks the rig's name server for every name."""

from __future__ import annotations

from tests.cases.answers import Answer
from tests.cases.load import once
from tests.cases.trial import ALLOWED, BLOCKED, CHILD, HELPLINE, Trial

ANSWER_SECONDS = 5.0  # "SERVFAIL inside 5 s"
PRIVATE = "10.77.0.1"


def resolver_dead(trial: Trial) -> None:
    _ask_the_network(trial)
    trial.start()
    trial.measure_baseline()
    trial.stage.names.dead = True
    device = trial.stage.device(CHILD)
    trial.hits += [once(device, BLOCKED) for _ in range(40)]
    trial.hits += [once(device, f"other{n}.blocked.example") for n in range(10)]
    for host in (ALLOWED, HELPLINE, "kids.example", "news.example"):
        hit = once(device, host)
        if not hit.answer.verdicts & {"reject", "allow"} or hit.wait > ANSWER_SECONDS + 1:
            trial.faults.append(f"{host}: {hit.answer} after {hit.wait:.1f} s")
    trial.listen_for("resolver", "dns", "name server")


def poisoned(trial: Trial) -> None:
    _ask_the_network(trial)
    trial.start()
    trial.stage.names.poison = {ALLOWED: PRIVATE}
    answer: Answer = trial.probe(ALLOWED)
    if not answer.verdicts & {"block", "reject"}:
        trial.faults.append(f"{ALLOWED} at {PRIVATE}: {answer}")


def _ask_the_network(trial: Trial) -> None:
    trial.gateway = trial.stage.gateway(resolver={"hosts": {}, "timeout_seconds": 2})
