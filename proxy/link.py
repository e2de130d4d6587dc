"""The worker's line to the keeper: JSON lines over its Unix socket, many questions under way at
once.

Nothing here blocks a verdict: every question has a limit, a broken line fails all that wait, and
the next question finds it being mended in the background.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from pathlib import Path
from typing import Any

LINE_LIMIT = 1 << 20
RETRY_SECONDS = 0.1


class KeeperAway(ConnectionError):
    """The keeper did not take the question or did not answer in time."""


class Link:
    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._writer: asyncio.StreamWriter | None = None
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = itertools.count(1)

    @property
    def up(self) -> bool:
        return self._writer is not None

    async def run(self) -> None:
        """Keep the line open until cancelled."""
        while True:
            with contextlib.suppress(OSError, ValueError):
                reader, writer = await asyncio.open_unix_connection(self._socket, limit=LINE_LIMIT)
                self._writer = writer
                await self._read(reader)
            self._broken()
            await asyncio.sleep(RETRY_SECONDS)

    async def ask(self, op: str, *, seconds: float, **fields: Any) -> dict[str, Any]:
        """One question, one answer; `KeeperAway` when there is none within `seconds`."""
        if self._writer is None:
            raise KeeperAway("the keeper is away")
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        question = {"call": number, "op": op, **fields}
        self._writer.write(json.dumps(question, separators=(",", ":")).encode() + b"\n")
        try:
            return await asyncio.wait_for(answer, seconds)
        except TimeoutError:
            raise KeeperAway(f"the keeper did not answer within {seconds:g} s") from None
        finally:
            self._waiting.pop(number, None)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            message: Any = json.loads(line)
            if not isinstance(message, dict):
                raise ValueError("the keeper's answer is no answer")
            waiting = self._waiting.get(message.get("call", 0))
            if waiting is None or waiting.done():
                continue
            if "error" in message:
                waiting.set_exception(KeeperAway(str(message["error"])))
            else:
                waiting.set_result(message)

    def _broken(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = None
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(KeeperAway("the keeper went away"))
