"""One attempt: a client takes its steps, and what came of them is put together to be judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.cases.answers import Answer
from tests.cases.clients import Device
from tests.cases.context import BYSTANDER, Context, Watch
from tests.cases.gateway import Gateway
from tests.cases.house_net import Packet
from tests.cases.records import DEFAULT, Reply
from tests.cases.stage import Stage
from tests.cases.steps import Attempt
from tests.cases.world import Case


def perform(
    case: Case,
    attempt: Attempt,
    stage: Stage,
    gateway: Gateway,
    *,
    client: Device,
    device: Callable[[str], Device],
    packets: Callable[[], Sequence[Packet]] = tuple,
) -> Context:
    """`client` takes the steps; `device` makes another one of the world."""
    wanted = case.invariants
    logged = {"event-logged", "one-log-line"} & set(wanted) or "log_fields" in case.expect
    rows = gateway.journal() if logged else []
    log_size = len(gateway.text_log())
    others = device(BYSTANDER) if "others-ok" in wanted else None
    memory = any(name.startswith("rss-under") for name in wanted)
    answers: list[Answer] = []
    replies: list[Reply] = []
    with Watch(gateway, others, memory) as watch:
        for step in attempt.steps:
            stage.records.reply = step.reply or DEFAULT
            got = client.perform(step)
            answers += got
            replies += [stage.records.reply] * len(got)
    return Context(
        case=case,
        world=stage.world,
        gateway=gateway,
        records=stage.records,
        device=device,
        before=sum(row.count for row in rows),
        log_size=log_size,
        watch=watch,
        attempt=attempt,
        answers=answers,
        replies=replies,
        rows=rows,
        packets=packets,
    )
