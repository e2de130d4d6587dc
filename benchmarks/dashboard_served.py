"""The dashboard behind its server, on loopback: `python -m benchmarks.dashboard_served`.

It is told `{"home": ...}` and answers `{"port": ..., "pages": [[RULE, ENDPOINT, NEED], ...]}`:
every page that can be read. Without a home it serves one empty page, which is what the server
costs. It ends with its input.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NoReturn

import waitress
from flask import Flask

from benchmarks.school import address
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.main import make_app
from kidgate.dashboard.serving.serve import THREADS
from kidgate.dashboard.web.who import Signed
from kidgate.documents.home import Home
from kidgate.keeper import commands
from kidgate.keeper.writer import own_writer
from kidgate.proxy.clock import clock
from kidgate.store.database import open_database


def bare() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "")
    return app


def dashboard(root: Path, stack: ExitStack) -> Flask:
    """As `console.web` makes it; but what is written is written here, without a keeper."""
    home, now = Home(root), clock()
    writer = stack.enter_context(own_writer(home, address(home), now, create=False))

    def do(op: str, **args: Any) -> dict[str, Any]:
        return commands.run(writer, op, args)

    desk = Desk(home, open_database(address(home), create=False), do, now)
    stack.callback(desk.database.close)
    return make_app(desk, who=Signed(desk).by_session)


def pages(app: Flask) -> list[tuple[str, str, str]]:
    needs = app.extensions["kidgate_needs"]
    return [
        (rule.rule, rule.endpoint, needs[rule.endpoint].value)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.endpoint.startswith("api.")
        and needs[rule.endpoint]
    ]


def main() -> None:
    spec = json.loads(sys.stdin.readline())
    with ExitStack() as stack:
        app = dashboard(Path(spec["home"]), stack) if spec else bare()
        sock = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        server = waitress.create_server(app, sockets=[sock], threads=THREADS)
        signal.signal(signal.SIGTERM, _end)
        threading.Thread(target=_listen, daemon=True).start()
        told = {"port": sock.getsockname()[1], "pages": pages(app) if spec else []}
        print(json.dumps(told), flush=True)
        server.run()


def _listen() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _end(*_: object) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
