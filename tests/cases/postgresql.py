"""A PostgreSQL server of the rig's own, which can fall silent: its packets are dropped, not
refused."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import yaml

from kidgate.keeper.writer import own_writer
from kidgate.store.feeds import all_feeds, put_feed
from tests.cases.gateway import Gateway, until
from tests.cases.home import write_policy
from tests.cases.trial import CannotPlay
from tests.cases.world import at

HOST, PORT = "198.51.100.53", 5432
NOBODY = 65534
RULES = f"""
table inet rig {{
  chain away {{
    type filter hook input priority 0;
    tcp dport {PORT} drop;
  }}
}}
"""
FOLDERS = Path("/usr/lib/postgresql")
URL = f"postgresql+psycopg://kidgate@{HOST}/kidgate"


@dataclass(frozen=True)
class Server:
    def adopt(self, gateway: Gateway) -> None:
        """Make this the database of a gateway that has not been started."""
        home, path = gateway.home, gateway.home.root / "config.yaml"
        config = yaml.safe_load(path.read_text())
        config["database"] = f"postgresql://kidgate@{HOST}/kidgate"
        path.write_text(yaml.safe_dump(config))
        moment = at(gateway.now)
        with own_writer(home, f"sqlite:///{home.database}", lambda: moment, create=False) as old:
            document = old.document()
            with old.database.reading() as session:
                feeds = all_feeds(session)
        with own_writer(home, URL, lambda: moment, create=True) as new:
            write_policy(new, document.rows)
            with new.database.writing() as session:
                for row in feeds:
                    put_feed(session, row)

    @contextlib.contextmanager
    def silent(self) -> Iterator[None]:
        """Drop every packet that comes to it."""
        _nft("-f", "-", text=RULES)
        try:
            yield
        finally:
            _nft("delete", "table", "inet", "rig")

    def entries(self) -> set[str]:
        with psycopg.connect(host=HOST, user="kidgate", dbname="kidgate") as database:
            return {row[0] for row in database.execute("SELECT id FROM journal_entries")}


@contextlib.contextmanager
def server(folder: Path) -> Iterator[Server]:
    """A running server with an empty database `kidgate`. Raises CannotPlay."""
    programs = _programs()
    if programs is None or shutil.which("nft") is None or os.geteuid() != 0:
        raise CannotPlay("needs PostgreSQL's programs, nft and root")
    folder.mkdir()
    folder.parent.chmod(0o711)
    try:
        os.chown(folder, NOBODY, NOBODY)
    except OSError as fault:
        raise CannotPlay(f"needs a second user for PostgreSQL: {fault.strerror}") from fault
    data = folder / "data"
    _as_nobody(folder, [programs / "initdb", "-D", data, "-U", "kidgate", "-A", "trust", "-N"])
    with (data / "pg_hba.conf").open("a") as file:
        file.write("host all all 0.0.0.0/0 trust\n")
    command = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), "-p", str(PORT)]
    process = subprocess.Popen(
        [*command, "-c", f"listen_addresses={HOST}", "-c", "fsync=off"],
        cwd=folder,
        user=NOBODY,
        group=NOBODY,
        extra_groups=(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        if not until(_created, 30, every=0.2):
            raise CannotPlay("PostgreSQL does not come up here")
        yield Server()
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _created() -> bool:
    try:
        with psycopg.connect(
            host=HOST, user="kidgate", dbname="postgres", autocommit=True, connect_timeout=2
        ) as admin:
            admin.execute("CREATE DATABASE kidgate")
    except psycopg.OperationalError:
        return False
    return True


def _programs() -> Path | None:
    found = [shutil.which("initdb"), *sorted(FOLDERS.glob("*/bin/initdb"))]
    places = [Path(os.path.realpath(p)).parent for p in found if p]
    return next((p for p in places if (p / "postgres").exists()), None)


def _as_nobody(folder: Path, command: list[Path | str]) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        user=NOBODY,
        group=NOBODY,
        extra_groups=(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotPlay(f"initdb failed: {done.stderr.strip()[-300:]}")


def _nft(*words: str, text: str = "") -> None:
    subprocess.run(["nft", *words], input=text, text=True, check=True, capture_output=True)
