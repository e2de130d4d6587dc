"""The keeper's Unix socket: JSON lines in, JSON lines out, many at once on one connection.

Who may speak to it is the socket's file mode (0660). `journal` answers once the entry is committed;
what feeds ask for runs at their desk, everything else one at a time in the command thread.
"""

from __future__ import annotations

import asyncio
import functools
import json
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kidgate.keeper import commands, sessions
from kidgate.keeper.errors import to_json
from kidgate.keeper.journaling import Journal, Refused
from kidgate.keeper.pinned import Failures
from kidgate.keeper.updating.desk import Desk
from kidgate.keeper.updating.running import Progress
from kidgate.keeper.writer import Writer
from kidgate.proxy.buckets import Buckets

logger = logging.getLogger(__name__)
FEED_WORK = ("feed.", "index.")
SENDING = "channel."
LINE_LIMIT = 64 << 20  # a whole policy travels as one line


class Service:
    def __init__(self, writer: Writer, journal: Journal, *, session_minutes: int = 60) -> None:
        self._writer = writer
        self._session_minutes = session_minutes
        self._journal = journal
        self._limits = Buckets()
        self._failures = Failures()
        self.desk = Desk(writer)
        self._thread = ThreadPoolExecutor(1, "commands")
        self._sending = ThreadPoolExecutor(1, "sending")

    async def open(self) -> asyncio.Server:
        path = self._writer.home.socket
        path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._serve, path, limit=LINE_LIMIT)
        path.chmod(0o660)
        return server

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks: set[asyncio.Task[None]] = set()
        try:
            while line := await reader.readline():
                task = asyncio.create_task(self._answer(line, writer))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        except (ValueError, OSError) as fault:
            logger.info("a connection to the keeper ended: %s", fault)
        finally:
            writer.close()

    async def _answer(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        number = None
        try:
            question = json.loads(line)
            number = question.pop("call")
            answer = await self._do(question["op"], question, _teller(number, writer))
        except Refused as fault:
            answer = {"error": to_json(fault)}
        except Exception as fault:
            answer = {"error": to_json(fault)}
        _write(writer, json.dumps({**answer, "call": number}).encode() + b"\n")

    async def _do(self, op: str, args: dict[str, Any], tell: Progress) -> dict[str, Any]:
        if op == "journal":
            await self._journal.put(args["entry"])
            return {}
        if op == "limit":
            return {"allowed": self._limits.take(args["key"], args["limit"], args["window"])}
        if op == "ping":
            return {}
        if op == "pinned.failed":
            if not self._failures.enough(str(args["device"]), str(args["name"])):
                return {"learned": False}
            op = "pinned.learn"
        if op == "pin.enter":
            return await self._enter(args)
        if op.startswith(FEED_WORK):
            return await self.desk.run(op, args, tell)
        loop = asyncio.get_running_loop()
        # What waits for a service far away must not keep a child's request waiting.
        thread = self._sending if op.startswith(SENDING) else self._thread
        return await loop.run_in_executor(thread, commands.run, self._writer, op, args)

    async def _enter(self, args: dict[str, Any]) -> dict[str, Any]:
        """A PIN on a shared device. A right one costs nothing of what may be tried."""
        device, child = str(args["device"]), str(args["child"])
        keys = [f"pin:{kind}" for kind in (f"device:{device}", f"child:{child}")]
        loop = asyncio.get_running_loop()
        tries, window = sessions.TRIES, sessions.WINDOW
        if not all(self._limits.take(key, tries, window) for key in keys):
            told = functools.partial(sessions.too_many, self._writer, device, child)
            await loop.run_in_executor(self._thread, told)
            return {"right": False, "wait": True}
        work = functools.partial(sessions.enter, self._writer, args, self._session_minutes)
        answer = await loop.run_in_executor(self._thread, work)
        if answer["right"]:
            for key in keys:
                self._limits.put_back(key)
        return answer


def _teller(number: Any, writer: asyncio.StreamWriter) -> Progress:
    """Says how something gets on to who asked; may be called from any thread."""
    loop = asyncio.get_running_loop()

    def say(step: Mapping[str, Any]) -> None:
        line = json.dumps({"call": number, "progress": dict(step)}).encode() + b"\n"
        loop.call_soon_threadsafe(_write, writer, line)

    return say


def _write(writer: asyncio.StreamWriter, line: bytes) -> None:
    if not writer.is_closing():
        writer.write(line)
