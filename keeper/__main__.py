"""The keeper process: `python -m kidgate.keeper`, its spec as JSON on standard input."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import logging
import socket
import sys
from pathlib import Path
from typing import Any

from kidgate.documents.faults import Faults
from kidgate.documents.home import Home
from kidgate.keeper import daily, sessions, usage, words
from kidgate.keeper.alerts import Watch
from kidgate.keeper.commands import rebuild
from kidgate.keeper.feeds import BuildFailed, recover
from kidgate.keeper.journaling import Journal
from kidgate.keeper.packet_filter import PacketFilter
from kidgate.keeper.service import Service
from kidgate.keeper.telling import running as telling
from kidgate.keeper.writer import Writer, WriterBusy, writer_lock
from kidgate.lists.faults import IndexFault
from kidgate.lists.index import open_index
from kidgate.policies.compile import PolicyFaults
from kidgate.proxy import capabilities, control, logs
from kidgate.proxy.clock import clock
from kidgate.store.database import Database, open_database
from kidgate.store.faults import DatabaseFault

logger = logging.getLogger(__name__)
BEAT_SECONDS = 1.0
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)


class Keeper:
    def __init__(
        self,
        writer: Writer,
        channel: socket.socket,
        *,
        is_gateway: bool,
        rules: str,
        session_minutes: int,
        dashboard_url: str,
    ) -> None:
        self.writer = writer
        self.channel = channel
        self.session_minutes = session_minutes
        self.dashboard_url = dashboard_url.rstrip("/")
        self.alerts = Watch(writer)
        self.journal = Journal(lambda: writer.database, writer.home.spool, self.alerts.take)
        self.index_fault = ""
        self.filter = PacketFilter(writer, rules) if is_gateway else None

    async def run(self) -> None:
        self._mend_index()
        self._publish_words()
        usage.publish(self.writer, None)  # before workers find a policy: quotas need it
        self.writer.publish()
        sessions.refresh(self.writer)
        service = Service(self.writer, self.journal, session_minutes=self.session_minutes)
        server = await service.open()
        self._say({"ready": True})
        ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(self.channel.fileno(), self._heard, ended)
        works = [self.journal.run(), self.journal.fold(), self._beat(), daily.run(self.writer)]
        works += [service.desk.keep_fresh(), usage.run(self.writer)]
        works += [self.alerts.run(), telling.run(self.writer, self.dashboard_url)]
        if self.filter is not None:
            works.append(self.filter.run())
        tasks = [asyncio.create_task(work) for work in works]
        await ended.wait()
        server.close()
        for task in tasks:
            task.cancel()
        self.writer.home.socket.unlink(missing_ok=True)

    def _mend_index(self) -> None:
        """An index that is missing, damaged or half installed is built again from the feeds."""
        try:
            if recover(self.writer):
                raise IndexFault("an update of the feeds was interrupted")
            open_index(self.writer.home.index)
        except (IndexFault, OSError) as fault:
            logger.warning("the category index is built again: %s", fault)
            try:
                rebuild(self.writer, {})
            except (BuildFailed, OSError) as failed:
                self.index_fault = str(failed)
                logger.error("the category index cannot be built: %s", failed)

    def _publish_words(self) -> None:
        """Before workers find a policy. Without lists they say of a page that nobody read it."""
        try:
            words.publish(self.writer, {})
        except (Faults, OSError) as fault:
            logger.error("the lists of words cannot be written: %s", fault)

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
            "filter_fault": self.filter.fault if self.filter is not None else "",
        }

    def _say(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            control.send(self.channel, message)


def _keeper(spec: dict[str, Any], home: Home, database: Database, channel: socket.socket) -> Keeper:
    extra_ca = Path(spec["extra_ca"]) if spec["extra_ca"] else None
    writer = Writer(home, database, clock(), extra_ca)
    return Keeper(
        writer,
        channel,
        is_gateway=spec["is_gateway"],
        rules=spec["rules"],
        session_minutes=spec["session_minutes"],
        dashboard_url=spec["dashboard_url"],
    )


def main() -> None:
    spec = json.loads(sys.stdin.buffer.read())
    capabilities.keep(capabilities.NET_ADMIN if spec["is_gateway"] else 0)
    logs.set_up("keeper", level=spec["log_level"], lines=spec["log_lines"])
    channel = socket.socket(fileno=spec["control"])
    channel.setblocking(False)
    home = Home(Path(spec["home"]))
    try:
        with writer_lock(home):
            database = open_database(spec["database"], create=True)
            asyncio.run(_keeper(spec, home, database, channel).run())
    except (DatabaseFault, WriterBusy, PolicyFaults, OSError) as fault:
        said = str(fault)
        if isinstance(fault, OSError) and fault.errno in FULL:
            said = f"the disk of `{home.root}` cannot be written ({fault.strerror}); see to it"
        logger.error("the keeper cannot work: %s", said)
        with contextlib.suppress(OSError):
            control.send(channel, {"fault": said})
        sys.exit(3)


if __name__ == "__main__":
    main()
