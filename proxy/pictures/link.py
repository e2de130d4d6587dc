"""A worker's end of the process that judges pictures: started when the first picture comes, killed
when one takes too long, started again for the next."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from kidgate.proxy.pictures.wire import (
    DRAWN,
    HEAD,
    JUDGE,
    LONGEST_ANSWER,
    LONGEST_DRAWN,
    Answer,
    Told,
    framed,
)

MODULE = "kidgate.proxy.pictures.process"
STARTS_SECONDS = 60.0  # a small box under load reads its libraries slowly
TRIES = 2
AGAIN_SECONDS = 5.0  # after a start that failed: no picture of a stranger's can make it fail
# Threads of numpy's algebra would each take memory for matrices of 64 x 64.
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """What pictures may take. Sizes in bytes, times in seconds."""

    seconds: float = 3.0  # for one picture
    memory: int = 256 * 1024 * 1024  # beyond what the process has when it is loaded
    waiting: int = 64  # pictures; the next one is not judged
    waits_seconds: float = 10.0


@dataclass(slots=True)
class Counts:
    """For the health of a worker."""

    starts: int = 0
    killed: int = 0  # for taking too long
    died: int = 0


class _Waiting(NamedTuple):
    body: bytes
    number: int
    future: asyncio.Future[Answer]


class Link:
    """One process, and the pictures that wait for it."""

    def __init__(self, told: Callable[[], Told], limits: PictureLimits) -> None:
        """`told` is asked at each start."""
        self.counts = Counts()
        self.fault = ""  # why the process cannot be started
        self._told, self._limits = told, limits
        self._waiting: list[_Waiting] = []
        self._work: asyncio.Task[None] | None = None
        self._process: Process | None = None
        self._renew = False
        self._not_before = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def renew(self) -> None:
        """Use a new process from the next picture on: lists or the model are others."""
        self._renew, self._not_before = True, 0.0

    async def ask(self, body: bytes, number: int = JUDGE) -> Answer:
        """Judge a picture, or draw a strip on it. Never raises but when it is cancelled; the
        picture is then still worked on."""
        if len(self._waiting) >= self._limits.waiting:
            return Answer(fault="too many pictures wait")
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(body, number, future))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._work_off())
        try:
            async with asyncio.timeout(self._limits.waits_seconds):
                return await future
        except TimeoutError:
            return Answer(fault="it waited too long")

    async def close(self) -> None:
        if self._work is not None:
            self._work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._work
        await self._end()
        self._stop_waiting(self._waiting)
        self._waiting.clear()

    @staticmethod
    def _stop_waiting(waiting: list[_Waiting]) -> None:
        for one in waiting:
            if not one.future.done():
                one.future.set_result(Answer(fault="the gateway stops"))

    async def _work_off(self) -> None:
        """One after the other, until none waits."""
        while self._waiting:
            one = self._waiting.pop(0)
            if one.future.done():  # whoever asked has gone
                continue
            try:
                answer = await self._answered(one.body, one.number)
            except asyncio.CancelledError:
                self._stop_waiting([one])
                raise
            except Exception as fault:  # a picture that is not judged says so, whatever happened
                await self._end()
                answer = Answer(fault=f"the process for pictures failed ({fault})")
            if not one.future.done():
                one.future.set_result(answer)

    async def _answered(self, body: bytes, number: int) -> Answer:
        """The answer, of a second process where the first one ends: it may have been killed for
        something else, such as a box without memory."""
        for _ in range(TRIES):
            process = await self._ready()
            if process is None:
                return Answer(fault=self.fault)
            try:
                async with asyncio.timeout(self._limits.seconds):
                    return await _exchange(process, body, number)
            except TimeoutError:
                self.counts.killed += 1
                await self._end()
                return Answer(unjudged=f"it took longer than {self._limits.seconds:g} s")
            except (asyncio.IncompleteReadError, OSError):
                self.counts.died += 1
                await self._end()
        return Answer(unjudged="decoding it ended the process")

    async def _ready(self) -> Process | None:
        """The process, a new one where that is needed; None when it cannot be started."""
        if self._renew:
            self._renew = False
            await self._end()
        if self._process is not None and self._process.returncode is None:
            return self._process
        return await self._started()

    async def _started(self) -> Process | None:
        """A process that is ready; None, and `fault`, when there is none."""
        if time.monotonic() < self._not_before:
            return None
        self.counts.starts += 1
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", MODULE),
            stdin=PIPE,
            stdout=PIPE,
            env=os.environ | _ENVIRONMENT,
        )
        self._process = process
        try:
            async with asyncio.timeout(STARTS_SECONDS):
                self.fault = (await _exchange(process, self._told().dump())).fault
        except (TimeoutError, asyncio.IncompleteReadError, OSError):
            self.fault = "the process for pictures does not start"
        if not self.fault:
            return process
        self._not_before = time.monotonic() + AGAIN_SECONDS
        await self._end()
        return None

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.wait()


async def _exchange(process: Process, body: bytes, number: int = JUDGE) -> Answer:
    """Raises OSError or IncompleteReadError when the process has ended."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(framed(body, number))
    await process.stdin.drain()
    data, number = await _frame(process.stdout, LONGEST_ANSWER)
    drawn = (await _frame(process.stdout, LONGEST_DRAWN))[0] if number == DRAWN else b""
    return Answer.load(data, drawn)


async def _frame(stream: asyncio.StreamReader, longest: int) -> tuple[bytes, int]:
    length, number = HEAD.unpack(await stream.readexactly(HEAD.size))
    if length > longest:
        raise OSError("an answer that is none")
    return await stream.readexactly(length), number
