"""Our gateway, started as a user would, with the benchmark's household and lists."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.feeds import Feeds
from benchmarks.household import CLOCK, HOST, household
from tests.e2e.house import House
from tests.e2e.pki import Authority


@contextmanager
def gateway(
    folder: Path,
    feeds: Feeds,
    authority: Authority,
    *ports: int,
    workers: int = 1,
    phrases: Path | None = None,
    **limits: int,
) -> Iterator[House]:
    """A running gateway that may reach origins on these ports of loopback; `phrases` are lists that
    somebody imported, besides ours."""
    house = House(
        folder / "home",
        household(ports),
        {HOST: "127.0.0.1"},
        extra_ca=authority.pem,
        workers=workers,
        limits=limits,
        env={"KIDGATE_CLOCK": CLOCK},
    )
    house.home.make()
    for source in feeds.sources:
        shutil.copyfile(source.path, house.home.feeds / f"{source.name}.names")
    shutil.copyfile(feeds.index, house.home.index)
    if phrases is not None:
        shutil.copy(phrases, house.home.phrases)
    with house:
        yield house


def processes(house: House) -> dict[str, int]:
    """The process ids of a running gateway by what they are."""
    health: dict[str, Any] = house.health()
    workers = {f"worker {n}": w["pid"] for n, w in enumerate(health["workers"])}
    return {"supervisor": health["pid"], "keeper": health["keeper"]["pid"], **workers}
