"""The keeper's Unix socket: JSON lines in, JSON lines out, many at once on one connection.

Who may speak to it is the socket's file mode (0660). `journal` answers once the entry is committed;
everything else runs one at a time in the command thread.
"""

from __future__ import annotations

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kidgate.keeper import commands
from kidgate.keeper.errors import to_json
from kidgate.keeper.journaling import Journal, Refused
from kidgate.keeper.limits import Limits
from kidgate.keeper.writer import Writer

logger = logging.getLogger(__name__)
LINE_LIMIT = 64 << 20  # a whole policy travels as one line


class Service:
    def __init__(self, writer: Writer, journal: Journal) -> None:
        self._writer = writer
        self._journal = journal
        self._limits = Limits()
        self._thread = ThreadPoolExecutor(1, "commands")

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
            number = question["id"]
            answer = await self._do(question["op"], question)
        except Refused as fault:
            answer = {"error": to_json(fault)}
        except Exception as fault:
            answer = {"error": to_json(fault)}
        if not writer.is_closing():
            writer.write(json.dumps({"id": number, **answer}).encode() + b"\n")

    async def _do(self, op: str, args: dict[str, Any]) -> dict[str, Any]:
        if op == "journal":
            await self._journal.put(args["entry"])
            return {}
        if op == "limit":
            return {"allowed": self._limits.take(args["key"], args["limit"], args["window"])}
        if op == "ping":
            return {}
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, commands.run, self._writer, op, args)
