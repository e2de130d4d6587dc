"""A policy with lists, and a real unbound that has it written out. Loopback alone."""

from __future__ import annotations

import random
import socket
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rdatatype
import dns.rrset

from kidgate.documents.builtin import load_builtin
from kidgate.lists.build import FeedSource, build_index
from kidgate.lists.entries import Mode
from kidgate.lists.index import open_index
from kidgate.lists.names_file import Listed, record, write_names
from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow, Settings
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.snapshot_file import Document
from kidgate.proxy.dns.export.writing import Source
from kidgate.proxy.dns.settings import DnsSettings

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
UPSTREAM = "203.0.113.7"  # what every name has outside
ADDRESSES = {
    "0-5": "127.0.0.50",
    "9-12": "127.0.0.52",
    "13-15": "127.0.0.53",
    "adult": "127.0.0.59",
}
Feed = Iterable[tuple[str, Mode]]


def policy(**fields: object) -> PolicyRows:
    """One device of each tier."""
    rows = PolicyRows(
        settings=Settings(zone="Asia/Ho_Chi_Minh"),
        profiles=tuple(ProfileRow(f"of-{key}", tier=key) for key in ADDRESSES),
        devices=tuple(
            DeviceRow(f"d-{key}", of=f"of-{key}", addresses=(address,))
            for key, address in ADDRESSES.items()
        ),
    )
    return replace(rows, **fields)  # type: ignore[arg-type]


def source(
    folder: Path,
    rows: PolicyRows,
    feeds: Mapping[str, Feed],
    settings: DnsSettings = DnsSettings(block="nxdomain"),  # noqa: B008
) -> Source:
    """`feeds`: by `name/category`."""
    made = []
    for title, entries in feeds.items():
        name, category = title.split("/")
        path = folder / f"{name}.names"
        lines = sorted(entries)
        with path.open("w+b") as file:
            write_names(file, (record(Listed(k, m, n)) for n, (k, m) in enumerate(lines, 1)))
        made.append(FeedSource(name, category, path))
    build_index(folder / "index.kgx", made)
    tiers, services, builtin = load_builtin()
    document = Document("7", rows, builtin, tiers, services)
    return Source(document, open_index(folder / "index.kgx"), folder, (), settings, AT)


def snapshot(made: Source) -> PolicySnapshot:
    return made.document.compile().with_index(made.index)


@contextmanager
def upstream() -> Iterator[int]:
    """A name server that answers UPSTREAM to everything; its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                wire, client = sock.recvfrom(4096)
                if not wire:
                    return
                asked = dns.message.from_wire(wire)
                answer = dns.message.make_response(asked, recursion_available=True)
                (question,) = asked.question
                if question.rdtype == dns.rdatatype.A:
                    record = dns.rrset.from_text(question.name, 300, "IN", "A", UPSTREAM)
                    answer.answer.append(record)
                sock.sendto(answer.to_wire(), client)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield sock.getsockname()[1]
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", sock.getsockname())
            thread.join()


@contextmanager
def unbound(folder: Path, conf: Path) -> Iterator[int]:
    """unbound with a fragment included, asking `upstream`; its port."""
    with upstream() as outside:
        port = _free_port()
        whole = folder / "unbound.conf"
        whole.write_text(
            f"""server:
  interface: 127.0.0.1
  port: {port}
  do-daemonize: no
  use-syslog: no
  chroot: ""
  username: ""
  pidfile: ""
  directory: ""
  num-threads: 1
  do-not-query-localhost: no
  trust-anchor-file: ""
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@{outside}
include: "{conf}"
"""
        )
        subprocess.run(["unbound-checkconf", str(whole)], check=True, capture_output=True)
        log = (folder / "unbound.log").open("w")
        process = subprocess.Popen(["unbound", "-d", "-c", str(whole)], stderr=log)
        try:
            _until_ready(port)
            yield port
        finally:
            process.terminate()
            process.wait(10)
            log.close()


def _free_port() -> int:
    """Free for TCP and UDP, below those that the kernel hands out to others meanwhile."""
    for port in random.sample(range(20_000, 32_000), 50):
        try:
            with (
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
                socket.create_server(("127.0.0.1", port)),
            ):
                datagrams.bind(("127.0.0.1", port))
                return port
        except OSError:
            continue
    raise RuntimeError("no port is free")


def _until_ready(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            ask(port, "unlisted.example", "127.0.0.59", seconds=1.0)
        except (OSError, dns.exception.Timeout):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("unbound did not start")


def ask(
    port: int, host: str, client: str, kind: str = "A", *, seconds: float = 20
) -> tuple[str, Sequence[str]]:
    """The answer's code and its records, as `TYPE data`."""
    query = dns.message.make_query(host, kind)
    answer = dns.query.udp(query, "127.0.0.1", seconds, port=port, source=client)
    records = [
        f"{dns.rdatatype.to_text(found.rdtype)} {data.to_text()}"
        for found in answer.answer
        for data in found
    ]
    return dns.rcode.to_text(answer.rcode()), records
