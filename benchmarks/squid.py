"""squid as Debian ships it, with `ssl_bump`: it splices by the server name unless a list of a
million has it, or opens each connection. A single process, no cache, no logs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.household import HOST
from tests.e2e.house import free_port
from tests.e2e.pki import Authority

SQUID, CERTIFICATES = "squid", "/usr/lib/squid/security_file_certgen"
USER = "proxy"  # whom Debian's squid becomes


def available() -> bool:
    """Whether it is here, with OpenSSL, and may be started."""
    return may_start(SQUID) and Path(CERTIFICATES).exists()


def may_start(program: str) -> bool:
    """Whether a program is installed that has to be started by root."""
    return shutil.which(program) is not None and os.geteuid() == 0


def reachable(folder: Path, place: Path, user: str) -> None:
    """Give `place` in a temporary `folder` to whom a program becomes: it must reach its files."""
    for path in (place, *place.rglob("*")):
        shutil.chown(path, user, user)
    for path in (folder, *folder.parents):
        if path.stat().st_uid == os.geteuid() and not path.stat().st_mode & 0o001:
            path.chmod(path.stat().st_mode | 0o011)


@contextmanager
def squid(
    folder: Path, authority: Authority, *, opens: bool, names: int = 0
) -> Iterator[tuple[int, int]]:
    """Its process id and port."""
    place = folder / f"squid-{'bump' if opens else 'splice'}"
    place.mkdir()
    port = free_port()
    _certificate(place)
    (place / "hosts").write_text(f"127.0.0.1 {HOST}\n")
    with (place / "names").open("w") as file:
        file.writelines(f".name{number}.example\n" for number in range(names or 1))
    config = place / "squid.conf"
    config.write_text(_config(place, port, authority.pem, opens=opens))
    store = place / "store"
    subprocess.run([CERTIFICATES, "-c", "-s", store, "-M", "4MB"], check=True, capture_output=True)
    reachable(folder, place, USER)
    process = subprocess.Popen([SQUID, "-N", "-f", str(config)], stderr=subprocess.DEVNULL)
    try:
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(20)


def _certificate(place: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=squid", "-addext"]
    command += ["basicConstraints=critical,CA:TRUE", "-keyout", str(place / "ca.pem")]
    command += ["-out", str(place / "ca.crt")]
    subprocess.run(command, check=True, capture_output=True)
    with (place / "ca.pem").open("a") as file:
        file.write((place / "ca.crt").read_text())


def _config(place: Path, port: int, trusted: Path, *, opens: bool) -> str:
    return f"""
http_port 127.0.0.1:{port} ssl-bump generate-host-certificates=on cert={place}/ca.pem
sslcrtd_program {CERTIFICATES} -s {place}/store -M 4MB
sslcrtd_children 1
tls_outgoing_options cafile={trusted}
acl listed ssl::server_name "{place}/names"
acl first at_step SslBump1
ssl_bump peek first
ssl_bump terminate listed
ssl_bump {"bump" if opens else "splice"} all
http_access allow all
hosts_file {place}/hosts
cache deny all
access_log none
cache_log {place}/cache.log
pid_filename {place}/squid.pid
coredump_dir {place}
shutdown_lifetime 0 seconds
workers 1
"""
