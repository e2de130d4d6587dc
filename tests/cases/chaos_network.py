"""Faults of the network that the gateway stands in; played on a gate of the house."""

from __future__ import annotations

import time

from tests.cases.trial import ALLOWED, BLOCKED, CannotPlay, Trial
from tests.namespaces import run

LIMIT = 10.0  # seconds until the rules are there again


def rules_flushed(trial: Trial) -> None:
    """Another program empties the packet filter while a redirected child goes on asking."""
    if reason := trial.houses.reason:
        raise CannotPlay(reason)
    house = trial.houses.one
    house.forget()
    trial.gateway = house.gateway(trial.stage.world.now, {})
    trial.device, trial.visit = house.device, house.visit
    trial.start()
    with trial.load((BLOCKED, ALLOWED), 20):
        time.sleep(1)
        with house.net.inside("gate"):
            run("nft", "flush", "ruleset")
        trial.measure_recovery(LIMIT)
        trial.listen_for("packet filter")
        time.sleep(1)
