"""Namespaces for the rig, in which every address of the world is ours.

The program starts itself again under `unshare`. Inside, every IPv4 and IPv6 address is local:
whatever the gateway dials ends at one of the rig's listeners or is refused, and nothing can leave
the machine. Mounts and processes are its own too: nothing that it started outlives it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from tests.namespaces import NoNamespaces, run

OUTSIDE = "KIDGATE_CASES_OUTSIDE"  # the network namespace the program was started in
NAMESERVER = "192.0.2.53"
RESOLV_CONF = Path("/etc/resolv.conf")


def inside() -> bool:
    """Whether this process is in a namespace that the rig made."""
    outside = os.environ.get(OUTSIDE)
    return outside is not None and outside != _network()


def enter(module: str, arguments: list[str]) -> NoReturn:
    """Become `python -m module arguments` in fresh namespaces. Raises NoNamespaces."""
    for program in ("unshare", "ip"):
        if shutil.which(program) is None:
            raise NoNamespaces(f"`{program}` is missing: install util-linux and iproute2")
    how = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if os.geteuid() != 0:
        how.insert(0, "--map-root-user")
    tried = subprocess.run(["unshare", *how, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        raise NoNamespaces(
            f"no namespace can be made ({tried.stderr.strip()}): run as root, or let users make "
            "namespaces (kernel.unprivileged_userns_clone, "
            "kernel.apparmor_restrict_unprivileged_userns)"
        )
    environment = {**os.environ, OUTSIDE: _network()}
    command = ["unshare", *how, "--", sys.executable, "-m", module, *arguments]
    os.execvpe("unshare", command, environment)


def set_up() -> None:
    """Give the namespace its addresses and its resolver. RuntimeError outside of one."""
    if not inside():
        raise RuntimeError("the rig changes no network but its own")
    run("ip", "link", "set", "lo", "up")
    run("ip", "route", "add", "local", "0.0.0.0/0", "dev", "lo", "table", "local")
    run("ip", "-6", "route", "add", "local", "::/0", "dev", "lo", "table", "local")
    with tempfile.NamedTemporaryFile("w", suffix=".resolv.conf", delete=False) as file:
        file.write(f"nameserver {NAMESERVER}\noptions timeout:1 attempts:1\n")
    run("mount", "--bind", file.name, str(RESOLV_CONF.resolve()))
    Path(file.name).unlink()
    for name, value in (("net/core/somaxconn", "4096"), ("net/ipv4/tcp_max_syn_backlog", "4096")):
        path = Path("/proc/sys") / name
        if path.exists() and os.access(path, os.W_OK):
            path.write_text(value)


def no_house() -> str:
    """Why no house of several namespaces can be made in here; empty: it can."""
    absent = [program for program in ("nft", "ip", "mount") if shutil.which(program) is None]
    if absent:
        return f"needs a house of namespaces: {', '.join(absent)} must be installed"
    return ""


def _network() -> str:
    return str(Path("/proc/self/ns/net").readlink())
