"""The dashboard's process: `python -m kidgate.console.web`, its spec as JSON on standard input.

Here the dashboard meets the keeper, which it does not know: all it writes goes through `do`.
"""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any, NoReturn

from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import KeeperBusy
from kidgate.dashboard.main import make_app
from kidgate.dashboard.serving.serve import serve
from kidgate.dashboard.web.who import Signed
from kidgate.documents.config import parse_listener
from kidgate.documents.home import Home
from kidgate.keeper.client import KeeperSilent, do
from kidgate.keeper.writer import WriterBusy
from kidgate.proxy import capabilities, control, logs
from kidgate.proxy.clock import clock
from kidgate.proxy.resolver import Resolver
from kidgate.proxy.who.neighbours import Neighbours
from kidgate.store.database import Database, open_database
from kidgate.store.faults import DatabaseFault

logger = logging.getLogger(__name__)
BEAT_SECONDS = 1.0
WAIT_SECONDS = 20.0  # for the keeper to make the database or bring it up to date


def main() -> None:
    capabilities.drop()
    spec = json.loads(sys.stdin.buffer.read())
    logs.set_up("dashboard", level=spec["log_level"], lines=spec["log_lines"])
    signal.signal(signal.SIGTERM, _end)
    channel = socket.socket(fileno=spec["control"])
    try:
        _serve(spec, channel)
    except DatabaseFault as fault:
        logger.error("the dashboard cannot work: %s", fault)
        with contextlib.suppress(OSError):
            control.send(channel, {"fault": str(fault)})
        sys.exit(3)


def _serve(spec: dict[str, Any], channel: socket.socket) -> None:
    desk = _desk(spec)
    signed = Signed(desk)
    app = make_app(
        desk,
        who=signed.by_session,
        who_by_token=signed.by_token,
        allow=tuple(spec["allow"]),
        names=tuple(spec["names"]),
        mac_of=Neighbours().mac_of,
    )
    sockets = [(scheme, socket.socket(fileno=fd)) for scheme, fd in spec["listening"]]
    threading.Thread(target=_beat, args=(channel, _first_link(desk)), daemon=True).start()
    threading.Thread(target=_listen, args=(channel,), daemon=True).start()
    serve(
        app,
        [sock for scheme, sock in sockets if scheme == "http"],
        [sock for scheme, sock in sockets if scheme == "https"],
        ca=desk.home.ca,
        names=tuple(spec["names"]),
        now=desk.now,
    )


def _desk(spec: dict[str, Any]) -> Desk:
    home, now = Home(Path(spec["home"])), clock()
    extra_ca = Path(spec["extra_ca"]) if spec["extra_ca"] else None
    ask = functools.partial(do, home, spec["database"], now, extra_ca=extra_ca)

    def asked(op: str, **args: Any) -> dict[str, Any]:
        try:
            return ask(op, **args)
        except (KeeperSilent, WriterBusy, ConnectionError) as fault:
            raise KeeperBusy(str(fault)) from fault

    known = Resolver(spec["hosts"]).known
    return Desk(
        home,
        _database(spec["database"]),
        asked,
        now,
        addresses=lambda host: known(host) or (),
        web_ports=tuple(spec["web_ports"]),
        url=spec["url"],
        listen=tuple(map(parse_listener, spec["proxy"])),
    )


def _database(url: str) -> Database:
    """The database, once the keeper has it ready. Raises DatabaseFault."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return open_database(url, create=False)
        except DatabaseFault:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _first_link(desk: Desk) -> str:
    """The path where the first owner begins; empty when there are people already."""
    from kidgate.store.people import all_users

    with desk.database.reading() as session:
        if any(user.active for user in all_users(session)):
            return ""
    return f"/setup?key={desk.do('invite.make', first=True, minutes=24 * 60)['key']}"


def _beat(channel: socket.socket, link: str) -> None:
    with contextlib.suppress(OSError):
        control.send(channel, {"ready": True, "link": link})
        while True:
            control.send(channel, {"beat": {}})
            time.sleep(BEAT_SECONDS)


def _listen(channel: socket.socket) -> None:
    """Until the supervisor says that it is enough, or is gone."""
    with contextlib.suppress(OSError):
        while True:
            message, _ = control.receive(channel)
            if message is None or "drain" in message:
                break
    os.kill(os.getpid(), signal.SIGTERM)


def _end(*_: object) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
