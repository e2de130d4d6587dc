"""One child process of the supervisor: started, listened to, restarted with back-off, ended."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kidgate.proxy import control

logger = logging.getLogger(__name__)
HANGS_SECONDS = 10.0
STARTS_SECONDS = 60.0  # to the first heartbeat: a small box under load reads its libraries slowly
FIRST_WAIT, LONGEST_WAIT = 0.2, 30.0
STEADY_SECONDS = 30.0  # a process that lived this long starts anew without waiting


@dataclass
class Child:
    """`spec` makes its standard input; called for each start, with the channel's descriptor."""

    name: str
    module: str
    spec: Callable[[int], bytes]
    inherits: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    channel: socket.socket | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    failed: asyncio.Event = field(default_factory=asyncio.Event)  # it has ended by itself once
    beat: dict[str, Any] = field(default_factory=dict)
    beat_at: float = 0.0
    beats: bool = False  # this process has been heard of since it started
    restarts: int = 0
    fault: str = ""
    on_start: Callable[[Child], None] = lambda child: None
    on_link: Callable[[str], None] = lambda path: None  # where somebody should begin
    keeping: asyncio.Task[None] | None = None  # its `keep`, for those who start it later
    _wait: float = FIRST_WAIT
    _stopping: bool = False

    async def keep(self) -> None:
        """Run the process for ever: start it, watch it, start it again."""
        while not self._stopping:
            started = time.monotonic()
            self.start()
            await self._watch()
            if self._stopping:
                return
            lived = time.monotonic() - started
            self._wait = FIRST_WAIT if lived > STEADY_SECONDS else min(self._wait * 2, LONGEST_WAIT)
            self.restarts += 1
            await asyncio.sleep(self._wait)

    def start(self) -> None:
        ours, theirs = control.channel()
        ours.setblocking(False)
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module],
            stdin=subprocess.PIPE,
            pass_fds=(*self.inherits, theirs.fileno()),
        )
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(self.spec(theirs.fileno()))
            self.process.stdin.close()
        theirs.close()
        self.channel, self.beat_at, self.beats = ours, time.monotonic(), False
        self.ready.clear()
        asyncio.get_running_loop().add_reader(ours.fileno(), self._hear, ours)
        self.on_start(self)

    def say(self, message: dict[str, Any], fds: tuple[int, ...] = ()) -> None:
        if self.channel is not None:
            with contextlib.suppress(OSError):
                control.send(self.channel, message, fds)

    def _hear(self, channel: socket.socket) -> None:
        try:
            message, _ = control.receive(channel)
        except BlockingIOError:
            return
        except OSError:
            message = None
        if message is None:
            asyncio.get_running_loop().remove_reader(channel.fileno())
            return
        self.beat_at, self.beats = time.monotonic(), True
        self.beat = message.get("beat", self.beat)
        self.fault = message.get("fault", self.fault if "beat" not in message else "")
        if message.get("ready"):
            self.ready.set()
        if link := message.get("link"):
            self.on_link(link)

    async def _watch(self) -> None:
        """Until it is dead; one that hangs is killed, for it would keep its share of the port."""
        process, channel = self.process, self.channel
        assert process is not None and channel is not None
        while process.poll() is None:
            await asyncio.sleep(0.1)
            patience = HANGS_SECONDS if self.beats else STARTS_SECONDS
            if time.monotonic() - self.beat_at > patience:
                logger.error("%s hangs; it is killed and started anew", self.name)
                process.kill()
        self.ready.clear()
        asyncio.get_running_loop().remove_reader(channel.fileno())
        channel.close()
        if not self._stopping:
            self.failed.set()
            self.fault = self.fault or f"ended with status {process.returncode}"
            logger.error("%s ended with status %s", self.name, process.returncode)

    async def stop(self, seconds: float) -> None:
        """Ask, wait, terminate, kill."""
        self._stopping = True
        process = self.process
        if process is None:
            return
        self.say({"drain": seconds})
        for how, wait in ((None, seconds + 1), (signal.SIGTERM, 2.0), (signal.SIGKILL, 2.0)):
            if process.poll() is None and how is not None:
                process.send_signal(how)
            deadline = time.monotonic() + wait
            while process.poll() is None and time.monotonic() < deadline:
                await asyncio.sleep(0.02)
            if process.poll() is not None:
                return

    @property
    def health(self) -> dict[str, Any]:
        alive = self.process is not None and self.process.poll() is None
        return {
            "alive": alive,
            "ready": self.ready.is_set(),
            "pid": self.process.pid if self.process and alive else None,
            "restarts": self.restarts,
            "silent_seconds": round(time.monotonic() - self.beat_at, 1),
            "fault": self.fault,
            **self.beat,
        }
