"""The keeper process: `python -m kidgate.keeper`, its spec as JSON on standard input."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import sys
from pathlib import Path
from typing import Any

from kidgate.documents.home import Home
from kidgate.keeper import daily
from kidgate.keeper.commands import rebuild
from kidgate.keeper.feeds import BuildFailed
from kidgate.keeper.journaling import Journal
from kidgate.keeper.service import Service
from kidgate.keeper.writer import Writer, WriterBusy, writer_lock
from kidgate.lists.faults import IndexFault
from kidgate.lists.index import open_index
from kidgate.policies.compile import PolicyFaults
from kidgate.proxy import control, logs
from kidgate.proxy.clock import clock
from kidgate.store.database import open_database
from kidgate.store.faults import DatabaseFault

logger = logging.getLogger(__name__)
BEAT_SECONDS = 1.0


class Keeper:
    def __init__(self, writer: Writer, channel: socket.socket) -> None:
        self.writer = writer
        self.channel = channel
        self.journal = Journal(lambda: writer.database, writer.home.spool)
        self.index_fault = ""

    async def run(self) -> None:
        self._mend_index()
        self.writer.publish()
        server = await Service(self.writer, self.journal).open()
        self._say({"ready": True})
        ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(self.channel.fileno(), self._heard, ended)
        tasks = [
            asyncio.create_task(work)
            for work in (
                self.journal.run(),
                self.journal.fold(),
                self._beat(),
                daily.run(self.writer),
            )
        ]
        await ended.wait()
        server.close()
        for task in tasks:
            task.cancel()
        self.writer.home.socket.unlink(missing_ok=True)

    def _mend_index(self) -> None:
        """An index that is missing or damaged is built again from the feeds."""
        try:
            open_index(self.writer.home.index)
        except (IndexFault, OSError) as fault:
            logger.warning("the category index is built again: %s", fault)
            try:
                rebuild(self.writer, {})
            except (BuildFailed, OSError) as failed:
                self.index_fault = str(failed)
                logger.error("the category index cannot be built: %s", failed)

    def _heard(self, ended: asyncio.Event) -> None:
        try:
            message, _ = control.receive(self.channel)
        except BlockingIOError:
            return
        except OSError:
            message = None
        if message is None or "drain" in message:
            ended.set()

    async def _beat(self) -> None:
        while True:
            self._say({"beat": self._health()})
            await asyncio.sleep(BEAT_SECONDS)

    def _health(self) -> dict[str, Any]:
        return {
            "journal": {"committed": self.journal.committed, "folded": self.journal.folded},
            "journal_fault": self.journal.fault,
            "index_fault": self.index_fault,
        }

    def _say(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            control.send(self.channel, message)


def main() -> None:
    spec = json.loads(sys.stdin.buffer.read())
    logs.set_up("keeper", level=spec["log_level"], lines=spec["log_lines"])
    channel = socket.socket(fileno=spec["control"])
    channel.setblocking(False)
    home, now = Home(Path(spec["home"])), clock()
    try:
        with writer_lock(home):
            database = open_database(spec["database"], create=True)
            asyncio.run(Keeper(Writer(home, database, now), channel).run())
    except (DatabaseFault, WriterBusy, PolicyFaults) as fault:
        logger.error("the keeper cannot work: %s", fault)
        with contextlib.suppress(OSError):
            control.send(channel, {"fault": str(fault)})
        sys.exit(3)


if __name__ == "__main__":
    main()
