"""A process of the supervisor: heard, started again, killed when it hangs, ended in time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from kidgate.proxy import children
from kidgate.proxy.children import Child
from tests.proxy.stand import until

# Reads its spec, says it is ready, then does as the spec tells.
PROGRAM = """
import json, signal, socket, sys, time
spec = json.load(sys.stdin)
channel = socket.socket(fileno=spec["control"])
if spec["act"] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
def say(**message):
    channel.send(json.dumps(message).encode())
say(beat={"n": 1})
say(ready=True)
if spec["act"] == "die":
    say(fault="no disk")
    sys.exit(7)
if spec["act"] in ("hang", "deaf"):
    time.sleep(30)
message = json.loads(channel.recv(65536))
open(spec["out"], "w").write(json.dumps(message))
"""


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Child]:
    (tmp_path / "kidgate_test_child.py").write_text(PROGRAM)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def made(act: str) -> Child:
        def spec(channel: int) -> bytes:
            fields = {"control": channel, "act": act, "out": str(tmp_path / "out")}
            return json.dumps(fields).encode()

        return Child("test", "kidgate_test_child", spec)

    return made


def run(main: Awaitable[Any]) -> Any:
    async def whole() -> Any:
        return await main

    return asyncio.run(whole())


def test_child_is_ready_and_ends_when_asked(child: Callable[[str], Child], tmp_path: Path) -> None:
    async def main() -> None:
        one = child("serve")
        started: list[Child] = []
        one.on_start = started.append
        task = asyncio.create_task(one.keep())
        await asyncio.wait_for(one.ready.wait(), 10)
        assert one.health["alive"] and one.health["ready"] and one.health["n"] == 1
        await one.stop(1.0)
        await asyncio.wait_for(task, 2)
        assert started == [one]
        assert not one.health["alive"]
        assert not one.failed.is_set()
        assert one.restarts == 0

    run(main())
    assert json.loads((tmp_path / "out").read_text()) == {"drain": 1.0}


def test_child_that_dies_is_started_again_after_ever_longer_waits(
    child: Callable[[str], Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "LONGEST_WAIT", 0.004)

    async def main() -> None:
        one = child("die")
        one._wait = 0.001
        task = asyncio.create_task(one.keep())
        assert await until(lambda: one.restarts == 3, 15)
        assert one._wait == 0.004
        assert one.failed.is_set()
        assert one.health["fault"] == "no disk"
        await one.stop(0.1)
        task.cancel()

    run(main())


def test_child_that_hangs_is_killed_and_started_again(
    child: Callable[[str], Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "HANGS_SECONDS", 0.15)
    monkeypatch.setattr(children, "LONGEST_WAIT", 0.001)

    async def main() -> None:
        one = child("hang")
        task = asyncio.create_task(one.keep())
        await asyncio.wait_for(one.ready.wait(), 10)
        first = one.process
        assert await until(lambda: one.restarts >= 1 and one.process is not first, 10)
        assert first is not None and first.returncode == -9
        monkeypatch.setattr(children, "HANGS_SECONDS", 60.0)
        await one.stop(-1.0)
        task.cancel()

    run(main())


def test_slow_start_is_no_hang(
    child: Callable[[str], Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it is first heard of, the longer patience holds."""
    monkeypatch.setattr(children, "HANGS_SECONDS", 0.0)

    async def main() -> None:
        one = child("hang")
        one.start()
        one.beat_at -= 5
        watching = asyncio.create_task(one._watch())
        await asyncio.sleep(0)
        assert one.process is not None and one.process.poll() is None
        one.process.kill()
        await asyncio.wait_for(watching, 2)

    run(main())


def test_child_that_ignores_us_is_killed(child: Callable[[str], Child]) -> None:
    async def main() -> None:
        one = child("deaf")
        task = asyncio.create_task(one.keep())
        await asyncio.wait_for(one.ready.wait(), 10)
        stopping = asyncio.create_task(one.stop(-1.0))
        assert one.process is not None
        await asyncio.wait_for(stopping, 10)
        await asyncio.wait_for(task, 2)
        assert one.process.returncode == -9

    run(main())


def test_saying_something_to_a_dead_child_is_no_fault(child: Callable[[str], Child]) -> None:
    async def main() -> None:
        one = child("die")
        one.say({"index": False})  # not yet started
        one.start()
        assert one.process is not None
        await asyncio.to_thread(one.process.wait)
        one.say({"index": False})
        await one._watch()
        one.say({"index": False})

    run(main())
