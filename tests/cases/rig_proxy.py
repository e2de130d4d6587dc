"""The rig `proxy`: each case through a real gateway, from a real client to a recording origin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType

from tests.cases.answers import Answer
from tests.cases.bare import BareProxy
from tests.cases.clients import NO_HTTP
from tests.cases.explicit import Translator, Unknown
from tests.cases.gateway import Gateway, NotReady, running
from tests.cases.judging import faults_of
from tests.cases.playing import perform
from tests.cases.results import FAILED, NOT_COVERED, PASSED, Result
from tests.cases.stage import Stage
from tests.cases.world import Case

# Reasons of the gateway that no policy decides, and the refusals of mitmproxy's layers.
# `localhost` and its kin are private whatever a policy allows.
FOR_EVERYONE = frozenset(("malformed", "names_disagree", "bad_certificate", "private_destination"))

FAULTS = {"scanner-raises": ("--worker", "tests.cases.worker_without_scanner")}


@dataclass(frozen=True, slots=True)
class Setting:
    """What a gateway must be like for a case."""

    now: str
    overrides: tuple[tuple[str, str], ...]
    login: bool
    faults: tuple[str, ...] = ()  # arguments of `tests.cases.up`


def setting_of(case: Case, stage: Stage) -> Setting:
    own = stage.world.data["devices"].get(case.device, {}).get("policy")
    other = own is not None and own != case.policy
    return Setting(
        now=case.world.get("now", stage.world.now),
        overrides=((case.device, case.policy),) if other else (),
        login=case.family == "proxy-auth" and not stage.open_filter,
        faults=FAULTS.get(case.client.get("inject", ""), ()),
    )


def run(
    cases: Iterable[Case], stage: Stage, bodygen: ModuleType, *, deep: bool, bare: bool = False
) -> Iterator[Result]:
    """Play the cases, grouped so that few gateways are started; results as they come.

    `bare`: through mitmproxy without any of our parts, to see the rig fail what it should fail.
    """
    groups: dict[Setting, list[Case]] = {}
    for case in cases:
        groups.setdefault(setting_of(case, stage), []).append(case)
    translator = Translator(stage.world, bodygen, deep=deep)
    for setting, group in groups.items():
        gateway = stage.gateway(
            now=setting.now, overrides=dict(setting.overrides), require_login=setting.login
        )
        gateway.faults = setting.faults
        plain = BareProxy(gateway.home, gateway.now, gateway.log) if bare else gateway
        left = list(group)
        try:
            with running(plain) as gateway:
                while left:
                    yield play(left[0], stage, gateway, translator)
                    del left[0]
        except NotReady as reason:
            yield from (Result(case, FAILED, [str(reason)]) for case in left)


def play(case: Case, stage: Stage, gateway: Gateway, translator: Translator) -> Result:
    """One case in each way that can carry it; it passes when all of them do."""
    try:
        attempts = translator.attempts(case)
    except Unknown as unknown:
        return Result(case, NOT_COVERED, [str(unknown)])
    faults: list[str] = []
    everyone = True
    for attempt in attempts:
        stage.records.forget()
        client = stage.device(case.device)
        context = perform(case, attempt, stage, gateway, client=client, device=stage.device)
        prefix = f"{attempt.name}: " if len(attempts) > 1 else ""
        faults += [prefix + fault for fault in faults_of(context)]
        stopped = [answer for answer in context.answers if "allow" not in answer.verdicts]
        everyone = everyone and bool(stopped) and all(map(refused_for_everyone, stopped))
        if not gateway.alive:
            faults.append(f"{prefix}the gateway died")
    note = " + ".join(attempt.name for attempt in attempts)
    return Result(
        case, FAILED if faults else PASSED, faults, note, everyone=everyone and not faults
    )


def refused_for_everyone(answer: Answer) -> bool:
    if answer.reason:
        return answer.reason in FOR_EVERYONE
    status = answer.status or answer.aside
    if status in (400, 405, 431, 501, 502):
        return True
    return answer.fault.startswith("tls:") or answer.fault == NO_HTTP
