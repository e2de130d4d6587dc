"""e2guardian as Debian ships it, with every phrase list of its package switched on, opening HTTPS.

Nothing of it is copied into the project: its configuration is copied to the run's own folder and
changed there. No log is written, and no page reaches its limit: each is read to its end. It opens
connections to port 443 alone, so the origin has to be there.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.squid import may_start, reachable
from tests.e2e.house import free_port
from tests.e2e.pki import Authority

PROGRAM, SHIPPED, USER = "e2guardian", Path("/etc/e2guardian"), "e2guardian"
HOST = "localhost"  # it asks the system for names
TLS_PORT = 443
THREADS = 50  # of 500 that Debian sets: each holds memory, and we open eight connections
_INCLUDED = re.compile(r"^#*\.Include<([^<>]+)>.*\n", re.MULTILINE)  # switched off or not


def available() -> bool:
    """Whether it is here and may be started, and the origin may be where it opens HTTPS."""
    return may_start(PROGRAM) and SHIPPED.exists() and _is_free(TLS_PORT)


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class E2guardian:
    pid: int
    port: int
    phrases: int  # lines of its lists that hold one


@contextmanager
def e2guardian(folder: Path, authority: Authority) -> Iterator[E2guardian]:
    """A running one that trusts this authority for its origins."""
    place = folder / "e2guardian"
    shutil.copytree(SHIPPED, place)
    for path in place.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(bytes(SHIPPED), bytes(place)))
    port = free_port()
    _certificates(place, authority)
    _set(place / "e2guardian.conf", _program(place, port))
    _set(place / "e2guardianf1.conf", {"sslmitm": "on", "naughtynesslimit": "1000000"})
    weighted = place / "lists" / "weightedphraselist"
    named = map(Path, _INCLUDED.findall(weighted.read_text("latin-1")))
    lists = [path for path in named if path.is_file()]  # it does not start without one
    weighted.write_text("".join(f".Include<{path}>\n" for path in lists))
    reachable(folder, place, USER)
    process = subprocess.Popen(
        [PROGRAM, "-N", "-c", str(place / "e2guardian.conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield E2guardian(process.pid, port, sum(map(_count, lists)))
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _program(place: Path, port: int) -> dict[str, str]:
    return {
        "filterip": "127.0.0.1",
        "filterports": str(port),
        "httpworkers": str(THREADS),
        "loglevel": "0",
        "nologger": "on",
        "enablessl": "on",
        "sslcertificatepath": f"'{place / 'trusted'}'",
        "cacertificatepath": f"'{place / 'ca.pem'}'",
        "caprivatekeypath": f"'{place / 'ca.key'}'",
        "certprivatekeypath": f"'{place / 'leaf.key'}'",
        "generatedcertpath": f"'{place / 'made'}/'",
        "loglocation": f"'{place / 'access.log'}'",
        "pidfilename": f"'{place / 'e2guardian.pid'}'",
    }


def _set(path: Path, values: dict[str, str]) -> None:
    """Settings of one file, in place of what it says."""
    names = "|".join(map(re.escape, values))
    text = re.sub(rf"^#?({names})\s*=.*\n", "", path.read_text("latin-1"), flags=re.MULTILINE)
    lines = "".join(f"{name} = {value}\n" for name, value in values.items())
    path.write_text(text + "\n" + lines, "latin-1")


def _certificates(place: Path, authority: Authority) -> None:
    for name in ("trusted", "made"):
        (place / name).mkdir()
    shutil.copyfile(authority.pem, place / "trusted" / "origin.pem")
    _openssl("rehash", str(place / "trusted"))
    _openssl("genrsa", "-out", str(place / "leaf.key"), "2048")
    made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=e2guardian"]
    made += ["-addext", "basicConstraints=critical,CA:TRUE", "-keyout", str(place / "ca.key")]
    _openssl("req", *made, "-out", str(place / "ca.pem"))


def _openssl(*command: str) -> None:
    subprocess.run(["openssl", *command], check=True, capture_output=True)


def _count(path: Path) -> int:
    return sum(line.startswith("<") for line in path.read_text("latin-1").splitlines())
